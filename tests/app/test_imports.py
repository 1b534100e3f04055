"""Files on their way in: read beside the session, found again, stopped, saved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import bring, find_import, normal, read, save
from roadmapfit.app import imports, resources, state
from roadmapfit.app.held import MAX_HELD
from roadmapfit.app.imports import ImportBoard, list_inbox
from roadmapfit.app.jobs import JobState
from roadmapfit.intake import Reading
from roadmapfit.readers import Progress
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import Workspace, open_workspace

OpenApp = Callable[..., AppTest]
ISLAND = b"Wind for islands\n\nA wind farm feeds the island and its harbour all year."


class SlowWorkspace(Workspace):
    """Reads as any other, once it is told to go on."""

    def __init__(self, other: Workspace) -> None:
        super().__init__(
            other.directory, other.encoder, other.model, model_checksum=other.alignment_model
        )
        self.may_go_on = threading.Event()

    def read(
        self, path: Path, *, read_as: str | None = None, on_progress: Progress | None = None
    ) -> Reading:
        self.may_go_on.wait(30)
        return super().read(path, read_as=read_as, on_progress=on_progress)


@pytest.fixture
def workspace(toys: Path) -> Workspace:
    """Open the toy workspace."""
    return open_workspace(toys, encoder=resources.get_encoder())


def test_an_upload_is_read_and_its_file_goes_with_it(workspace: Workspace) -> None:
    board = ImportBoard()
    held = board.take_upload("../../island.txt", ISLAND)
    assert (held.name, held.path.read_bytes()) == ("island.txt", ISLAND)
    job = held.read(workspace)
    job.wait(60)
    assert [project.title for project in job.result.batch.projects] == ["Wind for islands"]
    assert board.find(held.token) is held
    board.drop(held.token)
    assert (board.find(held.token), held.path.exists()) == (None, False)


def test_a_file_of_the_inbox_stays_where_it_lies(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "island.txt"
    path.write_bytes(ISLAND)
    board = ImportBoard()
    held = board.take_path(path)
    held.read(workspace).wait(60)
    board.drop(held.token)
    assert path.read_bytes() == ISLAND


def test_the_oldest_of_too_many_is_forgotten() -> None:
    board = ImportBoard()
    held = [board.take_upload(f"{number}.txt", b"x") for number in range(MAX_HELD + 1)]
    assert [board.find(each.token) is None for each in held[:2]] == [True, False]
    assert [each.path.exists() for each in held[:2]] == [False, True]


def test_reading_that_is_stopped_brings_nothing(workspace: Workspace) -> None:
    slow = SlowWorkspace(workspace)
    board = ImportBoard()
    held = board.take_upload("island.txt", ISLAND)
    job = held.read(slow)
    board.drop(held.token)
    slow.may_go_on.set()
    job.wait(60)
    assert (job.state is JobState.RUNNING, job.result) == (False, None)


def test_what_is_saved_twice_is_saved_once(toys: Path, workspace: Workspace) -> None:
    held = ImportBoard().take_upload("island.txt", ISLAND)
    job = held.read(workspace)
    job.wait(60)
    jobs = resources.get_jobs(str(toys.resolve()))
    encoder = resources.get_encoder()
    first = held.save(workspace, job.result, board=jobs, encoder=encoder)
    first.wait(60)
    jobs.current.wait(60)
    assert workspace.count()["projects"] == 8


def test_inbox_lists_what_can_be_read_and_nothing_outside(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "corpus").mkdir(parents=True)
    for name in ("a.txt", "b.exe", ".hidden.txt"):
        (inbox / name).write_text("x")
    (tmp_path / "secret.txt").write_text("x")
    (inbox / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    assert list_inbox(inbox) == ["a.txt", "corpus"]
    assert list_inbox(tmp_path / "none") == []


# --- on the page ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reload_finds_the_file_again_and_others_do_not(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = bring(open_app("sources", language), toys, "island.txt", ISLAND)
    token = app.query_params["import"]
    understood = render_text("app.sources.understood", language, name="island.txt")
    assert normal(understood) in read(app)
    again = open_app("sources", language, **{"import": token})
    assert normal(understood) in read(again)
    assert "island" not in read(open_app("sources", language))
    save(again, toys)
    sources = open_workspace(toys, encoder=resources.get_encoder()).load_sources()
    assert "island.txt" in [source.name for source in sources]
    assert "import" not in again.query_params


def test_a_link_to_a_file_that_is_gone_says_so(open_app: OpenApp, toys: Path) -> None:
    app = open_app("sources", "en", **{"import": "none"})
    assert render_text("app.sources.gone", "en") in read(app)
    assert not app.exception


def test_a_file_being_read_shows_its_progress_and_can_be_stopped(
    open_app: OpenApp, toys: Path, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    slow = SlowWorkspace(workspace)
    own = imports.read_preview
    monkeypatch.setattr(
        imports, "read_preview", lambda _workspace, path, **rest: own(slow, path, **rest)
    )
    app = open_app("sources", "en")
    app.file_uploader(key="sources.file.0").upload("island.txt", ISLAND).run()
    held = find_import(app, toys)
    assert held.reading.state is JobState.RUNNING
    assert render_text("app.sources.may_leave", "en") in read(app)
    app.button(key="sources.cancel").click().run()
    assert app.session_state[state.SOURCES_IMPORT] is None
    assert app.file_uploader(key="sources.file.1").value is None
    slow.may_go_on.set()
    held.reading.wait(60)


def test_a_corrected_tree_survives_a_reload(open_app: OpenApp, toys: Path) -> None:
    page = b"<h1>Plan</h1><h2>Wind</h2><p>Wind farms feed the islands of the coast.</p>"
    app = bring(open_app("sources", "en"), toys, "plan.html", page)
    (editor,) = app.text_area
    editor.set_value(editor.value.replace("Wind farms", "Tidal farms")).run()
    again = open_app("sources", "en", **{"import": app.query_params["import"]})
    (editor,) = again.text_area
    assert "Tidal farms feed" in editor.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_the_inbox_is_read_where_it_lies(
    open_app: OpenApp,
    toys: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    assert render_text("app.sources.no_inbox", language).replace("\u00a0", " ") in read(
        open_app("sources", language)
    )
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setenv(resources.INBOX_VARIABLE, str(inbox))
    assert normal(render_text("app.sources.empty_inbox", language)) in read(
        open_app("sources", language)
    )
    (inbox / "island.txt").write_bytes(ISLAND)
    app = open_app("sources", language)
    app.selectbox(key=state.SOURCES_INBOX).select("island.txt").run()
    app.button(key="sources.inbox_read").click().run()
    find_import(app, toys).reading.wait(60)
    app.run()
    understood = render_text("app.sources.understood", language, name="island.txt")
    assert normal(understood) in read(app)
    assert str(tmp_path) not in read(app)
