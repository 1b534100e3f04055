"""Builds that run beside the sessions: a reload finds them again, a click stops them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from roadmapfit.encoder import Encoder
from roadmapfit.errors import RoadmapFitError
from roadmapfit.workspace import open_workspace

NEWS_S = 120.0


class JobState(StrEnum):
    """How a build stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class _Cancelled(BaseException):
    """Raised inside a build to stop it; no handler of ordinary errors may keep it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage of a build has come."""

    stage: str = ""
    done: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """The stage's part done, in [0, 1]."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class BuildJob:
    """One build, in a thread of its own and with a workspace of its own.

    The readers' workspace is left alone: they go on with the last build until
    this one has become current.
    """

    def __init__(self, directory: Path, encoder: Encoder) -> None:
        """Start at once."""
        self.state = JobState.RUNNING
        self.progress = Progress()
        self.error: RoadmapFitError | None = None
        self._directory = directory
        self._encoder = encoder
        self._stop = threading.Event()
        self._ended_s = 0.0
        self._thread = threading.Thread(target=self._run, name="roadmapfit-build", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the build to stop at its next step; vectors already made are kept."""
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
            workspace = open_workspace(self._directory, encoder=self._encoder)
            workspace.build(on_progress=self._note)
            workspace.refresh()
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
    """The last build of one workspace."""

    def __init__(self, directory: Path) -> None:
        """Nothing runs yet."""
        self.directory = directory
        self.current: BuildJob | None = None
        self._lock = threading.Lock()

    def start(self, encoder: Encoder) -> BuildJob:
        """Start a build, or return the one that runs."""
        with self._lock:
            if self.current is None or self.current.state is not JobState.RUNNING:
                self.current = BuildJob(self.directory, encoder)
            return self.current
