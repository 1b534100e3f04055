from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes import WordCountEncoder
from roadmapfit.index import PassageIndex, PassageTable
from roadmapfit.partners import (
    FULL_PROOF,
    KIND_BONUS,
    NO_PROOF,
    Need,
    PartnerFit,
    measure_needs,
    measure_proof,
    rank_partners,
)
from roadmapfit.records import Organisation, OrganisationKind, OwnerKind, Passage
from toys import toy_passage

# Competences: who says what of itself, and who did what.
SAID = [
    ("sun-lab", OwnerKind.ORGANISATION, "solar"),
    ("sea-firm", OwnerKind.ORGANISATION, "water"),
    ("sea-firm", OwnerKind.ORGANISATION, "wind"),
    ("old-project", OwnerKind.PROJECT, "solar"),
    ("own-project", OwnerKind.PROJECT, "wind"),
]
PROJECTS = {"old-project": ["veteran", "sea-firm"], "own-project": ["member", "sun-lab"]}


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return WordCountEncoder().encode(texts)


def passages(*texts: str) -> list[Passage]:
    return [toy_passage(text, start=number) for number, text in enumerate(texts)]


def organisation(organisation_id: str, kind: OrganisationKind) -> Organisation:
    return Organisation(organisation_id, organisation_id.title(), kind, "test")


ORGANISATIONS = {
    each.id: each
    for each in (
        organisation("sun-lab", OrganisationKind.LABORATORY),
        organisation("sea-firm", OrganisationKind.LARGE),
        organisation("veteran", OrganisationKind.LARGE),
        organisation("member", OrganisationKind.SME),
    )
}


@pytest.fixture(scope="module")
def index() -> PassageIndex:
    table = PassageTable.of(
        [
            toy_passage(text, owner_id=owner_id, owner_kind=kind, start=number)
            for number, (owner_id, kind, text) in enumerate(SAID)
        ]
    )
    return PassageIndex.build(table, encode([text for _, _, text in SAID]))


def rank(
    index: PassageIndex,
    *texts: str,
    openness: Sequence[float] = (1.0, 1.0),
    present_kinds: Sequence[OrganisationKind] = (
        OrganisationKind.SME,
        OrganisationKind.LABORATORY,
    ),
    excluded_ids: Sequence[str] = ("member",),
    n_partners: int = 20,
) -> list[PartnerFit]:
    needs = [Need(each, value) for each, value in zip(passages(*texts), openness, strict=False)]
    return rank_partners(
        needs,
        encode(texts),
        index,
        organisations_of=PROJECTS,
        organisations=ORGANISATIONS,
        excluded_ids=excluded_ids,
        excluded_project_ids=("own-project",),
        present_kinds=present_kinds,
        n_partners=n_partners,
    )


# --- needs ----------------------------------------------------------------------


def test_proof_grows_between_no_proof_and_full_proof() -> None:
    middle = (NO_PROOF + FULL_PROOF) / 2
    similarities = np.array([[-1, 0, NO_PROOF], [middle, FULL_PROOF, 1]], dtype=np.float32)
    np.testing.assert_allclose(measure_proof(similarities), [[0, 0, 0], [0.5, 1, 1]], atol=1e-6)


def test_a_need_is_open_as_far_as_no_member_proves_it() -> None:
    texts = ["solar", "wind", "solar solar solar wind"]
    needs = measure_needs(passages(*texts), encode(texts), encode(["solar", "water"]))
    third = (3 / 10**0.5 - NO_PROOF) / (FULL_PROOF - NO_PROOF)
    assert [need.passage.text for need in needs] == texts
    assert [need.openness for need in needs] == [
        pytest.approx(0),
        pytest.approx(1),
        pytest.approx(max(0, 1 - third)),
    ]


def test_without_a_consortium_every_need_is_open() -> None:
    none = np.empty((0, 8), dtype=np.float32)
    assert [n.openness for n in measure_needs(passages("wind"), encode(["wind"]), none)] == [1.0]
    assert measure_needs([], none, none) == []


# --- ranking --------------------------------------------------------------------


def test_partners_are_ranked_by_the_open_need_they_close(index: PassageIndex) -> None:
    found = rank(index, "solar", "water")
    # sea-firm says water and did solar; sun-lab says solar; veteran did solar.
    assert [(fit.organisation.id, fit.need_closed) for fit in found] == [
        ("sea-firm", pytest.approx(1)),
        ("sun-lab", pytest.approx(0.5)),
        ("veteran", pytest.approx(0.5)),
    ]
    closed = {
        fit.organisation.id: [
            (each.need.passage.text, each.closed, SAID[each.proof_row][:2]) for each in fit.closures
        ]
        for fit in found
    }
    old, own = OwnerKind.PROJECT, OwnerKind.ORGANISATION
    assert closed == {
        "sea-firm": [
            ("solar", pytest.approx(1), ("old-project", old)),
            ("water", pytest.approx(1), ("sea-firm", own)),
        ],
        "sun-lab": [("solar", pytest.approx(1), ("sun-lab", own))],
        "veteran": [("solar", pytest.approx(1), ("old-project", old))],
    }


def test_what_the_consortium_proves_already_is_nobodys_merit(index: PassageIndex) -> None:
    found = rank(index, "solar", "water", openness=(0.25, 0.75))
    assert [(fit.organisation.id, fit.need_closed) for fit in found] == [
        ("sea-firm", pytest.approx(1)),
        ("sun-lab", pytest.approx(0.25)),
        ("veteran", pytest.approx(0.25)),
    ]
    assert rank(index, "solar", "water", openness=(0.0, 0.0)) == []


def test_a_weak_proof_closes_only_what_it_adds(index: PassageIndex) -> None:
    text = "solar wind wind wind"  # 1 / root 10 = .316 from solar, .949 from wind
    weak = (10**-0.5 - NO_PROOF) / (FULL_PROOF - NO_PROOF)
    found = {fit.organisation.id: fit for fit in rank(index, text, openness=(1.0,))}
    assert found["sea-firm"].need_closed == pytest.approx(1)
    assert found["veteran"].need_closed == pytest.approx(weak, abs=1e-6)
    some_open = rank(index, text, openness=(1 - weak / 2,))
    assert {fit.organisation.id: fit.need_closed for fit in some_open}["veteran"] == pytest.approx(
        (weak / 2) / (1 - weak / 2), abs=1e-6
    )


def test_the_project_itself_proves_nothing(index: PassageIndex) -> None:
    # Only own-project and sea-firm speak of wind; the former is left out.
    assert [fit.organisation.id for fit in rank(index, "wind", openness=(1.0,))] == ["sea-firm"]


def test_organisations_that_are_not_wanted_are_left_out(index: PassageIndex) -> None:
    found = rank(index, "solar", "water", excluded_ids=("sea-firm", "veteran"))
    assert [fit.organisation.id for fit in found] == ["sun-lab"]


def test_a_kind_that_lacks_settles_between_near_equals(index: PassageIndex) -> None:
    lacking = [OrganisationKind.SME]
    found = rank(index, "solar", openness=(1.0,), present_kinds=lacking)
    assert [(fit.organisation.id, fit.brings_kind) for fit in found] == [
        ("sun-lab", True),
        ("sea-firm", False),
        ("veteran", False),
    ]
    assert [fit.need_closed for fit in found] == [pytest.approx(1)] * 3  # the bonus is not shown
    complete = rank(index, "solar", openness=(1.0,))
    assert [(fit.organisation.id, fit.brings_kind) for fit in complete] == [
        ("sea-firm", False),
        ("sun-lab", False),
        ("veteran", False),
    ]
    assert 0 < KIND_BONUS < 0.1


def test_who_has_no_project_is_a_newcomer(index: PassageIndex) -> None:
    found = rank_partners(
        [Need(passages("solar")[0], 1.0)],
        encode(["solar"]),
        index,
        organisations_of={"old-project": ["veteran"]},
        organisations=ORGANISATIONS,
        excluded_ids=(),
    )
    assert {fit.organisation.id: fit.is_newcomer for fit in found} == {
        "sun-lab": True,
        "veteran": False,
    }


def test_no_more_partners_than_wanted(index: PassageIndex) -> None:
    assert [fit.organisation.id for fit in rank(index, "solar", "water", n_partners=1)] == [
        "sea-firm"
    ]


def test_no_needs_no_partners(index: PassageIndex) -> None:
    none = np.empty((0, 8), dtype=np.float32)
    found = rank_partners(
        [], none, index, organisations_of={}, organisations=ORGANISATIONS, excluded_ids=()
    )
    assert found == []


def test_an_organisation_that_is_not_described_is_no_partner(index: PassageIndex) -> None:
    found = rank_partners(
        [Need(passages("solar")[0], 1.0)],
        encode(["solar"]),
        index,
        organisations_of={"old-project": ["nobody knows"]},
        organisations={},
        excluded_ids=(),
    )
    assert found == []
