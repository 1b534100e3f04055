"""Sources: removals put back, saves stopped, records taken apart and joined again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import bring, find_import, normal, read
from roadmapfit.app import resources
from roadmapfit.app.imports import ImportBoard
from roadmapfit.app.jobs import ChangedSource, Job, JobBoard, JobState, SourceChange
from roadmapfit.app.widgets import running
from roadmapfit.corpus import Addition
from roadmapfit.intake import Reading
from roadmapfit.paths import models_dir
from roadmapfit.records import Batch, Organisation, OrganisationKind
from roadmapfit.store import KeptLink, Step, Store
from roadmapfit.text import LANGUAGES, load_catalogue, render_text
from roadmapfit.workspace import Workspace, open_workspace

OpenApp = Callable[..., AppTest]
ISLAND = b"Wind for islands\n\nA wind farm feeds the island and its harbour all year."


class StillWorkspace(Workspace):
    """Removes and links as any other, but stands still at its first step until told to go on."""

    def __init__(self, other: Workspace) -> None:
        super().__init__(
            other.directory, other.encoder, other.model, model_checksum=other.alignment_model
        )
        self.has_paused, self.may_go_on = threading.Event(), threading.Event()

    def remove_source(self, source_name: str, *, on_step: Step) -> int:
        def pause(done: int, total: int) -> None:
            self.pause()
            on_step(done, total)

        return super().remove_source(source_name, on_step=pause)

    def link_records(self, *, on_progress: Callable[[str, int, int], None]) -> list[KeptLink]:
        def pause(stage: str, done: int, total: int) -> None:
            self.pause()
            on_progress(stage, done, total)

        return super().link_records(on_progress=pause)

    def pause(self) -> None:
        self.has_paused.set()
        self.may_go_on.wait(30)


class PausedWorkspace(Workspace):
    """Adds as any other, but stands still at its first or its last step until told to go on."""

    def __init__(self, other: Workspace, *, at_last: bool) -> None:
        super().__init__(
            other.directory, other.encoder, other.model, model_checksum=other.alignment_model
        )
        self.at_last = at_last
        self.has_paused, self.may_go_on = threading.Event(), threading.Event()

    def add_reading(self, reading: Reading, *, on_step: Step, **rest: object) -> Addition:
        def pause(done: int, total: int) -> None:
            on_step(done, total)
            if (done == total) is self.at_last:
                self.has_paused.set()
                self.may_go_on.wait(30)

        return super().add_reading(reading, on_step=pause, **rest)


@pytest.fixture
def workspace(toys: Path) -> Workspace:
    """Open the toy workspace."""
    return open_workspace(toys, encoder=resources.get_encoder())


def names(workspace: Workspace) -> list[str]:
    """Name the sources of a workspace."""
    return [source.name for source in workspace.load_sources()]


# --- removal --------------------------------------------------------------------


def press_change(app: AppTest, directory: Path, key: str) -> AppTest:
    """Press a button that changes the sources, and wait until that is done."""
    app.button(key=key).click().run()
    resources.get_jobs(str(directory.resolve())).changing.wait(60)
    return app.run()


def press_and_read(app: AppTest, directory: Path, key: str) -> str:
    """Press such a button; return what the page said meanwhile and after."""
    app.button(key=key).click().run()
    said = read(app)
    resources.get_jobs(str(directory.resolve())).changing.wait(60)
    return said + read(app.run())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_removal_is_undone_at_once_or_after_a_reload(
    open_app: OpenApp,
    toys: Path,
    workspace: Workspace,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "SOON_S", 60.0)  # however slow the machine is
    app = open_app("sources", language)
    app.button(key="sources.remove_yes.toys").click().run()
    assert normal(render_text("app.source_change.remove", language, name="toys", n=33)) in read(app)
    assert "build.start" in [each.key for each in app.button]  # offered in the same run
    assert names(workspace) == []
    app.button(key="sources.undo_removal").click().run()
    assert normal(render_text("app.source_change.restore", language, name="toys", n=33)) in read(
        app
    )
    assert names(workspace) == ["toys"]
    assert "build.start" not in [each.key for each in app.button]  # the index was made with it
    press_change(app, toys, "sources.remove_yes.toys")
    again = open_app("sources", language)
    press_change(again, toys, "sources.restore.toys")
    assert (names(workspace), workspace.load_removed()) == (["toys"], [])
    assert not again.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_removed_source_is_deleted_for_good_when_asked(
    open_app: OpenApp, toys: Path, workspace: Workspace, language: str
) -> None:
    workspace.remove_source("toys")
    app = open_app("sources", language)
    said = press_and_read(app, toys, "sources.forget.toys")
    assert normal(render_text("app.source_change.forget", language, name="toys")) in said
    assert workspace.load_removed() == []
    assert "sources.restore.toys" not in [each.key for each in app.button]


def test_a_removal_that_is_refused_is_said(
    open_app: OpenApp, toys: Path, workspace: Workspace
) -> None:
    app = open_app("sources", "en")
    workspace.remove_source("toys")
    workspace.forget_source("toys")
    assert "No source is named “toys”" in press_and_read(app, toys, "sources.remove_yes.toys")
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_removal_that_runs_is_found_again_and_stopped(
    open_app: OpenApp, toys: Path, workspace: Workspace, language: str
) -> None:
    still = StillWorkspace(workspace)
    job = resources.get_jobs(str(toys.resolve())).start_change(still, SourceChange.REMOVE, "toys")
    assert still.has_paused.wait(30)
    app = open_app("sources", language)
    assert [each.proto.text for each in app.get("progress")] == [
        f"toys – {render_text('app.stage.remove', language)}"
    ]
    assert app.button(key="sources.remove_yes.toys").disabled
    app.button(key="source_change.cancel").click().run()
    assert normal(render_text("app.source_change.stopping", language)) in read(app)
    still.may_go_on.set()
    job.wait(60)
    stopped = normal(render_text("app.source_change.stopped", language, name="toys"))
    assert stopped in read(app.run())
    assert stopped not in read(app.run())  # it is told once
    assert (names(workspace), workspace.count()["projects"]) == (["toys"], 7)
    assert not app.button(key="sources.remove_yes.toys").disabled


def test_a_change_waits_for_the_build_that_runs(workspace: Workspace) -> None:
    jobs = JobBoard(workspace.directory)
    may_end = threading.Event()
    with hold_build(jobs, may_end):
        job = jobs.start_change(workspace, SourceChange.REMOVE, "toys")
        job.wait(0.5)
        assert (job.state, job.progress.stage) == (JobState.RUNNING, "wait")
        assert jobs.start_change(workspace, SourceChange.REMOVE, "other") is job
    job.wait(60)
    assert job.result == ChangedSource(SourceChange.REMOVE, "toys", 33)
    assert names(workspace) == []


# --- saving ---------------------------------------------------------------------


def save_slowly(workspace: Workspace, *, at_last: bool) -> tuple[PausedWorkspace, ImportBoard, str]:
    """Start to save a text, and wait until it stands still."""
    board = ImportBoard()
    held = board.take_upload("island.txt", ISLAND)
    held.read(workspace).wait(60)
    paused = PausedWorkspace(workspace, at_last=at_last)
    jobs = JobBoard(workspace.directory)
    held.save(paused, held.reading.result, board=jobs, encoder=workspace.encoder)
    assert paused.has_paused.wait(30)
    return paused, board, held.token


@pytest.mark.parametrize(
    ("at_last", "state", "kept"),
    [(False, JobState.CANCELLED, []), (True, JobState.DONE, ["island.txt"])],
)
def test_a_save_is_stopped_until_its_last_write(
    workspace: Workspace, at_last: bool, state: JobState, kept: list[str]
) -> None:
    paused, board, token = save_slowly(workspace, at_last=at_last)
    saving = board.find(token).saving
    assert saving.progress.stage == ("commit" if at_last else "save")
    saving.cancel()
    paused.may_go_on.set()
    saving.wait(60)
    assert saving.state is state
    assert [name for name in names(workspace) if name != "toys"] == kept
    assert workspace.count()["projects"] == 7 + len(kept)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_save_that_is_stopped_on_the_page_brings_its_preview_back(
    open_app: OpenApp,
    toys: Path,
    monkeypatch: pytest.MonkeyPatch,
    workspace: Workspace,
    language: str,
) -> None:
    paused = PausedWorkspace(workspace, at_last=False)
    add = Workspace.add_reading
    monkeypatch.setattr(
        Workspace,
        "add_reading",
        lambda own, *given, **rest: (
            add(own, *given, **rest) if own is paused else paused.add_reading(*given, **rest)
        ),
    )
    app = bring(open_app("sources", language), toys, "island.txt", ISLAND)
    app.button(key="sources.save").click().run()
    assert normal(render_text("app.stage.save", language)) in " ".join(
        each.proto.text for each in app.get("progress")
    )
    app.button(key="sources.cancel").click().run()
    assert normal(render_text("app.sources.stopping", language)) in read(app)
    paused.may_go_on.set()
    find_import(app, toys).saving.wait(60)
    app.run()
    assert normal(render_text("app.sources.save_stopped", language)) in read(app)
    assert "sources.save" in [each.key for each in app.button]
    assert names(workspace) == ["toys"]


def test_a_save_waits_for_the_build_that_runs(workspace: Workspace) -> None:
    board = ImportBoard()
    held = board.take_upload("island.txt", ISLAND)
    held.read(workspace).wait(60)
    jobs = JobBoard(workspace.directory)
    may_end = threading.Event()
    with hold_build(jobs, may_end):
        job = held.save(workspace, held.reading.result, board=jobs, encoder=workspace.encoder)
        job.wait(0.5)
        assert (job.state, job.progress.stage) == (JobState.RUNNING, "wait")
    job.wait(60)
    assert (job.state, "island.txt" in names(workspace)) == (JobState.DONE, True)
    jobs.current.wait(60)


@contextmanager
def hold_build(jobs: JobBoard, may_end: threading.Event) -> Iterator[None]:
    """Let a build run until the block ends."""
    jobs.current = Job(lambda _note: may_end.wait(30), name="build")
    yield
    may_end.set()
    jobs.current.wait(60)


# --- links ----------------------------------------------------------------------


@pytest.fixture
def twins(workspace: Workspace) -> Workspace:
    """Add a second source that names an organisation of the first, by its SIREN."""
    twin = Organisation(
        "siren:1",
        "Électrolys SAS",
        OrganisationKind.SME,
        "b",
        identifiers=(("siren", "000000001"),),
    )
    workspace.add_batch(Batch(organisations=[twin]), source_name="b.csv")
    return workspace


@pytest.mark.parametrize("language", LANGUAGES)
def test_records_are_joined_taken_apart_and_joined_again(
    open_app: OpenApp, toys: Path, twins: Workspace, language: str
) -> None:
    app = open_app("sources", language)
    assert normal(render_text("app.links.none", language)) in read(app)
    app.button(key="links.search").click().run()
    resources.get_jobs(str(toys.resolve())).linking.wait(60)
    app.run()
    (kept,) = twins.load_links()
    app.session_state["links.list"] = True
    app.run()
    said = read(app)
    assert "Électrolys SAS" in said
    pair = f"partners.link.{kept.link.left_id}.{kept.link.right_id}"
    for is_undone in (True, False):
        app.button(key=pair).click().run()
        assert twins.load_links()[0].is_undone is is_undone
        name = "rejoin" if is_undone else "part"
        assert app.button(key=pair).label == render_text(f"app.partners.{name}", language)
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_for_links_that_is_stopped_keeps_none(
    open_app: OpenApp, toys: Path, twins: Workspace, language: str
) -> None:
    still = StillWorkspace(twins)
    job = resources.get_jobs(str(toys.resolve())).start_linking(still)
    assert still.has_paused.wait(30)
    app = open_app("sources", language)
    app.button(key="links.cancel").click().run()
    assert normal(render_text("app.links.stopping", language)) in read(app)
    still.may_go_on.set()
    job.wait(60)
    assert job.state is JobState.CANCELLED
    stopped = normal(render_text("app.links.stopped", language))
    assert stopped in read(app.run())
    assert stopped not in read(app.run())
    assert twins.load_links() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_that_joins_nothing_says_by_what_it_looked(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = open_app("sources", language)
    said = read(app.button(key="links.search").click().run())  # once, as soon as it is known
    resources.get_jobs(str(toys.resolve())).linking.wait(60)
    said += read(app.run())
    assert normal(render_text("app.links.nothing", language)) in said


def test_a_link_that_is_gone_says_so(open_app: OpenApp, toys: Path, twins: Workspace) -> None:
    (kept,) = twins.link_records()
    app = open_app("sources", "en")
    app.session_state["links.list"] = True
    app.run()
    with twins._writing(), twins._corpus() as store:
        store.keep_links([])
    app.button(key=f"partners.link.{kept.link.left_id}.{kept.link.right_id}").click().run()
    assert not app.exception
    assert twins.load_links() == []


def test_names_are_those_of_the_corpus_not_of_the_index(twins: Workspace) -> None:
    assert twins.name_records(["siren:1", "helios", "nobody"]) == {
        "siren:1": "Électrolys SAS",
        "helios": twins.generation.project_heads["helios"].label,
    }


# --- the model's card -----------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_a_shipped_model_learnt_from_has_a_name(language: str) -> None:
    known = load_catalogue(language)
    cards = list(models_dir().glob("alignment/*/calibrator.json"))
    parts = {
        part
        for card in cards
        for task in json.loads(card.read_text("utf-8"))["origin"]["tasks"]
        for part in task.split(", ")
    }
    assert len(parts) > 2
    assert [part for part in sorted(parts) if f"app.origin.{part}" not in known] == []


def test_a_store_that_never_lost_a_source_lists_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "corpus.sqlite")
    assert store.load_removed() == []
    store.close()
