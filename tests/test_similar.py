from __future__ import annotations

import pytest

from fakes import WordCountEncoder
from roadmapfit.similar import (
    SAME_AIM_TERMS,
    SAME_AIM_WHOLE,
    SAME_FIELD_TERMS,
    SAME_FIELD_WHOLE,
    SAME_TEXT_TERMS,
    Closeness,
    SimilarProject,
    find_duplicates,
    find_similar,
    name_closeness,
)
from roadmapfit.textset import TextSet
from toys import toy_text_set

ROOT_2 = 2**0.5


def sets(*texts: tuple[str, str, list[str]]) -> TextSet:
    return toy_text_set(texts, WordCountEncoder())


@pytest.fixture(scope="module")
def projects() -> TextSet:
    return sets(
        ("copy", "en", ["solar roofs", "wind"]),
        ("twin", "en", ["wind", "solar roofs"]),
        ("french", "fr", ["toits solaire", "éolien"]),
        ("half", "en", ["solar fields", "water", "water"]),
        ("far", "en", ["health"]),
    )


def test_the_nearest_come_first_and_far_ones_are_left_out(projects: TextSet) -> None:
    found = find_similar(sets(("p", "en", ["solar roofs", "wind"])), projects)
    # copy and twin share all; french has the meaning alone; half has one stem of three.
    # Wholes: (2, 1) / root 5 in solar and wind; half is (2, 2) / root 8 in solar and water.
    whole = 2 / 5**0.5 / ROOT_2
    assert [(each.project_id, each.closeness) for each in found] == [
        ("copy", Closeness.SAME_TEXT),
        ("twin", Closeness.SAME_TEXT),
        ("french", Closeness.SAME_AIM),
        ("half", Closeness.SAME_AIM),
    ]
    assert [each.similarity for each in found] == [
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(whole, abs=1e-5),
    ]


def test_passages_are_paired_nearest_first(projects: TextSet) -> None:
    found = find_similar(sets(("p", "en", ["solar roofs", "wind"])), projects)
    assert {each.project_id: each.pairs for each in found} == {
        "copy": ((0, 0), (1, 1)),
        "twin": ((0, 1), (1, 0)),
        "french": ((0, 0), (1, 1)),
        "half": ((0, 0), (1, 0)),
    }
    few = find_similar(sets(("p", "en", ["wind", "solar"])), projects, n_pairs=1, n_projects=1)
    assert few == [SimilarProject("copy", Closeness.SAME_TEXT, few[0].similarity, ((0, 1),))]


def test_the_text_itself_can_be_left_out(projects: TextSet) -> None:
    found = find_similar(projects.take([0]), projects, excluded_ids=["copy", "unknown"])
    assert [each.project_id for each in found] == ["twin", "french", "half"]


def test_no_more_than_wanted(projects: TextSet) -> None:
    found = find_similar(projects.take([0]), projects, n_projects=2)
    assert [each.project_id for each in found] == ["copy", "twin"]
    assert find_similar(projects.take([0]), projects, n_projects=0) == []


def test_among_no_projects_nothing_is_similar(projects: TextSet) -> None:
    assert find_similar(projects.take([0]), projects.take([])) == []


@pytest.mark.parametrize(
    ("whole", "terms", "is_within", "closeness"),
    [
        (0.0, SAME_TEXT_TERMS, True, Closeness.SAME_TEXT),
        (1.0, SAME_TEXT_TERMS - 0.01, True, Closeness.SAME_AIM),
        (0.0, SAME_AIM_TERMS, True, Closeness.SAME_AIM),
        (1.0, SAME_AIM_TERMS - 0.01, True, Closeness.SAME_FIELD),
        (0.0, SAME_FIELD_TERMS, True, Closeness.SAME_FIELD),
        (SAME_FIELD_WHOLE, 0.0, True, Closeness.SAME_FIELD),
        (SAME_FIELD_WHOLE - 0.01, SAME_FIELD_TERMS - 0.01, True, None),
        # Across languages shared spelling means nothing.
        (0.0, 1.0, False, None),
        (SAME_AIM_WHOLE, 0.0, False, Closeness.SAME_AIM),
        (SAME_AIM_WHOLE - 0.01, 1.0, False, Closeness.SAME_FIELD),
        (SAME_FIELD_WHOLE, 0.0, False, Closeness.SAME_FIELD),
        (SAME_FIELD_WHOLE - 0.01, 0.0, False, None),
    ],
)
def test_closeness_is_named(
    whole: float, terms: float, is_within: bool, closeness: Closeness | None
) -> None:
    assert name_closeness(whole=whole, terms=terms, is_within=is_within) is closeness


def test_duplicates_are_pairs_of_one_text_or_of_one_aim_across_languages(
    projects: TextSet,
) -> None:
    told: list[tuple[int, int]] = []
    found = find_duplicates(projects, on_progress=lambda *done: told.append(done))
    for project_id, others in found.items():
        alone = find_similar(
            projects.take([projects.ids.index(project_id)]), projects, excluded_ids=[project_id]
        )
        closeness = {each.project_id: each.closeness for each in alone}
        assert others == [(other, closeness[other]) for other, _closeness in others]
    assert found["copy"] == [("french", Closeness.SAME_AIM), ("twin", Closeness.SAME_TEXT)]
    assert sorted(found) == ["copy", "french", "twin"]
    assert told == [(len(projects), len(projects))]
    assert find_duplicates(projects.take([])) == {}


def test_titles_alone_are_one_only_where_hardly_a_word_differs() -> None:
    shared = "quarter works of the solar school"
    titles = sets(
        ("a", "en", [f"{shared} wind"]),
        ("again", "en", [f"{shared} wind"]),
        ("b", "en", [f"{shared} water"]),
        ("fr", "fr", ["solaire éolien"]),
    )
    assert find_duplicates(titles) == {
        "a": [("again", Closeness.SAME_TEXT)],
        "again": [("a", Closeness.SAME_TEXT)],
    }
    nearest = find_similar(titles.take([0]), titles, excluded_ids=["a", "fr"])
    assert [(each.project_id, each.closeness) for each in nearest] == [
        ("again", Closeness.SAME_TEXT),
        ("b", Closeness.SAME_AIM),
    ]
