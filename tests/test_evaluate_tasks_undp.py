"""Targets against national plans, and plans against targets, from a small data folder."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from roadmapfit.errors import InputError
from roadmapfit.evaluate.tasks import Task, Text, load_bahamas, load_ria
from roadmapfit.evaluate.tasks.workbook import load_workbook
from roadmapfit.records import OwnerKind
from task_data import write_data_folder, write_workbook


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data_folder(tmp_path)


@pytest.fixture
def ria(data: Path) -> Task:
    return load_ria(data)


@pytest.fixture
def bahamas(data: Path) -> Task:
    return load_bahamas(data)


def test_each_country_asks_for_its_targets(ria: Task) -> None:
    assert ria.query_kind is OwnerKind.ITEM
    assert ria.queries == (
        Text("avalon/2.1", "", "End hunger", "en"),
        Text("avalon/6.3", "", "Clean water", "en"),
        Text("brasil/6.3", "", "Clean water", "en"),
        Text("cocagne/6.3", "", "Clean water", "en"),
        Text("cocagne/2.1", "", "End hunger", "en"),
    )
    assert ria.held_out == frozenset()


def test_paragraphs_of_all_countries_are_candidates(ria: Task) -> None:
    assert ria.candidates == (
        Text("avalon-0", "", "Food for all.", "en"),
        Text("avalon-1", "", "New roads.", "en"),
        Text("brasil-0", "", "Clean rivers.", "en"),
        Text("brasil-1", "", "More schools.", "en"),
        Text("cocagne-0", "", "Rivers are protected.", "en"),
    )


def test_a_target_is_ranked_among_its_own_country(ria: Task) -> None:
    assert ria.groups == {
        "avalon/2.1": {"avalon-0", "avalon-1"},
        "avalon/6.3": {"avalon-0", "avalon-1"},
        "brasil/6.3": {"brasil-0", "brasil-1"},
        "cocagne/6.3": {"cocagne-0"},
        "cocagne/2.1": {"cocagne-0"},
    }


def test_matches_keep_those_that_no_paragraph_carries(ria: Task) -> None:
    assert ria.matches == {
        "avalon/2.1": ({"avalon-0"}, {"avalon-0", "avalon-1"}, frozenset()),
        "avalon/6.3": (frozenset(),),
        "brasil/6.3": ({"brasil-0"},),
        "cocagne/6.3": ({"cocagne-0"},),
        "cocagne/2.1": (frozenset(),),
    }
    assert ria.relevant == {
        "avalon/2.1": {"avalon-0", "avalon-1"},
        "brasil/6.3": {"brasil-0"},
        "cocagne/6.3": {"cocagne-0"},
    }


def test_past_decisions_are_those_of_the_other_countries(ria: Task) -> None:
    # Without bullets and footnotes; avalon has decided nothing about its own target.
    lakes = Text("avalon/6.3/0", "", "(Lakes) are clean;", "en")
    rivers = Text("brasil/6.3/0", "", "Rivers are clean", "en")
    assert ria.past == {
        "avalon/2.1": (Text("cocagne/2.1/0", "", "Roads to the markets", "en"),),
        # Two countries chose the same sentence: it counts once.
        "avalon/6.3": (rivers,),
        "brasil/6.3": (lakes, Text("cocagne/6.3/0", "", "Rivers are clean", "en")),
        "cocagne/6.3": (lakes, rivers),
        "cocagne/2.1": (
            Text("avalon/2.1/0", "", "Food for all", "en"),
            Text("avalon/2.1/1", "", "Roads to the markets", "en"),
            Text("avalon/2.1/2", "", "More land", "en"),
        ),
    }


def test_one_country_alone_has_no_past(data: Path) -> None:
    for country in ("avalon", "brasil"):
        shutil.rmtree(data / "undp-ria" / country)
    task = load_ria(data)
    assert [query.id for query in task.queries] == ["cocagne/6.3", "cocagne/2.1"]
    assert task.past == {}


def test_a_target_is_found_in_every_country(ria: Task) -> None:
    found, unknown = ria.find_queries(["6.3", "cocagne/2.1", "9.9"])
    assert found == ["avalon/6.3", "brasil/6.3", "cocagne/6.3", "cocagne/2.1"]
    assert unknown == ["9.9"]


def test_no_country_at_all_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"undp-ria/\*/passages\.jsonl") as caught:
        load_ria(tmp_path)
    assert caught.value.code == "task_file_missing"


def test_a_plan_is_what_the_workbook_quotes_of_it(bahamas: Task) -> None:
    assert bahamas.query_kind is OwnerKind.PROJECT
    assert bahamas.queries == (
        Text(
            "sectoral-plan-1",
            "Goal 1: Agriculture",
            "Strategy 1.1: Grow food\n\nStrategy 1.2: Irrigate\n\nStrategy 1.3: Sell abroad\n\n"
            "Tonnes of food\n\nFarms with water",
            "en",
        ),
        Text("sectoral-plan-3", "Sectoral Plan 3", "Feed the cities", "en"),
    )


def test_a_plan_is_found_by_its_sheet(bahamas: Task) -> None:
    assert bahamas.find_queries(["Sectoral Plan 3", "Overview"]) == (
        ["sectoral-plan-3"],
        ["Overview"],
    )


def test_targets_are_the_rows_without_their_section(bahamas: Task) -> None:
    assert bahamas.candidates == (
        Text("2.1", "", "End hunger by 2030", "en"),
        Text("6.3", "", "Improve the quality of water", "en"),
        Text("17.11", "", "Increase exports", "en"),
        Text("6.b", "", "Support local communities", "en"),
    )


def test_grades_are_gains_and_a_strategy_without_a_grade_is_ambiguous(bahamas: Task) -> None:
    assert bahamas.grades == {
        "sectoral-plan-1": {"2.1": 1.0, "17.11": 0.5},
        "sectoral-plan-3": {"2.1": 0.5},
    }
    assert bahamas.relevant == {
        "sectoral-plan-1": {"2.1", "17.11"},
        "sectoral-plan-3": {"2.1"},
    }
    assert bahamas.ambiguous == {"sectoral-plan-1": {"6.3"}, "sectoral-plan-3": set()}
    assert bahamas.held_out == frozenset()


def test_cells_are_read_by_sheet_row_and_column(tmp_path: Path) -> None:
    sheets = {"One & two": {"A1": "in place", "AB1": "computed", "B7": "sha<r>ed"}, "Empty": {}}
    write_workbook(tmp_path / "book.xlsx", sheets)
    assert load_workbook(tmp_path, "book.xlsx") == {
        "One & two": {1: {"A": "in place", "AB": "computed"}, 7: {"B": "sha<r>ed"}},
        "Empty": {},
    }


def test_a_workbook_with_broken_markup_is_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships>")
    with pytest.raises(InputError, match=r"book\.xlsx") as caught:
        load_workbook(tmp_path, "book.xlsx")
    assert caught.value.code == "task_file_damaged"


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(InputError, match=r"workbook\.xml\.rels") as caught:
        load_workbook(tmp_path, "book.xlsx")
    assert caught.value.code == "task_file_damaged"
