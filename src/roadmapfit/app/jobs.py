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
    """

    def __init__(self, work: Callable[[Note], T], *, name: str) -> None:
        """Start at once."""
        self.name = name
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
    """The last build of one workspace, the last table scored and the last search for links."""

    def __init__(self, directory: Path) -> None:
        """Nothing runs yet."""
        self.directory = directory
        self.current: Job[None] | None = None
        self.scoring: Job[str] | None = None
        self.linking: Job[int] | None = None
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
            note("link", 0, 0)
            return sum(not each.is_undone for each in workspace.link_records())

        with self._lock:
            if self.linking is None or self.linking.state is not JobState.RUNNING:
                self.linking = Job(link, name="linking")
            return self.linking

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
