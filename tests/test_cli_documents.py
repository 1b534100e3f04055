"""The command line on documents: look, correct, add."""

from __future__ import annotations

import csv
from pathlib import Path

from made_documents import load_story, make_docx, make_fpdf
from shell import Shell


def test_read_shows_the_tree_and_saves_it(shell: Shell, repository: Path) -> None:
    story = load_story(repository, "innovation-2030", numbering="axe")
    made = make_fpdf(story)
    (shell.folder / "plan.pdf").write_bytes(made.raw)
    ran = shell.run(
        "read", "plan.pdf", "--out", "plan.md", "--problems", "seen.csv", ROADMAPFIT_LANG="fr"
    )
    lines = ran.stdout.splitlines()
    assert ran.exit_code == 0
    told = f"«\u00a0{story.title}\u00a0» (langue\u00a0: fr, pages\u00a0: {made.n_pages})"
    assert lines[0] == f"plan.pdf\u00a0: {told}"
    assert [line.strip().split("  (")[0] for line in lines[1:8]] == [
        chapter.title for chapter in story.chapters
    ]
    assert 'kind: "roadmap"' in (shell.folder / "plan.md").read_text("utf-8")
    rows = list(csv.DictReader((shell.folder / "seen.csv").read_text("utf-8-sig").splitlines()))
    assert sorted(row["code"] for row in rows) == ["page_numbers", "running_line"]


def test_read_gives_the_tree_as_json(shell: Shell, repository: Path) -> None:
    story = load_story(repository, "innovation-2030")
    (shell.folder / "plan.docx").write_bytes(make_docx(story, has_styles=True).raw)
    told = shell.read("read", "plan.docx", "--as", "programme")
    assert (told["title"], told["language"], told["n_pages"]) == (story.title, "fr", 0)
    assert [(each["level"], each["title"]) for each in told["sections"]] == story.headings
    assert told["problems"] == []


def test_a_dry_run_changes_nothing(shell: Shell, repository: Path) -> None:
    story = load_story(repository, "innovation-2030")
    (shell.folder / "plan.docx").write_bytes(make_docx(story, has_styles=True).raw)
    before = shell.read("info", shell.workspace)["counts"]
    told = shell.read("add", shell.workspace, "plan.docx", "--dry-run")
    assert told["sources"][0]["read"] | {"documents": 1, "items": 7} == told["sources"][0]["read"]
    assert shell.read("info", shell.workspace)["counts"] == before
    assert not (shell.folder / shell.workspace / "documents").exists()


def test_a_document_is_added_and_a_project_is_aligned(shell: Shell, repository: Path) -> None:
    story = load_story(repository, "innovation-2030")
    (shell.folder / "plan.docx").write_bytes(make_docx(story, has_styles=True).raw)
    told = shell.read("add", shell.workspace, "plan.docx", "--as", "programme")
    assert (told["sources"][0]["read"]["documents"], told["sources"][0]["n_added"]) == (1, 8)
    asked = shell.read("align", shell.workspace, "--file", "plan.docx")
    assert asked["asked"]["n_words"] > 300


def test_what_cannot_be_read_is_said_in_one_line(shell: Shell) -> None:
    (shell.folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    ran = shell.run("read", "bad.pdf")
    assert (ran.exit_code, ran.stdout, len(ran.stderr.splitlines())) == (1, "", 1)
    assert "bad.pdf is no readable file of this type" in ran.stderr
