"""The command that writes a project's sheet."""

from __future__ import annotations

import pytest

from shell import Shell


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (("--out", "a.docx"), b"PK"),
        (("--out", "a.html"), b"<!doctype html>"),
        (("--out", "a", "--format", "html"), b"<!doctype html>"),
        (("--out", "a"), b"PK"),
    ],
)
def test_sheet_is_written_as_asked(shell: Shell, arguments: tuple[str, ...], start: bytes) -> None:
    ran = shell.run("sheet", "toys", "hydroport", *arguments)
    assert (ran.exit_code, ran.stdout) == (0, f"Sheet written: {arguments[1]}\n")
    assert (shell.folder / arguments[1]).read_bytes().startswith(start)


def test_sheet_is_the_same_every_time_and_in_the_language_asked_for(shell: Shell) -> None:
    for name in ("one.html", "two.html"):
        shell.run("sheet", "toys", "hydroport", "--out", name, "--lang", "fr")
    one, two = ((shell.folder / f"{name}.html").read_bytes() for name in ("one", "two"))
    assert one == two
    assert '<html lang="fr">' in one.decode()


def test_sheet_tells_machines_what_it_wrote(shell: Shell) -> None:
    told = shell.read("sheet", "toys", "hydroport", "--out", "a.docx")
    n_bytes = (shell.folder / "a.docx").stat().st_size
    assert told == {"path": "a.docx", "format": "docx", "bytes": n_bytes}


def test_unknown_project_and_unwritable_file_are_said(shell: Shell) -> None:
    unknown = shell.run("sheet", "toys", "none", "--out", "a.docx")
    assert (unknown.exit_code, "none" in unknown.stderr) == (1, True)
    refused = shell.run("sheet", "toys", "hydroport", "--out", "no/such/a.docx")
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


def test_a_sheet_of_an_unknown_kind_is_refused_unless_the_kind_is_said(shell: Shell) -> None:
    refused = shell.run("sheet", "toys", "hydroport", "--out", "a.pdf", "--lang", "fr")
    assert (refused.exit_code, "a.pdf finit par .pdf" in refused.stderr) == (1, True)
    assert shell.run("sheet", "toys", "hydroport", "--out", "a", "--format", "html").exit_code == 0


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("sheet", "nowhere", "hydroport"), "--out"),
        (("duplicates", "nowhere"), "--csv"),
        (("portfolio", "nowhere"), "--pairs"),
        (("add", "nowhere", "x.csv"), "--problems"),
        (("add", "nowhere", "x.csv"), "--changes"),
        (("decisions", "nowhere"), "--csv"),
        (("read", "x.pdf"), "--out"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_any_work(
    shell: Shell, command: tuple[str, ...], option: str
) -> None:
    ran = shell.run(*command, option, "no/such/file.csv", "--lang", "fr")
    assert ran.exit_code == 1
    assert "file.csv ne peut pas être écrit (il n'y a rien de ce nom)" in ran.stderr
    ran = shell.run(*command, option, ".")
    assert ". cannot be written (it is a folder)" in ran.stderr
