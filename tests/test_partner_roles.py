from __future__ import annotations

from dataclasses import replace

import pytest

from roadmapfit.partner_roles import Facet, PartnerRole, find_role_needs, name_facets
from roadmapfit.records import Organisation, OrganisationKind, Passage
from toys import toy_passage


def passage(text: str, language: str = "fr", start: int = 0) -> Passage:
    return replace(toy_passage(text, start=start), language=language)


def member(name: str, kind: OrganisationKind) -> Organisation:
    return Organisation(name, name.title(), kind, "test")


def test_a_role_is_open_where_the_text_asks_and_no_member_can_play_it() -> None:
    asked = [
        passage("Une pile à combustible."),
        passage("Les Collectivités et l’École forment : il faut former les usagers.", start=1),
    ]
    members = [member("lab", OrganisationKind.LABORATORY), member("firm", OrganisationKind.SME)]
    found = {each.role: each for each in find_role_needs(asked, members)}
    assert {role for role, each in found.items() if each.is_open} == {
        PartnerRole.TRAINING,
        PartnerRole.END_USER,
        PartnerRole.TERRITORY,
    }
    # The word stands as the text has it, accents and capitals too.
    assert found[PartnerRole.TERRITORY].word == "Collectivités"
    assert found[PartnerRole.TRAINING].asked_in == asked[1]
    assert (found[PartnerRole.SME].member_ids, found[PartnerRole.SME].asked_in) == (("firm",), None)
    large = found[PartnerRole.LARGE]
    assert (large.is_missing, large.is_open) == (True, False)


def test_a_school_is_a_laboratory_and_a_training_body() -> None:
    school = member("school", OrganisationKind.SCHOOL)
    held = {each.role for each in find_role_needs([], [school]) if not each.is_missing}
    assert held == {PartnerRole.LABORATORY, PartnerRole.TRAINING}


@pytest.mark.parametrize(
    ("text", "language", "facets"),
    [
        ("Le marché vise les exploitants de ports.", "fr", (Facet.MARKET, Facet.ROLE)),
        ("Une pile de 200 kW.", "fr", (Facet.TECHNOLOGY,)),
        ("Il faut former deux équipes.", "fr", (Facet.ROLE,)),
        # The same letters are another word in English.
        ("The metals of the former are cheap.", "en", (Facet.TECHNOLOGY,)),
        ("Stations below one megawatt are the first market.", "en", (Facet.MARKET,)),
        ("Der Markt der Betreiber.", "de", (Facet.TECHNOLOGY,)),
    ],
)
def test_passages_state_kinds_of_need(text: str, language: str, facets: tuple[Facet, ...]) -> None:
    assert name_facets(passage(text, language)) == facets
