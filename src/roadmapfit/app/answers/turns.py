"""How long answers are kept, and how many are made at a time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

HOUR_S = 3600
# Answers that are made at a time. More would not be sooner, for they share two cores or
# four, and each holds arrays of its own: of ten at once, the first waits as the last.
N_TURNS = 2
_TURNS = threading.BoundedSemaphore(N_TURNS)
P = ParamSpec("P")
T = TypeVar("T")


def in_turn(answer: Callable[P, T]) -> Callable[P, T]:
    """Let an answer wait for its turn.

    It may not ask for another that does, nor should it wait for the encoder to load.
    """

    @functools.wraps(answer)
    def answer_in_turn(*args: P.args, **kwargs: P.kwargs) -> T:
        with _TURNS:
            return answer(*args, **kwargs)

    return answer_in_turn
