"""Builds that follow each other, and what is left when one of them fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from roadmapfit.errors import WorkspaceError
from roadmapfit.succession import Succession


def fill(content: str) -> Callable[[Path], str]:
    """Make a writer of a build that holds one text; it returns the text in capitals."""

    def write(directory: Path) -> str:
        (directory / "text").write_text(content, encoding="utf-8")
        return content.upper()

    return write


def fail(directory: Path) -> str:
    """Fill half of a build, then fail."""
    (directory / "text").write_text("half", encoding="utf-8")
    raise OSError(28, "no space")


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "generations").iterdir())


def test_builds_are_numbered_and_the_last_two_stay(tmp_path: Path) -> None:
    builds = Succession(tmp_path)
    assert (builds.has_current, builds.read_current(), builds.read_version()) == (False, "", "")
    assert [builds.advance(fill(content)) for content in "abc"] == ["A", "B", "C"]
    assert (builds.read_current(), names(tmp_path)) == ("000003", ["000002", "000003"])
    assert (builds.find("000003") / "text").read_text(encoding="utf-8") == "c"


def test_a_build_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    builds = Succession(tmp_path)
    builds.advance(fill("a"))
    before = builds.read_version()
    with pytest.raises(OSError, match="no space"):
        builds.advance(fail)
    assert (builds.read_version(), names(tmp_path)) == (before, ["000001"])


def test_what_killed_builds_left_is_removed(tmp_path: Path) -> None:
    builds = Succession(tmp_path)
    builds.advance(fill("a"))
    # One was killed while it was written, one before the pointer was moved.
    builds.find("000002.unfinished").mkdir()
    builds.find("000002").mkdir()
    builds.advance(fill("b"))
    assert (builds.read_current(), names(tmp_path)) == ("000002", ["000001", "000002"])
    assert (builds.find("000002") / "text").read_text(encoding="utf-8") == "b"


def test_a_damaged_pointer_is_said_and_built_over(tmp_path: Path) -> None:
    builds = Succession(tmp_path)
    builds.advance(fill("a"))
    (tmp_path / "CURRENT").write_text("../elsewhere", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="CURRENT"):
        builds.read_current()
    builds.advance(fill("b"))
    assert builds.read_current() == "000002"
