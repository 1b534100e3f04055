"""A source that was removed: put back as it was, taken over by its successor, forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmapfit.errors import WorkspaceError
from roadmapfit.records import Batch, Decision, OwnerKind, PageMark, Project
from roadmapfit.store import Store
from toys import toy_batch

MARK = PageMark(OwnerKind.PROJECT, "helios", "abstract", 0, 3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "corpus.sqlite")
    yield opened
    opened.close()


def title(project_id: str, text: str) -> Batch:
    """Return a batch of one project with a title."""
    return Batch(projects=[Project(project_id, text, "", "en", "test")])


def titles(store: Store) -> dict[str, str]:
    """Return the titles that are read, by project."""
    return {each.id: each.title for each in store.load(Project)}


def dump(path: Path) -> set[str]:
    """Return every row of a database, with its table."""
    with sqlite3.connect(path) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        tables = [name for name in names if not name.startswith(("ix_", "sqlite_"))]
        return {
            f"{table}: {row}"
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table}")
        }


def test_a_source_comes_back_with_all_that_it_brought(store: Store) -> None:
    batch = toy_batch()
    batch.page_marks.append(MARK)
    batch.decisions.append(Decision("helios", "pole-nord/solaire", is_aligned=True))
    store.put(batch, source_name="toys", content_hash="abc")
    before = dump(store.path)
    assert store.remove_source("toys") == 34
    (removed,) = store.load_removed()
    assert (removed.name, removed.counts["projects"]) == ("toys", 7)
    assert (store.count()["projects"], store.load_sources()) == (0, [])
    assert store.restore_source("toys") == 34
    assert dump(store.path) - before == {"same_revisions: (3, 1)"}
    assert before <= dump(store.path)
    assert store.load_removed() == []
    assert store.remove_source("toys") == 34  # and goes again


class StopAskedError(Exception):
    """Raised to stop a change."""


@pytest.mark.parametrize("n_done", [1, 3, 8])
def test_a_change_that_is_stopped_leaves_all_as_it_was(store: Store, n_done: int) -> None:
    store.put(toy_batch(), source_name="toys", content_hash="abc")
    heard: list[tuple[int, int]] = []

    def stop_there(done: int, total: int) -> None:
        heard.append((done, total))
        if done == n_done:
            raise StopAskedError

    before = dump(store.path)
    with pytest.raises(StopAskedError):
        store.remove_source("toys", on_step=stop_there)
    assert dump(store.path) == before
    store.remove_source("toys")
    before = dump(store.path)
    with pytest.raises(StopAskedError):
        store.restore_source("toys", on_step=stop_there)
    assert dump(store.path) == before
    assert heard == 2 * [(n, 8) for n in range(1, n_done + 1)]


def test_what_is_built_is_what_was_built_before(store: Store, tmp_path: Path) -> None:
    store.put(toy_batch(), source_name="toys", content_hash="abc")
    store.put(title("mine", "Mine"), source_name="mine", content_hash="")
    store.write_snapshot(tmp_path / "before.sqlite")
    store.remove_source("toys")
    store.restore_source("toys")
    store.write_snapshot(tmp_path / "after.sqlite")
    assert dump(tmp_path / "after.sqlite") == dump(tmp_path / "before.sqlite")


def test_each_change_has_its_revision_but_for_decisions(store: Store) -> None:
    store.put(title("a", "A"), source_name="s", content_hash="")
    store.remove_source("s")
    store.restore_source("s")
    assert store.revision() == 3
    decided = Batch(decisions=[Decision("a", "i", is_aligned=True)])
    store.put(decided, source_name="d.csv", content_hash="")
    store.remove_source("d.csv")
    assert (store.restore_source("d.csv"), store.revision()) == (1, 3)


def test_records_are_those_of_before_once_a_removal_is_taken_back(store: Store) -> None:
    store.put(title("a", "A"), source_name="one", content_hash="")
    store.put(title("b", "B"), source_name="two", content_hash="")
    built = store.revision()
    store.remove_source("one")
    store.remove_source("two")
    assert not store.has_records_of(built)
    store.restore_source("two")
    assert not store.has_records_of(built)
    store.restore_source("one")
    assert (store.revision(), store.has_records_of(built)) == (6, True)
    store.remove_source("two")
    assert not store.has_records_of(built)
    store.restore_source("two")
    assert (store.revision(), store.has_records_of(built)) == (8, True)


def test_records_changed_since_a_removal_are_not_those_of_before(store: Store) -> None:
    store.put(title("a", "A"), source_name="one", content_hash="")
    built = store.revision()
    store.remove_source("one")
    without = store.revision()
    store.put(title("b", "B"), source_name="two", content_hash="")
    store.restore_source("one")
    assert not store.has_records_of(built)
    assert not store.has_records_of(without)


def test_a_removal_from_before_they_were_kept_asks_for_a_build(store: Store) -> None:
    store.put(title("a", "A"), source_name="one", content_hash="")
    store.remove_source("one")
    with sqlite3.connect(store.path) as connection:
        connection.execute("DROP TABLE removals")
    store.restore_source("one")
    assert not store.has_records_of(1)


def test_a_source_takes_its_place_among_the_others_again(store: Store) -> None:
    store.put(title("a", "first"), source_name="one", content_hash="")
    store.put(title("a", "second"), source_name="two", content_hash="")
    store.remove_source("two")
    store.put(title("a", "third"), source_name="three", content_hash="")
    store.restore_source("two")
    assert titles(store) == {"a": "third"}
    store.remove_source("three")
    assert titles(store) == {"a": "second"}


def test_a_decision_made_since_is_kept(store: Store) -> None:
    store.put(toy_batch(), source_name="toys", content_hash="")
    first = Decision("helios", "pole-nord/solaire", is_aligned=True)
    later = Decision("helios", "pole-nord/solaire", is_aligned=False)
    store.put(Batch(decisions=[first]), source_name="d.csv", content_hash="")
    store.remove_source("d.csv")
    store.decide(later)
    assert store.restore_source("d.csv") == 0
    assert store.load_decisions() == [later]


def test_a_source_added_anew_takes_the_place_of_the_removed_one(store: Store) -> None:
    store.put(title("a", "old"), source_name="s", content_hash="")
    store.remove_source("s")
    store.put(title("b", "trial"), source_name="s", content_hash="", is_trial=True)
    assert [each.name for each in store.load_removed()] == ["s"]
    store.put(title("b", "new"), source_name="s", content_hash="")
    assert (store.load_removed(), titles(store)) == ([], {"b": "new"})


def test_a_source_is_forgotten_for_good(store: Store) -> None:
    store.put(title("a", "A secret"), source_name="s", content_hash="")
    store.remove_source("s")
    store.forget_source("s")
    assert store.load_removed() == []
    store.close()
    assert b"A secret" not in store.path.read_bytes()
    with pytest.raises(WorkspaceError, match="^no removed source is named “s”; to be put back: –"):
        store.restore_source("s")


def test_a_name_that_was_not_removed_is_refused_with_those_that_were(store: Store) -> None:
    for name in ("one", "two"):
        store.put(title(name, name), source_name=name, content_hash="")
        store.remove_source(name)
    for change in (store.restore_source, store.forget_source):
        with pytest.raises(WorkspaceError, match="named “three”; to be put back: (one|two), "):
            change("three")


class Stopped(BaseException):
    """Raised by who watches, as a reader who clicks Stop does."""


@pytest.mark.parametrize("n_heard", [1, 3, 5, 6])
def test_a_put_that_is_stopped_at_any_step_changes_nothing(store: Store, n_heard: int) -> None:
    store.put(title("a", "A"), source_name="toys", content_hash="")
    before = dump(store.path), store.revision()
    heard: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if len(heard) == n_heard:
            raise Stopped

    with pytest.raises(Stopped):
        store.put(toy_batch(), source_name="toys", content_hash="", on_step=stop)
    assert (dump(store.path), store.revision()) == before


def test_a_put_tells_of_its_steps_and_of_the_last(store: Store) -> None:
    many = Batch(projects=[Project(f"p{n}", "T", "", "en", "test") for n in range(4500)])
    heard: list[tuple[int, int]] = []
    store.put(
        many, source_name="s", content_hash="", on_step=lambda *step: heard.append(tuple(step))
    )
    assert [step for step in dict.fromkeys(heard) if step[0]] == [
        (2000, 4500),
        (4000, 4500),
        (4500, 4500),
    ]
    assert heard[-1] == (4500, 4500)
