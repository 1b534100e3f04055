"""Long work that runs beside the sessions: a reload finds it again, a click stops it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from roadmapfit.bulk import ScoredTable, score_texts
from roadmapfit.encoder import Encoder
from roadmapfit.errors import RoadmapFitError
from roadmapfit.readers.text_table import TextRow
from roadmapfit.records import Problem
from roadmapfit.workspace import Workspace, open_workspace

NEWS_S = 120.0
# So often work that waits for a build looks whether it is to stop.
WAIT_S = 0.2
T = TypeVar("T")
Note = Callable[[str, int, int], None]
"""Called by the work with a stage, what is done and what there is; it raises to stop it."""


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class _Cancelled(BaseException):
    """Raised inside the work to stop it; no handler of ordinary errors may keep it."""


class SourceChange(StrEnum):
    """What is done to a source that was added before."""

    REMOVE = "remove"
    RESTORE = "restore"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """A change that was made; ``n_records`` are those moved, 0 where nobody counts them."""

    change: SourceChange
    name: str
    n_records: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage of a job has come."""

    stage: str = ""
    done: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """The stage's part done, in [0, 1]."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class Job(Generic[T]):
    """One piece of long work, in a thread of its own.

    Attributes
    ----------
    result
        What the work returned; ``None`` until it is done.
    subject
        What is worked on, as its reader calls it.
    """

    def __init__(self, work: Callable[[Note], T], *, name: str, subject: str = "") -> None:
        """Start at once."""
        self.name = name
        self.subject = subject
        self.state = JobState.RUNNING
        self.progress = Progress()
        self.error: RoadmapFitError | None = None
        self.result: T | None = None
        self._work = work
        self._stop = threading.Event()
        self._ended_s = 0.0
        self._thread = threading.Thread(target=self._run, name=f"roadmapfit-{name}", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; what it has kept stays."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop and still runs."""
        return self.state is JobState.RUNNING and self._stop.is_set()

    @property
    def is_news(self) -> bool:
        """Whether it ended so lately that it is worth saying."""
        return time.monotonic() - self._ended_s < NEWS_S

    def wait(self, timeout_s: float) -> None:
        """Wait for the end, at most so long."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        end = JobState.FAILED  # unless something better happens; a bug keeps its traceback
        try:
            self.result = self._work(self._note)
            end = JobState.DONE
        except _Cancelled:
            end = JobState.CANCELLED
        except RoadmapFitError as error:
            self.error = error
        finally:
            self._ended_s = time.monotonic()
            self.state = end

    def _note(self, stage: str, done: int, total: int) -> None:
        self.progress = Progress(stage, done, total)
        if self._stop.is_set():
            raise _Cancelled


class JobBoard:
    """The last piece of each kind of long work on one workspace."""

    def __init__(self, directory: Path) -> None:
        """Nothing runs yet."""
        self.directory = directory
        self.current: Job[None] | None = None
        self.scoring: Job[str] | None = None
        self.linking: Job[int] | None = None
        self.changing: Job[ChangedSource] | None = None
        self._lock = threading.Lock()

    def start(self, encoder: Encoder) -> Job[None]:
        """Start a build, or return the one that runs.

        It has a workspace of its own: readers go on with the last build until this one
        has become current.
        """

        def build(note: Note) -> None:
            workspace = open_workspace(self.directory, encoder=encoder)
            workspace.build(on_progress=note)
            workspace.refresh()

        with self._lock:
            if self.current is None or self.current.state is not JobState.RUNNING:
                self.current = Job(build, name="build")
            return self.current

    def start_linking(self, workspace: Workspace) -> Job[int]:
        """Look for records of several sources that are one, or return the search that runs.

        The job's result is the number of links found; it is kept all or not at all.
        """

        def link(note: Note) -> int:
            self.await_build(note)
            links = workspace.link_records(on_progress=note)
            return sum(not each.is_undone for each in links)

        with self._lock:
            if self.linking is None or self.linking.state is not JobState.RUNNING:
                self.linking = Job(link, name="linking")
            return self.linking

    def start_change(
        self, workspace: Workspace, change: SourceChange, name: str
    ) -> Job[ChangedSource]:
        """Remove a source, put it back or forget it, or return the change that runs.

        It is made whole or not at all, and can be stopped until it is made durable
        (stage ``commit``). While a build holds the workspace it waits.
        """

        def make(note: Note) -> ChangedSource:
            self.await_build(note)
            note(change, 0, 0)
            if change is SourceChange.FORGET:
                note("commit", 0, 0)
                workspace.forget_source(name)
                return ChangedSource(change, name)
            is_removal = change is SourceChange.REMOVE
            move = workspace.remove_source if is_removal else workspace.restore_source
            n_records = move(name, on_step=lambda *done: note_step(note, change, *done))
            return ChangedSource(change, name, n_records)

        with self._lock:
            if self.changing is None or self.changing.state is not JobState.RUNNING:
                self.changing = Job(make, name=change, subject=name)
            return self.changing

    def await_build(self, note: Note) -> None:
        """Wait for the build that runs, if one does; ``note`` may raise meanwhile."""
        build = self.current
        while build is not None and build.state is JobState.RUNNING:
            note("wait", 0, 0)
            build.wait(WAIT_S)

    def start_scoring(
        self, workspace: Workspace, rows: list[TextRow], problems: list[Problem], *, file: str
    ) -> Job[str]:
        """Score a table of texts and keep the result, or return the scoring that runs.

        The job's result is the name that the scores are kept under.
        """

        def score(note: Note) -> str:
            texts = score_texts(workspace, rows, on_progress=lambda *done: note("score", *done))
            table = ScoredTable(file, tuple(texts), tuple(problems))
            workspace.scores.keep(file, table.to_content())
            return file

        with self._lock:
            if self.scoring is None or self.scoring.state is not JobState.RUNNING:
                self.scoring = Job(score, name="scoring")
            return self.scoring


def note_step(note: Note, stage: str, done: int, total: int) -> None:
    """Tell a step of a change; with the last, that it is being made durable."""
    note(stage, done, total)
    if done == total:
        note("commit", 0, 0)
