"""A build that is killed at any moment leaves the last good one, and the next one finishes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roadmapfit.records import OwnerKind
from source import PACKAGE
from toys import open_toy_workspace

N_ROUNDS = 28
N_PASSAGES = 40  # of the toy corpus; each further source brings two


class KilledBuilds:
    """The process that runs and kills builds, one a line."""

    def __init__(self, root: Path, *, seed: int) -> None:
        tests = Path(__file__).parent
        paths = os.pathsep.join([str(tests), str(PACKAGE.parent)])
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, str(tests / "killed_builds.py"), str(root), str(seed), str(N_ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._read()  # the libraries are loaded, and the first build is done

    def next(self) -> dict[str, Any]:
        """Let one more build run, and hear how it ended."""
        print(file=self._process.stdin, flush=True)
        return self._read()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line


@pytest.fixture
def builds(tmp_path: Path) -> Iterator[KilledBuilds]:
    running = KilledBuilds(tmp_path, seed=20)
    yield running
    running.close()


def files_of(directory: Path) -> dict[str, bytes]:
    """Return the files of the current generation."""
    name = (directory / "CURRENT").read_text().strip()
    return {
        path.name: path.read_bytes()
        for path in sorted((directory / "generations" / name).iterdir())
    }


@pytest.mark.slow
def test_killed_builds_leave_the_last_good_one_and_the_next_is_as_if_undisturbed(
    builds: KilledBuilds, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    told = []
    n_good = 2
    for number in range(1, N_ROUNDS + 1):
        told.append(builds.next())
        workspace = open_toy_workspace(killed)
        generation = workspace.generation  # every checksum of it is compared
        n_sources = generation.manifest.counts["sources"] - 1
        assert n_good <= n_sources <= number + 2
        n_good = n_sources
        assert len(generation.index) == N_PASSAGES + 2 * n_sources
        assert len(generation.alignments) == 5 * (6 + n_sources)
        rows = generation.rows_of(OwnerKind.PROJECT, ["hydroport"])
        first, *_ = generation.load_passages(rows)
        assert first.text == "Hydrogène pour le port"
        in_corpus = workspace.count()["sources"] - 1
        assert n_sources <= in_corpus <= number + 2
        workspace.refresh()
    assert sum(each["status"] == -9 for each in told) >= 20
    assert {each["status"] for each in told} <= {-9, 0}
    # Of: add, snapshot, segment, encode, index, align, done.
    assert len({each["stage"] for each in told}) >= 3, told

    assert builds.next() == {"statuses": [0, 0]}
    found, expected = files_of(killed), files_of(tmp_path / "undisturbed")
    assert list(found) == list(expected)
    assert [name for name in found if found[name] != expected[name]] == []
    assert sorted(path.name for path in (killed / "generations").glob("*.unfinished")) == []
