from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.readers.decisions_csv import parse_decision
from roadmapfit.records import Batch, Decision, Outcome, Problem

EXPECTED = [
    Decision("hydrovia", "pole/hydrogene", True, date(2026, 3, 3), "porteur entendu"),
    Decision("hydrovia", "pole/solaire", False),
]


def read(folder: Path, text: str, *, encoding: str = "utf-8") -> Batch:
    path = folder / "decisions.csv"
    path.write_bytes(text.encode(encoding))
    return read_path(path)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "project_id,item_id,decision,date,note\n"
            "hydrovia,pole/hydrogene,aligned,2026-03-03,porteur entendu\n"
            "hydrovia,pole/solaire,not aligned,,\n",
            "utf-8",
        ),
        (
            "projet;axe;décision;date;note\r\n"
            "hydrovia;pole/hydrogene;aligné;03/03/2026;porteur entendu\r\n"
            "hydrovia;pole/solaire;non aligné;;\r\n",
            "utf-8-sig",
        ),
        (
            "Note;Date;DÉCISION;Axe;Projet\n"
            "porteur entendu;03/03/2026;Oui;pole/hydrogene;hydrovia\n"
            ";;NON;pole/solaire;hydrovia\n"
            ";;;;\n",
            "cp1252",
        ),
        (
            "project\titem\tdecision\tdate\tnote\n"
            "hydrovia\tpole/hydrogene\t1\t2026-03-03\t porteur   entendu \n\n"
            "hydrovia\tpole/solaire\t0\t\t\n",
            "utf-16",
        ),
    ],
    ids=["english", "french", "windows", "tabs"],
)
def test_decisions_are_read_in_every_form(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(tmp_path, text, encoding=encoding).decisions == EXPECTED


def test_date_and_note_may_be_absent(tmp_path: Path) -> None:
    batch = read(tmp_path, "projet;axe;decision\nhydrovia;pole/solaire;non\n")
    assert (batch.decisions, batch.problems) == ([EXPECTED[1]], [])


def test_problems_are_listed_by_row_and_field(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "project_id,item_id,decision,date,note,colour\n"
        "a,x,maybe,,,\n"
        "a,,aligned,,,\n"
        ",x,aligned,,,\n"
        "a,x,,,,\n"
        "a,x,aligned\n"
        '"a",x,aligned,someday,"two\nlines",red\n'
        "a,y,aligned,,,\n"
        "a,x,not aligned,1066-10-14,,\n",
    )
    assert batch.decisions == [Decision("a", "y", True), Decision("a", "x", False)]
    name = "decisions.csv"
    assert batch.problems == [
        Problem(name, "unknown_field", Outcome.NOTED, 1, "colour", "colour"),
        Problem(name, "unreadable_decision", Outcome.REFUSED, 2, "decision", "maybe"),
        Problem(name, "missing_field", Outcome.REFUSED, 3, "item_id", "item_id"),
        Problem(name, "missing_field", Outcome.REFUSED, 4, "project_id", "project_id"),
        Problem(name, "unreadable_decision", Outcome.REFUSED, 5, "decision", "–"),
        Problem(name, "field_count", Outcome.REFUSED, 6, "", "3 / 6"),
        Problem(name, "unreadable_date", Outcome.REPAIRED, 7, "date", "someday"),
        Problem(name, "absurd_date", Outcome.REPAIRED, 10, "date", "1066-10-14"),
        Problem(name, "replaced_decision", Outcome.NOTED, 10, "decision", "a / x"),
    ]


def test_a_guarded_cell_loses_its_apostrophe(tmp_path: Path) -> None:
    batch = read(tmp_path, "project,item,decision,note\n'-a,x,1,'=1+1\n")
    assert batch.decisions == [Decision("-a", "x", True, None, "=1+1")]


def test_a_table_without_decisions_is_refused_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "projet;axe;note\n")
    assert caught.value.code == "not_decisions"
    assert str(caught.value).startswith(
        "decisions.csv: the columns decision are missing; columns found: projet, axe, note; a table"
    )


@pytest.mark.parametrize(
    ("text", "code"), [("id;title\n1;x\n", "mapping_needed"), ("", "no_table")]
)
def test_another_table_is_none_of_decisions(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "is_aligned"),
    [
        ("aligned", True),
        ("ALIGNÉE", True),
        ("not-aligned", False),
        ("non  alignée", False),
        ("yes", True),
        ("Non", False),
        ("vrai", True),
        ("0", False),
        (" ", None),
    ],
)
def test_decisions_are_said_in_many_words(text: str, is_aligned: bool | None) -> None:
    assert parse_decision(text) is is_aligned


@given(raw=st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.csv"
    path.write_bytes(b"project,item,decision\n" + raw)
    found: list[Decision] = []
    refusal = ""
    try:
        found = read_path(path).decisions
    except InputError as error:
        refusal = error.code
    assert refusal in {"", "file_not_text", "not_decisions"}
    assert all(each.project_id and each.item_id for each in found)
