"""Which records of several sources are one: by identifier, by name, never against both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.identity import Link, Method, link_organisations, link_projects
from roadmapfit.records import Organisation, OrganisationKind, Project


def organisation(
    organisation_id: str,
    name: str,
    *identifiers: tuple[str, str],
    country: str = "FR",
    source: str = "",
    territory: str = "",
) -> Organisation:
    return Organisation(
        id=organisation_id,
        name=name,
        kind=OrganisationKind.OTHER,
        source=source or organisation_id,
        country=country,
        territory=territory,
        identifiers=identifiers,
    )


def project(project_id: str, title: str, *, year: int = 2020, programme: str = "") -> Project:
    return Project(
        id=project_id,
        title=title,
        abstract="",
        language="fr",
        source=project_id.partition(":")[0],
        start_date=date(year, 1, 1),
        programme=programme,
    )


def pairs(links: list[Link]) -> list[tuple[str, str, str]]:
    return [(link.left_id, link.right_id, link.method.value) for link in links]


def test_identifiers_link_whatever_the_names() -> None:
    links = link_organisations(
        [
            organisation("b", "CNRS", ("siren", "180089013")),
            organisation("a", "Centre national", ("siren", "180089013"), ("pic", "999997930")),
        ]
    )
    assert links == [Link("organisation", "a", "b", Method.IDENTIFIER, 1.0, "siren 180089013")]


@pytest.mark.parametrize(
    ("name", "other", "method"),
    [
        ("HYDROLYS SAS", "Hydrolys", "name"),
        ("Société de l'Étang", "SOCIETE DE L ETANG S.A.", "name"),
        ("Institut de Recherche Biomédicale", "Institut de Recherche Biomedicales", "near-name"),
        ("Consiglio nazionale ricerche", "Consiglio Nazionale Ricerche (CNR)", "near-name"),
    ],
)
def test_names_link_in_one_country(name: str, other: str, method: str) -> None:
    both = [organisation("a", name), organisation("b", other)]
    assert pairs(link_organisations(both)) == [("a", "b", method)]
    abroad = [organisation("a", name), organisation("b", other, country="BE")]
    assert link_organisations(abroad) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Università degli Studi di Pavia", "Università degli Studi di Parma"),
        ("Laboratoire d'optique UMR 8212", "Laboratoire d'optique UMR 8213"),
        ("Centre hospitalier universitaire de Nantes", "Centre hospitalier universitaire de Nice"),
        ("ABC", "ABC SA"),
    ],
)
def test_names_that_are_like_and_not_one(name: str, other: str) -> None:
    assert link_organisations([organisation("a", name), organisation("b", other)]) == []


def test_two_strong_identifiers_never_come_together() -> None:
    first = organisation("a", "Hydrolys", ("siren", "180089013"))
    second = organisation("b", "Hydrolys", ("siren", "485376032"))
    assert link_organisations([first, second]) == []
    # Nor by way of a third, for which of both is meant is not known.
    assert link_organisations([first, second, organisation("c", "Hydrolys")]) == []


def test_a_third_with_both_schemes_does_not_bridge_a_contradiction() -> None:
    links = link_organisations(
        [
            organisation("a", "X", ("pic", "1"), ("siren", "7")),
            organisation("b", "Y", ("pic", "1"), ("siren", "8")),
            organisation("c", "Z", ("siren", "8")),
        ]
    )
    assert pairs(links) == [("b", "c", "identifier")]


def test_what_was_undone_stays_apart() -> None:
    three = [organisation(each, "Hydrolys") for each in "abc"]
    assert pairs(link_organisations(three)) == [("a", "b", "name"), ("a", "c", "name")]
    assert pairs(link_organisations(three, apart=[("b", "a")])) == [("a", "c", "name")]


def test_two_places_of_one_source_are_two() -> None:
    here = organisation("a", "Laboratoire d'essais", source="anr", territory="Paris")
    there = organisation("b", "Laboratoire d'essais", source="anr", territory="Lyon")
    assert link_organisations([here, there]) == []


def test_projects_link_by_their_codes() -> None:
    links = link_projects(
        [
            project("anr:ANR-16-CE23-0001", "Eau"),
            project("scanr:ANR-16-CE23-0001", "L'eau"),
            project("cordis:633080", "Air"),
            project("scanr:633080", "L'air", programme="H2020"),
            project("scanr:101", "Feu", programme="PIA"),
        ]
    )
    assert pairs(links) == [
        ("anr:ANR-16-CE23-0001", "scanr:ANR-16-CE23-0001", "identifier"),
        ("cordis:633080", "scanr:633080", "identifier"),
    ]


def test_projects_link_by_long_titles_of_one_year_and_two_sources() -> None:
    title = "Une péniche à hydrogène sur la Seine"
    same = [project("ilab:1", title), project("table:2", title.upper())]
    assert pairs(link_projects(same)) == [("ilab:1", "table:2", "name")]
    assert link_projects([same[0], project("table:2", title, year=2021)]) == []
    assert link_projects([*same, project("table:3", title)]) == []


names = st.sampled_from(["Hydrolys", "Hydrolys SA", "Institut de recherche marine", "CEA"])
identifiers = st.lists(
    st.tuples(st.sampled_from(["pic", "siren"]), st.sampled_from("123")),
    max_size=2,
    unique_by=lambda pair: pair[0],
)


@given(st.lists(st.tuples(names, identifiers), max_size=12))
def test_no_group_holds_two_values_of_one_scheme(
    described: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    known = {
        str(place): organisation(str(place), name, *pairs)
        for place, (name, pairs) in enumerate(described)
    }
    group = {key: {key} for key in known}
    for link in link_organisations(known.values()):
        joined = group[link.left_id] | group[link.right_id]
        group |= dict.fromkeys(joined, joined)
    for members in group.values():
        told = {pair for key in members for pair in known[key].identifiers}
        assert len({scheme for scheme, _ in told}) == len(told)


# --- heard of while it goes on, and stopped -----------------------------------------


class StopAskedError(Exception):
    """Raised to stop a search."""


def test_progress_goes_up_to_the_number_of_parts() -> None:
    heard: list[tuple[int, int]] = []
    link_organisations(
        [organisation(f"{number}", f"Laboratoire {number}") for number in range(1200)],
        on_step=lambda *done: heard.append(done),
    )
    # Names are folded, then equal ones joined: each is told of at 0, 500 and 1,000 of 1,200.
    assert heard[:6] == [(n, 300) for n in (0, 41, 83, 100, 141, 183)]
    assert [done for done, _total in heard] == sorted(done for done, _total in heard)


@pytest.mark.parametrize("n_steps", [0, 1])
def test_a_search_is_stopped_by_raising(n_steps: int) -> None:
    def stop_after(n: int) -> Callable[[int, int], None]:
        answers = iter([None] * n)

        def step(_done: int, _total: int) -> None:
            try:
                next(answers)
            except StopIteration:
                raise StopAskedError from None

        return step

    with pytest.raises(StopAskedError):
        link_organisations([organisation("a", "Électrolys")], on_step=stop_after(n_steps))
    ferries = project("anr:1", "Des ferries à hydrogène pour les îles")
    with pytest.raises(StopAskedError):
        link_projects([ferries], on_step=stop_after(n_steps))
