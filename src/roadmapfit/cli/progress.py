"""Progress bars on stderr, one per stage, when a person can see them."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from roadmapfit.cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class StageProgress:
    """Called with a stage, what is done and what there is; nothing is shown without a terminal.

    ``was_called`` tells whether any stage ran.
    """

    def __init__(self, terminal: Terminal) -> None:
        """Show nothing yet."""
        self.was_called = False
        self._terminal = terminal
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> StageProgress:
        """Take the last lines of the terminal, if stderr is one."""
        if sys.stderr.isatty():
            self._bars = _open_bars()
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lines back."""
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; each has its own bar."""
        self.was_called = True
        if self._bars is None:
            return
        if stage not in self._tasks:
            named = self._terminal.say(f"cli.stage.{stage}")
            self._tasks[stage] = self._bars.add_task(named, total=total)
        # A stage with nothing to do is a finished one.
        self._bars.update(self._tasks[stage], completed=done or int(not total), total=total or 1)

    def read(self, done: int, total: int) -> None:
        """Show how far the reading of a file is, in bytes or in pages."""
        self("read", done, total)


def _open_bars() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as TimeColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    )
