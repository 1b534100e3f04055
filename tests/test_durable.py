"""Small things kept by name: whole, found again, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmapfit.durable import Shelf
from roadmapfit.errors import WorkspaceError


def test_what_is_kept_is_found_by_any_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "views")
    shelf.keep("../été <1>", {"filter": "a=1"})
    shelf.keep("B", {"filter": ""})
    shelf.keep("B", {"filter": "b=2"})
    assert shelf.load("../été <1>") == {"filter": "a=1"}
    assert list(shelf.load_all().items()) == [
        ("../été <1>", {"filter": "a=1"}),
        ("B", {"filter": "b=2"}),
    ]
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / "views"] * 2


def test_what_is_removed_is_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "views")
    assert (shelf.load("A"), shelf.load_all(), shelf.stamp) == (None, {}, "")
    shelf.keep("A", {"n": 1})
    kept_at = shelf.stamp
    shelf.remove("A")
    shelf.remove("A")
    assert shelf.load("A") is None
    assert shelf.stamp > kept_at > ""


@pytest.mark.parametrize("damage", ["", "[]", '{"name": "A"}', '{"name": "A", "content": 3}'])
def test_damage_is_said(tmp_path: Path, damage: str) -> None:
    shelf = Shelf(tmp_path / "views")
    shelf.keep("A", {"n": 1})
    next((tmp_path / "views").glob("*.json")).write_text(damage, encoding="utf-8")
    with pytest.raises(WorkspaceError, match="cannot be read") as caught:
        shelf.load("A")
    assert caught.value.code == "kept_damaged"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        Shelf(tmp_path / "file" / "views").keep("A", {"n": 1})
