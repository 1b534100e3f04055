from __future__ import annotations

from fakes import WordCountEncoder
from roadmapfit.absence import find_unmet_passages
from roadmapfit.contribution import Passages
from roadmapfit.features import Cohort
from toys import toy_passage, toy_text_set

ITEM = ("solar roofs", "wind farms", "batteries of data")
NONE = toy_text_set([], WordCountEncoder())


def read_item(*texts: str) -> Passages:
    passages = [toy_passage(text, owner_id="item", start=n) for n, text in enumerate(texts)]
    return passages, WordCountEncoder().encode(texts)


def test_passages_nearer_than_chance_are_met() -> None:
    # In the cohort every project speaks of data, and none of solar or wind.
    cohort = toy_text_set(
        [(str(number), "en", ["open data", "a museum"]) for number in range(20)],
        WordCountEncoder(),
    )
    project = toy_text_set([("p", "en", ["solar cells", "data for all"])], WordCountEncoder())
    found = find_unmet_passages(project, read_item(*ITEM), cohort=Cohort(cohort, NONE))
    # "batteries of data" is as near to the project as to all others.
    assert [each.text for each in found] == ["wind farms", "batteries of data"]


def test_a_language_of_its_own_is_held_against_all_of_the_cohort() -> None:
    cohort = toy_text_set([("a", "en", ["a museum"])], WordCountEncoder())
    project = toy_text_set([("p", "de", ["solar"])], WordCountEncoder())
    found = find_unmet_passages(project, read_item(*ITEM), cohort=Cohort(cohort, NONE))
    assert [each.text for each in found] == ["wind farms", "batteries of data"]


def test_without_a_cohort_nothing_is_said() -> None:
    project = toy_text_set([("p", "en", ["solar"])], WordCountEncoder())
    assert find_unmet_passages(project, read_item(*ITEM), cohort=Cohort(NONE, NONE)) == ()
