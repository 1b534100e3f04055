"""What ``--json`` holds stands in docs/command-line.md, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shell import Shell
from source import PACKAGE

PAGE = (PACKAGE.parent.parent / "docs" / "command-line.md").read_text(encoding="utf-8")
IDEA = "Solar panels feed a battery at night."
ASKED = {
    "align": ("--project", "hydroport"),
    "carriers": ("pole-nord/solaire",),
    "compare": ("pole-nord", "programme-industrie"),
    "coverage": ("--document", "pole-nord"),
    "duplicates": (),
    "neighbours": ("pole-nord",),
    "organisation": ("electrolys",),
    "partners": ("--text", IDEA),
    "portfolio": (),
    "similar": ("--project", "hydroport"),
}


def list_keys(content: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Yield the keys of an object, and those of the first record in each of its lists."""
    for key, value in content.items():
        yield key
        records = value if isinstance(value, list) else [value]
        yield from (
            f"{key}.{each}" for record in records[:1] if isinstance(record, dict) for each in record
        )


@pytest.mark.parametrize("command", sorted(ASKED))
def test_the_keys_of_an_answer_are_documented(shell: Shell, command: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{command} --json`"))
    documented = set(re.findall(r"`([a-z_]+)`", row))
    said = shell.read(command, shell.workspace, *ASKED[command])
    found = {part for key in list_keys(said) for part in key.split(".")}
    assert found - documented == set()
