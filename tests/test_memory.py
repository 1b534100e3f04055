"""What was freed is collected although it was set aside; what stays is passed over."""

from __future__ import annotations

import gc
import weakref

from roadmapfit.memory import keep_little, settle_memory


class Ring:
    """An object that holds itself, which the collector alone can free."""

    def __init__(self) -> None:
        self.itself = self


def test_what_stays_is_set_aside_and_what_is_let_go_of_is_collected_the_next_time() -> None:
    ring = Ring()
    seen = weakref.ref(ring)
    settle_memory()
    try:
        assert gc.get_freeze_count() > 0
        del ring
        gc.collect()
        assert seen() is not None  # set aside: the collector passes it over
        settle_memory()
        assert seen() is None
    finally:
        gc.unfreeze()


def test_garbage_goes_by_itself_however_much_stays() -> None:
    held = [[] for _ in range(1_000_000)]  # as the records of a large portfolio
    settle_memory()
    try:
        ring = Ring()
        seen = weakref.ref(ring)
        gc.collect(1)  # among what is old by now, which only a full look frees
        del ring
        made = [[] for _ in range(len(held) // 10)]
        assert (seen(), len(made)) == (None, 100_000)
    finally:
        gc.unfreeze()


def test_keeping_little_breaks_nothing_wherever_this_runs() -> None:
    keep_little()
    assert bytearray(1 << 20)[-1] == 0
