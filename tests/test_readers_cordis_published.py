"""CORDIS as published: H2020 and FP7 layouts, CSV and JSON, with all their columns."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from published_cordis import LATE, make_rows, write_csv_zip, write_json_zip
from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.records import Batch, Role

DOCUMENTS = {"H2020": "cordis-h2020", "FP7": "cordis-fp7", "HORIZON": "cordis-he-other"}
PARTNERS = [
    ("cordis:633080", "pic:999997930", Role.COORDINATOR),
    ("cordis:633080", "pic:999981731", Role.PARTNER),
    ("cordis:97", "pic:999901234", Role.ASSOCIATE),
]


def check(batch: Batch) -> None:
    """Check the two projects, their partners and the tree of calls and topics."""
    river, wind = batch.projects
    assert (river.id, river.title) == ("cordis:633080", "L'œuvre de l'eau – clean rivers")
    assert (river.total_cost_eur, river.funding_eur) == (7000000.5, 6000000.0)
    assert (river.signature_date, river.end_date) == (date(2014, 10, 1), date(2017, 7, 31))
    assert (wind.id, wind.total_cost_eur, wind.funding_eur) == ("cordis:97", None, None)
    assert [one.country for one in batch.organisations] == ["FR", "GB", "GR"]
    parts = batch.participations
    assert [(one.project_id, one.organisation_id, one.role) for one in parts] == PARTNERS
    assert [one.funding_eur for one in parts][:2] == [4000000.5, 1999999.5]
    assert "Watching rivers" in [item.title for item in batch.items]
    assert [(tally.n_refused, tally.n_repeats) for tally in batch.tallies][:2] == [(0, 0), (1, 1)]


@pytest.mark.parametrize("programme", ["H2020", "FP7", "HORIZON"])
def test_every_column_of_the_csv_layout(programme: str, tmp_path: Path) -> None:
    batch = read_path(write_csv_zip(tmp_path / "cordis.zip", make_rows(programme=programme)))
    check(batch)
    assert {document.id for document in batch.documents} == {DOCUMENTS[programme]}
    assert batch.projects[0].keywords == ("water", "rivers")
    assert "ÉCLUSE" not in repr(batch)


def test_an_older_export_in_windows_1252_without_the_late_columns(tmp_path: Path) -> None:
    path = tmp_path / "cordis-fp7projects-csv.zip"
    batch = read_path(
        write_csv_zip(path, make_rows(programme="FP7"), encoding="cp1252", without=LATE)
    )
    check(batch)
    said = {(problem.code, problem.found) for problem in batch.problems}
    assert {("column_absent", "keywords"), ("not_utf8", "1")} <= said


def test_every_column_of_the_json_layout(tmp_path: Path) -> None:
    check(read_path(write_json_zip(tmp_path / "cordis-h2020projects-json.zip", make_rows())))


def test_a_row_that_a_stray_quote_shifted_is_refused_and_named(tmp_path: Path) -> None:
    tables = make_rows()
    names, cells = zip(*tables["project"][0].items(), strict=True)
    tables["project"].append(dict(zip(names, ("NOT AN ID", *cells[:-1]), strict=True)))
    batch = read_path(write_csv_zip(tmp_path / "cordis.zip", tables))
    assert [one.id for one in batch.projects] == ["cordis:633080", "cordis:97"]
    refused = [(one.code, one.row, one.field) for one in batch.problems if one.row == 4]
    assert refused == [("shifted_row", 4, "id")]


def test_an_archive_without_its_projects_names_what_is_missing(tmp_path: Path) -> None:
    tables = make_rows()
    del tables["project"]
    with pytest.raises(InputError) as caught:
        read_path(write_csv_zip(tmp_path / "cordis.zip", tables))
    assert caught.value.code == "zip_unknown"


def test_the_excel_variant_says_which_one_to_take(tmp_path: Path) -> None:
    path = tmp_path / "cordis-h2020projects-xlsx.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.xlsx", b"PK")
    with pytest.raises(InputError, match="not its Excel variant"):
        read_path(path)
