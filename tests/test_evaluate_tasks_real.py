"""Tasks made from the real data: how much of it there is, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmapfit.evaluate.tasks import TASKS

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "data"


@pytest.mark.parametrize(
    ("name", "n_queries", "n_held_out", "n_candidates", "n_relevant"),
    [
        pytest.param("cordis-topics", 3968, 857, 1859, 3968, marks=pytest.mark.slow),
        pytest.param("cordis-destinations", 2873, 547, 59, 2873, marks=pytest.mark.slow),
        pytest.param("cordis-policies", 3406, 661, 5, 4449, marks=pytest.mark.slow),
        pytest.param("cordis-fields-fr", 3165, 693, 1016, 7399, marks=pytest.mark.slow),
        pytest.param("cordis-fields-en", 3165, 693, 1016, 7399, marks=pytest.mark.slow),
        ("anr-titles-fr-en", 588, 115, 589, 588),
        ("anr-titles-en-fr", 588, 115, 590, 588),
        ("anr-titles-fr-fr", 589, 116, 590, 589),
        ("anr-titles-en-en", 587, 114, 589, 587),
        ("anr-committees-fr", 271, 61, 56, 271),
        ("anr-committees-en", 271, 61, 56, 271),
        ("ilab-domains", 2965, 604, 6, 2965),
        ("undp-ria", 199, 0, 21793, 3473),
        ("bahamas-coverage", 16, 0, 126, 221),
    ],
)
def test_counts(
    data: Path, name: str, n_queries: int, n_held_out: int, n_candidates: int, n_relevant: int
) -> None:
    task = TASKS[name](data)
    assert (
        len(task.queries),
        len(task.held_out),
        len(task.candidates),
        sum(len(right) for right in task.relevant.values()),
    ) == (n_queries, n_held_out, n_candidates, n_relevant)


def test_all_matches_of_the_experts_are_counted(data: Path) -> None:
    task = TASKS["undp-ria"](data)
    matches = {
        country: [
            match
            for query, several in task.matches.items()
            for match in several
            if query.startswith(f"{country}/")
        ]
        for country in ("bhutan", "cambodia")
    }
    # As many as the data says: 343 and 302, of which 331 and 278 are in the texts.
    assert {country: len(found) for country, found in matches.items()} == {
        "bhutan": 343,
        "cambodia": 302,
    }
    assert {country: sum(map(bool, found)) for country, found in matches.items()} == {
        "bhutan": 331,
        "cambodia": 278,
    }


def test_no_decision_of_a_country_helps_to_find_its_own(data: Path) -> None:
    task = TASKS["undp-ria"](data)
    own = [
        text.id
        for query, texts in task.past.items()
        for text in texts
        if text.id.partition("/")[0] == query.partition("/")[0]
    ]
    assert own == []


def test_the_grades_of_the_workbook_are_all_read(data: Path) -> None:
    task = TASKS["bahamas-coverage"](data)
    gains = [gain for graded in task.grades.values() for gain in graded.values()]
    # As the workbook's own overview adds them up: 30 total and 191 partial.
    assert (gains.count(1.0), gains.count(0.5)) == (30, 191)
