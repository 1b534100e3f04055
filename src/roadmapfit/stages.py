"""Long work, told stage by stage."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, what is done and what there is; it cancels by raising."""


def ignore_progress(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""
