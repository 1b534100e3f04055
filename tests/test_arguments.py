"""What callers hand over: paths in every form, and wrong types told in words."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from roadmapfit.analysis import (
    align_text,
    explain,
    find_close_projects,
    measure_portfolio,
    prepare_project,
    prepare_text,
)
from roadmapfit.arguments import as_path, check_ids, check_text, describe
from roadmapfit.errors import ArgumentError, InputError, RoadmapFitError, WorkspaceError
from roadmapfit.partnering import find_partner_set, find_partners, list_needs
from roadmapfit.readers import read_path
from roadmapfit.readers.text_table import read_text_table
from roadmapfit.workspace import Workspace, open_workspace
from toys import build_toy_workspace

SOLAR = "Solar panels feed a battery at night."


class Folder:
    """A path that is not ``pathlib``'s."""

    def __fspath__(self) -> str:
        return "workspaces/mine"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("arguments") / "toys")


@pytest.mark.parametrize("given", ["workspaces/mine", Path("workspaces/mine"), Folder()])
def test_a_path_is_taken_in_every_form(given: str | Path | Folder) -> None:
    assert as_path(given, name="directory") == Path("workspaces/mine")


@pytest.mark.parametrize(
    ("given", "shown"),
    [(None, "None (NoneType)"), (3, "3 (int)"), ("", "'' (str)"), (b"a", "b'a' (bytes)")],
)
def test_what_is_no_path_is_named_with_its_type(given: str, shown: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        as_path(given, name="directory")
    assert str(caught.value) == (
        f"directory is {shown}; a path is expected, as a text or a Path, for instance"
        ' "workspaces/mine"'
    )


def test_a_wrong_type_is_an_error_of_both_families() -> None:
    assert issubclass(ArgumentError, RoadmapFitError)
    assert issubclass(ArgumentError, TypeError)


@pytest.mark.parametrize("given", ["pole-nord", b"pole-nord", 3])
def test_one_text_is_no_list_of_ids(given: str) -> None:
    with pytest.raises(ArgumentError, match=r"a list of ids is expected"):
        check_ids(given, name="document_ids")


def test_lists_sets_and_tuples_of_ids_are_taken() -> None:
    for given in (["a"], {"a"}, ("a",), []):
        check_ids(given, name="document_ids")


def test_what_is_no_text_is_refused() -> None:
    check_text("", name="body")
    with pytest.raises(ArgumentError, match=r"^body is None \(NoneType\); a text \(str\)"):
        check_text(None, name="body")


def test_a_long_value_is_cut() -> None:
    assert describe("a" * 100) == f"'{'a' * 58}… (str)"


def test_a_workspace_and_its_inputs_are_named_by_texts(
    workspace: Workspace, tmp_path: Path
) -> None:
    opened = open_workspace(
        str(workspace.directory), encoder=workspace.encoder, model=workspace.model
    )
    assert opened.directory == workspace.directory
    file = tmp_path / "idea.txt"
    file.write_text(f"Idea\n{SOLAR}\n", encoding="utf-8")
    assert [each.title for each in read_path(str(file)).projects] == ["Idea"]
    assert workspace.add(str(file), is_trial=True).change.n_added == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda workspace: align_text(workspace, SOLAR),
        lambda workspace: explain(workspace, "hydroport", "pole-nord/hydrogene"),
        lambda workspace: find_close_projects(workspace, "hydroport"),
        lambda workspace: find_partners(workspace, "hydroport"),
        lambda workspace: list_needs(workspace, "hydroport"),
        lambda workspace: measure_portfolio(workspace, ["pole-nord"], added=[SOLAR]),
    ],
)
def test_a_bare_text_is_no_prepared_one(
    workspace: Workspace, ask: Callable[[Workspace], object]
) -> None:
    with pytest.raises(ArgumentError, match=r"call prepare_project\(workspace, id\) or prepare"):
        ask(workspace)


def test_a_text_to_prepare_is_a_text(workspace: Workspace) -> None:
    with pytest.raises(ArgumentError, match=r"^body is None"):
        prepare_text(workspace, None)  # type: ignore[arg-type]


def test_a_portfolio_is_not_measured_against_letters_or_nothing(workspace: Workspace) -> None:
    with pytest.raises(ArgumentError, match=r"^document_ids is 'pole-nord' \(str\)"):
        measure_portfolio(workspace, "pole-nord")
    with pytest.raises(WorkspaceError, match=r"no document “nope”; known documents: pole-nord, "):
        measure_portfolio(workspace, ["pole-nord", "nope"])
    with pytest.raises(WorkspaceError, match=r"no document “nope”"):
        align_text(workspace, prepare_project(workspace, "hydroport"), document_ids=["nope"])


def test_a_member_or_a_conflict_that_is_not_known_is_not_passed_over(workspace: Workspace) -> None:
    prepared = prepare_project(workspace, "hydroport")
    with pytest.raises(WorkspaceError, match=r"no organisation “electroliz”"):
        find_partners(workspace, prepared, excluded_ids=["electroliz"])
    with pytest.raises(WorkspaceError, match=r"no organisation “electroliz”"):
        find_partner_set(workspace, prepared, n_most=2, member_ids=["electroliz"])
    with pytest.raises(ArgumentError, match=r"^excluded_ids is 'electrolys' \(str\)"):
        find_partners(workspace, prepared, excluded_ids="electrolys")


def test_what_the_system_answers_is_said_in_the_language_of_the_reader() -> None:
    reason = os.strerror(errno.EACCES)
    error = InputError("file_unreadable", file="a.csv", found=reason)
    assert error.render("fr").startswith("a.csv ne peut pas être lu (accès refusé)")
    assert error.render("en").startswith("a.csv cannot be read (permission denied)")
    other = InputError("file_unreadable", file="a.csv", found="EIO")
    assert other.render("fr").startswith("a.csv ne peut pas être lu (EIO)")


def test_a_table_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text_table(str(tmp_path / "none.xlsx"))
    assert caught.value.code == "path_missing"


def test_counts_are_written_in_the_form_of_the_reader() -> None:
    error = InputError("rows_refused", file="a.csv", n_refused=82, n_rows=55483)
    assert "82 of 55,483" in error.render("en")
    assert "82 sur 55\u202f483" in error.render("fr")
