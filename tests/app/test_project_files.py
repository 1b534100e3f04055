"""A project that comes as a file: read beside the session, found again, stopped, forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from fakes import WordCountEncoder
from made_documents import draw_pages
from reading import bring_project, find_project_file, normal, pick, read
from roadmapfit.app import resources, state
from roadmapfit.app.jobs import JobState
from roadmapfit.app.project_files import ProjectFileBoard, read_project
from roadmapfit.app.subjects import take_file
from roadmapfit.encoder import Progress
from roadmapfit.errors import InputError
from roadmapfit.generation import find_mark
from roadmapfit.records import OwnerKind, PageMark, Passage
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import Workspace, open_workspace

OpenApp = Callable[..., AppTest]
SHIPS = "Une station de recharge distribue de l'hydrogene aux navires du port."
IDEA = f"Hydrogène au port\n\n{SHIPS * 3}".encode()


class SlowEncoder(WordCountEncoder):
    """Counts words too, one by one, and waits before the second until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()

    def encode(
        self, texts: Sequence[str], *, on_progress: Progress | None = None
    ) -> NDArray[np.float32]:
        self.has_begun.set()
        self.may_go_on.wait(30)
        listen = on_progress or (lambda _done, _total: None)
        listen(1, len(texts))
        return super().encode(texts)


@pytest.fixture
def workspace(toys: Path) -> Workspace:
    """Open the toy workspace."""
    return open_workspace(toys, encoder=resources.get_encoder())


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowEncoder:
    """Let the app find an encoder that waits."""
    encoder = SlowEncoder()
    monkeypatch.setattr(resources, "get_encoder", lambda: encoder)
    return encoder


def open_file(open_app: OpenApp, language: str, toys: Path, name: str, content: bytes) -> AppTest:
    """Open the page and hand it a file."""
    app = pick(open_app("project", language), state.PROJECT_SOURCE, "draft")
    return bring_project(app, toys, name, content)


def test_pages_of_a_pdf_stand_by_what_was_read(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "projet.pdf"
    path.write_bytes(draw_pages([["Barge fluviale", SHIPS], [SHIPS.replace("navires", "barges")]]))
    told: list[tuple[str, int, int]] = []
    found = read_project(workspace, path, note=lambda *step: told.append(step))
    assert (found.title, [mark.page for mark in found.page_marks]) == ("Barge fluviale", [1, 2])
    assert [step for step in told if step[0] == "pages"][1:] == [
        ("pages", 0, 2),
        ("pages", 1, 2),
        ("pages", 2, 2),
    ]
    subject = take_file(found)
    pages = {
        passage.text: find_mark(subject.page_marks, passage).page
        for passage in found.prepared.passages
    }
    assert [pages[text] for text in pages if "barges" in text] == [2]
    assert pages["Barge fluviale"] == 1


@pytest.mark.parametrize(
    ("field", "start", "end", "page"),
    [
        ("title", 0, 9, 1),
        ("abstract", 0, 20, 1),  # a heading stands before the mark of its page
        ("abstract", 0, 5, None),
        ("abstract", 30, 40, 1),
        ("abstract", 60, 70, 2),
        ("keywords", 0, 9, None),
    ],
)
def test_a_passage_stands_on_the_page_that_it_begins_on(
    field: str, start: int, end: int, page: int | None
) -> None:
    marks = [
        PageMark(OwnerKind.PROJECT, "p", "abstract", 7, 1),
        PageMark(OwnerKind.PROJECT, "p", "abstract", 50, 2),
    ]
    passage = Passage("x", OwnerKind.PROJECT, "p", field, start, end, "", "fr")
    found = find_mark(marks, passage)
    assert (found and found.page) == page


def test_the_file_goes_once_it_is_read(workspace: Workspace) -> None:
    board = ProjectFileBoard()
    held = board.take_upload(workspace, "../../idee.txt", IDEA)
    held.reading.wait(60)
    assert (held.name, held.reading.result.title) == ("idee.txt", "Hydrogène au port")
    assert held.path.parent.exists() is False
    assert board.find(held.token) is held


def test_a_file_without_a_project_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "axes.md"
    path.write_text("---\nkind: roadmap\nid: a\ntitle: A\n---\n\n# Eau {#eau}\n\nDe l'eau.\n")
    with pytest.raises(InputError) as raised:
        read_project(workspace, path, note=lambda *_step: None)
    assert raised.value.code == "no_project"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reload_finds_the_text_again_and_others_do_not(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = open_file(open_app, language, toys, "idee.txt", IDEA)
    token = app.query_params["file"]
    said = normal(render_text("app.project.file_read", language, name="idee.txt", passages=""))
    assert said.partition("–")[0] in read(app)
    again = open_app("project", language, file=token)
    assert (again.session_state[state.PROJECT_SOURCE], list(again.exception)) == ("draft", [])
    assert "Hydrogène au port" in read(again)
    assert "idee.txt" not in read(open_app("project", language))
    again.button(key="project.forget_file").click().run()
    assert "Hydrogène au port" not in read(again)
    assert "file" not in again.query_params
    gone = open_app("project", language, file=token)
    assert normal(render_text("app.project.gone", language)) in read(gone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_being_read_shows_its_progress_and_can_be_stopped(
    open_app: OpenApp, toys: Path, slow: SlowEncoder, language: str
) -> None:
    app = pick(open_app("project", language), state.PROJECT_SOURCE, "draft")
    app.file_uploader(key="project.file.0").upload("idee.txt", IDEA).run()
    held = find_project_file(app, toys)
    assert slow.has_begun.wait(30)
    assert held.reading.state is JobState.RUNNING
    assert normal(render_text("app.project.may_leave", language)) in read(app)
    app.button(key="project.cancel").click().run()
    assert (app.session_state[state.PROJECT_HELD], list(app.exception)) == (None, [])
    slow.may_go_on.set()
    held.reading.wait(60)
    assert (held.reading.state, held.path.exists()) == (JobState.CANCELLED, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_could_not_be_read_is_said_and_the_next_file_takes_its_place(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = open_file(open_app, language, toys, "vide.txt", b"")
    said = InputError("text_empty", file="vide.txt").render(language)
    assert normal(said)[1:] in read(app)
    first = app.session_state[state.PROJECT_HELD]
    app = bring_project(app, toys, "idee.txt", IDEA)
    assert "Hydrogène au port" in read(app)
    board = resources.get_project_files(str(toys.resolve()))
    assert (board.find(first), list(app.exception)) == (None, [])


def test_a_pasted_text_takes_the_place_of_a_file(open_app: OpenApp, toys: Path) -> None:
    app = open_file(open_app, "en", toys, "idee.txt", IDEA)
    app.switch_page("src/roadmapfit/app/pages/home.py").run()
    app.text_input(key=state.HOME_TITLE).set_value("Solar roofs")
    app.text_area(key=state.HOME_TEXT).set_value("Solar panels cover the roofs of the farms. " * 4)
    app.button(key=state.HOME_SUBMIT).click().run()
    app.switch_page("src/roadmapfit/app/pages/project.py").run()
    said = read(app)
    assert ("Solar roofs" in said, "idee.txt" in said) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_partners_about_a_file_opens_the_same_view(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    token = open_file(open_app, language, toys, "idea.txt", IDEA).query_params["file"]
    other = open_app("partners", language, subject="draft", file=token)
    assert "Hydrogène au port" in read(other)
    assert (other.query_params["subject"], other.query_params["file"]) == ("draft", token)
    assert not other.exception
    bare = open_app("partners", language, file=token)  # as a link cut short
    assert "Hydrogène au port" in read(bare)


@pytest.mark.parametrize("language", LANGUAGES)
def test_partners_of_a_file_that_is_read_or_gone_say_so(
    open_app: OpenApp, toys: Path, slow: SlowEncoder, language: str
) -> None:
    workspace = open_workspace(toys, encoder=slow)
    board = resources.get_project_files(str(toys.resolve()))
    held = board.take_upload(workspace, "idea.txt", IDEA)
    assert slow.has_begun.wait(30)
    app = open_app("partners", language, file=held.token)
    (progress,) = app.get("progress")
    assert progress.proto.text.replace("\\", "").startswith("idea.txt – ")
    slow.may_go_on.set()
    held.reading.wait(60)
    assert "Hydrogène au port" in read(app.run())
    board.drop(held.token)
    gone = open_app("partners", language, file=held.token)
    assert normal(render_text("app.project.gone", language)) in read(gone)
    assert "file" not in gone.query_params
