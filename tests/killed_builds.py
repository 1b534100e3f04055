"""Builds that are killed, run by ``test_kill.py`` in a process of their own.

``python killed_builds.py DIRECTORY SEED N_ROUNDS`` makes a workspace and builds it.
For every line on its standard input it forks a child that adds one more source and
builds, and kills it: when the child has taken a random number of steps (a statement
of the database, an fsync, a rename), or, every fourth time, after a random time, which
on a busy machine is anywhere. It answers one line of JSON a round. When all rounds are
done it builds once more, and builds the same corpus undisturbed beside. It forks
because loading the libraries takes longer than a build.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection

from fakes import WordCountEncoder
from roadmapfit import building, lexical, segment
from roadmapfit.encoder import Progress, Vectors
from roadmapfit.records import Batch, Project
from roadmapfit.workspace import create_workspace
from toys import open_toy_workspace, toy_batch, toy_model

SECONDS_A_TEXT = 0.03
# Small, so that a build has many shards to be killed between.
SHARD_SIZE = 5


class SlowEncoder(WordCountEncoder):
    """Takes its time over every text."""

    def encode(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        time.sleep(SECONDS_A_TEXT * len(texts))
        return super().encode(texts, on_progress=on_progress)


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence as spaCy gives it."""

    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text as spaCy gives it."""

    sents: list[Span]


class RuleSplitter:
    """Stands for spaCy, whose loading takes seconds."""

    def pipe(
        self, texts: Sequence[tuple[str, int]], *, as_tuples: bool, disable: Sequence[str]
    ) -> Iterator[tuple[Document, int]]:
        for text, number in texts:
            yield Document([Span(*each) for each in segment._split_by_rule(text)]), number


def source(number: int) -> Batch:
    """Make one more project: two passages that no other project has."""
    word = ("solar", "wind", "water", "battery")[number % 4]
    text = f"Site {number} tests a {word} device under the open sky for a whole long year."
    return Batch(projects=[Project(f"p{number:03d}", f"{word} site {number}", text, "en", "kill")])


def add_and_build(directory: Path, n_sources: int, stage: mmap.mmap) -> None:
    """Add so many of the sources that are missing, then build, noting how far it is."""
    workspace = open_toy_workspace(directory, encoder=SlowEncoder())
    note(stage, "add")
    n_known = len(workspace.load_sources()) - 1  # the toy corpus is one
    for number in range(n_known, n_known + n_sources):
        workspace.add_batch(source(number), source_name=f"source-{number:03d}")
    note(stage, "snapshot")
    workspace.build(on_progress=lambda name, done, total: note(stage, name))
    note(stage, "done")


def note(stage: mmap.mmap, name: str) -> None:
    stage[:16] = name.encode().ljust(16)


def run_child(work: Callable[[], None], *, delay_s: float | None = None) -> int:
    """Fork, work, and kill the child after a delay; return its status as subprocess does."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 (a child has nobody to raise it to)
            os.write(2, repr(error).encode())
            os._exit(1)
    if delay_s is not None:
        time.sleep(delay_s)
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def count_steps(on_step: Callable[[], None]) -> None:
    """Call a function before every step of this process that leaves a trace on disk."""

    def watch(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: object, **kwargs: object) -> object:
            on_step()
            return original(*args, **kwargs)

        setattr(owner, name, watched)

    watch(os, "fsync")
    watch(Path, "rename")
    watch(Path, "replace")
    watch(Connection, "execute")


def kill_at_step(number: int) -> None:
    """Make this process kill itself at its nth step."""
    left = iter(range(number))

    def step() -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    count_steps(step)


def work_until(work: Callable[[], None], step: int) -> None:
    """Work, and die at a step."""
    kill_at_step(step)
    work()


def spread(n_rounds: int, chance: random.Random) -> list[float]:
    """Draw a moment in [0, 1) for each round: one in each of as many equal parts, shuffled."""
    moments = [(part + chance.random()) / n_rounds for part in range(n_rounds)]
    chance.shuffle(moments)
    return moments


def measure_build(directory: Path, stage: mmap.mmap) -> tuple[float, int]:
    """Build, add a source and build again; return the seconds and the steps of the latter."""
    counter = mmap.mmap(-1, 8)

    def work() -> None:
        taken = iter(range(1, 10**6))
        count_steps(lambda: counter.__setitem__(slice(0, 8), next(taken).to_bytes(8, "big")))
        add_and_build(directory, 1, stage)

    run_child(partial(add_and_build, directory, 1, stage))
    begun = time.monotonic()
    if run_child(work) != 0:
        raise SystemExit("the undisturbed build failed")
    return time.monotonic() - begun, int.from_bytes(counter[:8], "big")


def load_libraries() -> None:
    """Load what a child would load, without letting it start threads: they die in a fork."""
    for name in ("bm25s", "faiss", "py3langid", "pyarrow.parquet", "sklearn.preprocessing"):
        import_module(name)
    segment._load_identifier()
    lexical.find_terms("eau", "fr")
    lexical.find_terms("water", "en")


def create(directory: Path) -> None:
    encoder = WordCountEncoder()
    workspace = create_workspace(directory, encoder=encoder, model=toy_model(encoder))
    workspace.add_batch(toy_batch(), source_name="toys", content_hash="toy")


def main(root: Path, seed: int, n_rounds: int) -> None:
    segment._load_pipeline = lambda language: RuleSplitter()  # type: ignore[assignment]
    building.encode_missing = partial(building.encode_missing, shard_size=SHARD_SIZE)
    load_libraries()
    stage = mmap.mmap(-1, 16)
    chance = random.Random(seed)  # noqa: S311
    create(root / "killed")
    seconds, n_steps = measure_build(root / "killed", stage)
    print(json.dumps({"seconds": seconds, "n_steps": n_steps}), flush=True)  # noqa: T201
    work = partial(add_and_build, root / "killed", 1, stage)
    for number, moment in enumerate(spread(n_rounds, chance), start=1):
        sys.stdin.readline()
        if number % 4:
            status = run_child(partial(work_until, work, int(n_steps * moment)))
        else:
            status = run_child(work, delay_s=seconds * moment)
        told = {"status": status, "stage": stage[:16].decode().strip()}
        print(json.dumps(told), flush=True)  # noqa: T201
    sys.stdin.readline()
    create(root / "undisturbed")
    n_sources = len(open_toy_workspace(root / "killed").load_sources()) - 1
    statuses = [
        run_child(partial(add_and_build, root / "killed", 0, stage)),
        run_child(partial(add_and_build, root / "undisturbed", n_sources, stage)),
    ]
    print(json.dumps({"statuses": statuses}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
