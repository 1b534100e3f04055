from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from roadmapfit.errors import LockedError, WorkspaceError
from roadmapfit.identity import Link, Method
from roadmapfit.records import (
    Batch,
    Decision,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Problem,
    Project,
    Role,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.store import Change, RecordChange, Source, Store
from strategies import batches
from toys import DOCUMENTS, ITEMS, ORGANISATIONS, PARTICIPATIONS, PROBLEMS, PROJECTS, toy_batch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "corpus.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Store) -> Store:
    store.put(toy_batch(), source_name="toys", content_hash="abc")
    return store


def project(project_id: str, *, title: str = "A title") -> Project:
    return Project(id=project_id, title=title, abstract="", language="en", source="test")


def batch_of(*projects: Project) -> Batch:
    return Batch(projects=list(projects))


def snapshot_hash(store: Store, path: Path) -> str:
    store.write_snapshot(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- records come back as they were --------------------------------------------


def test_records_come_back_in_reading_order(filled: Store) -> None:
    assert filled.load(StrategyDocument) == list(DOCUMENTS)
    assert filled.load(StrategyItem) == list(ITEMS)
    assert filled.load(Project) == sorted(PROJECTS, key=lambda each: each.id)
    assert filled.load(Organisation) == sorted(ORGANISATIONS, key=lambda each: each.id)
    assert filled.load_participations() == sorted(
        PARTICIPATIONS, key=lambda each: (each.project_id, each.organisation_id)
    )
    assert filled.load_problems() == list(PROBLEMS)


@settings(max_examples=40)
@given(batch=batches)
def test_any_records_come_back_equal(batch: Batch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "corpus.sqlite")
        store.put(batch, source_name="any", content_hash="")
        assert store.load(StrategyDocument) == sorted(batch.documents, key=lambda each: each.id)
        assert store.load(StrategyItem) == sorted(
            batch.items, key=lambda each: (each.document_id, each.position, each.id)
        )
        assert store.load(Project) == sorted(batch.projects, key=lambda each: each.id)
        assert store.load(Organisation) == sorted(batch.organisations, key=lambda each: each.id)
        assert store.load_participations() == sorted(
            batch.participations, key=lambda each: each.project_id
        )
        decided = [replace(each, source_name="any") for each in batch.decisions]
        assert store.load_decisions() == sorted(decided, key=lambda each: each.project_id)
        assert sorted(store.load_problems(), key=repr) == sorted(batch.problems, key=repr)
        unchanged = store.put(batch, source_name="any", content_hash="")
        assert (unchanged.n_added, unchanged.n_updated, unchanged.n_removed) == (0, 0, 0)
        store.close()


def test_some_records_are_read_by_id_in_the_order_of_all(filled: Store) -> None:
    wanted = ["museum", "no such", "aquabat", "museum"]
    assert [each.id for each in filled.load(Project, ids=wanted)] == ["aquabat", "museum"]
    both = ["pole-sud/water", "pole-nord/hydrogene"]
    assert [each.id for each in filled.load(StrategyItem, ids=both)] == both[::-1]
    assert filled.load(Project, ids=[]) == []


def test_more_ids_than_sqlite_takes_values(filled: Store) -> None:
    wanted = [f"absent-{number}" for number in range(40_000)] + ["helios"]
    assert [each.id for each in filled.load(Project, ids=wanted)] == ["helios"]


def test_participations_of_one_project_or_organisation(filled: Store) -> None:
    of_project = filled.load_participations(project_id="hydroport")
    assert [each.organisation_id for each in of_project] == ["electrolys", "port-nord"]
    of_organisation = filled.load_participations(organisation_id="port-nord")
    assert [(each.project_id, each.role) for each in of_organisation] == [
        ("hydroharbour", Role.COORDINATOR),
        ("hydroport", Role.PARTNER),
    ]
    both = filled.load_participations(project_id="helios", organisation_id="electrolys")
    assert both == [Participation("helios", "electrolys", Role.ASSOCIATE, 0.0, has_ended=True)]


def test_problems_come_in_file_order_and_by_source(store: Store) -> None:
    late = Problem("b.csv", "empty_title", Outcome.REFUSED, row=2)
    early = Problem("b.csv", "unreadable_date", Outcome.NOTED, row=1)
    other = Problem("a.csv", "empty_title", Outcome.REFUSED)
    store.put(Batch(problems=[late, early]), source_name="one", content_hash="")
    store.put(Batch(problems=[other]), source_name="two", content_hash="")
    assert store.load_problems() == [other, early, late]
    assert store.load_problems(source_name="one") == [early, late]


def test_counts_and_sources_are_told(filled: Store) -> None:
    assert filled.count() == {
        "documents": 3,
        "items": 7,
        "projects": 7,
        "organisations": 6,
        "participations": 10,
        "sources": 1,
        "problems": 2,
    }
    (source,) = filled.load_sources()
    assert source == Source(
        name="toys",
        content_hash="abc",
        added_at=source.added_at,
        counts={
            "documents": 3,
            "items": 7,
            "projects": 7,
            "organisations": 6,
            "participations": 10,
        },
    )
    assert source.added_at.endswith("+00:00")


# --- adding and removing --------------------------------------------------------


def test_adding_again_replaces_what_the_source_brought(store: Store) -> None:
    first = store.put(
        batch_of(project("a"), project("b"), project("c")), source_name="s", content_hash=""
    )
    again = batch_of(project("b"), project("c", title="Another"), project("d"))
    second = store.put(again, source_name="s", content_hash="")
    assert first == Change(n_added=3, n_updated=0, n_unchanged=0, n_removed=0)
    assert second == Change(
        n_added=1,
        n_updated=1,
        n_unchanged=1,
        n_removed=1,
        records=(
            RecordChange("projects", "d", "added"),
            RecordChange("projects", "c", "changed", ("title",)),
            RecordChange("projects", "a", "gone"),
        ),
    )
    assert [(each.id, each.title) for each in store.load(Project)] == [
        ("b", "A title"),
        ("c", "Another"),
        ("d", "A title"),
    ]


def test_adding_the_same_again_changes_nothing(filled: Store) -> None:
    before = filled.revision()
    change = filled.put(toy_batch(), source_name="toys", content_hash="abc")
    assert change == Change(n_added=0, n_updated=0, n_unchanged=33, n_removed=0)
    assert filled.revision() == before


def test_every_change_raises_the_revision_by_one(store: Store) -> None:
    seen = [store.revision()]
    for step in (
        lambda: store.put(batch_of(project("a")), source_name="s", content_hash=""),
        lambda: store.put(batch_of(project("a", title="B")), source_name="s", content_hash=""),
        lambda: store.remove_record(Project, "a"),
        lambda: store.remove_source("s"),
    ):
        step()
        seen.append(store.revision())
    assert seen == [0, 1, 2, 3, 4]


def test_a_record_of_two_sources_stays_when_one_goes(store: Store) -> None:
    shared = Organisation("pic:1", "Old name", OrganisationKind.SME, "test")
    renamed = replace(shared, name="New name")
    store.put(Batch(organisations=[shared]), source_name="one", content_hash="")
    store.put(Batch(organisations=[renamed]), source_name="two", content_hash="")
    assert [each.name for each in store.load(Organisation)] == ["New name"]
    assert store.count()["organisations"] == 1
    assert store.remove_source("two") == 1
    assert [each.name for each in store.load(Organisation)] == ["Old name"]


def test_the_source_added_last_is_read(store: Store) -> None:
    store.put(batch_of(project("a", title="One")), source_name="one", content_hash="")
    store.put(batch_of(project("a", title="Two")), source_name="two", content_hash="")
    before = store.revision()
    change = store.put(batch_of(project("a", title="One")), source_name="one", content_hash="")
    assert change == Change(n_added=0, n_updated=0, n_unchanged=1, n_removed=0)
    assert [each.title for each in store.load(Project)] == ["One"]
    assert store.revision() == before + 1  # what is read has changed


def test_removing_a_source_takes_just_what_it_brought(filled: Store) -> None:
    filled.put(batch_of(project("mine")), source_name="mine", content_hash="")
    assert filled.remove_source("toys") == 33
    assert [each.id for each in filled.load(Project)] == ["mine"]
    assert (filled.count()["items"], filled.load_problems()) == (0, [])


def test_an_unknown_source_is_refused_with_the_known_ones(filled: Store) -> None:
    filled.put(Batch(), source_name="empty", content_hash="")
    with pytest.raises(
        WorkspaceError, match="no source is named “toy”; known sources: empty, toys; choose one"
    ):
        filled.remove_source("toy")


@pytest.mark.parametrize(
    ("kind", "record_id", "n_removed", "left"),
    [
        (StrategyDocument, "pole-nord", 4, {"documents": 2, "items": 4}),
        (StrategyItem, "pole-sud/water", 1, {"documents": 3, "items": 6}),
        (Project, "hydroport", 3, {"projects": 6, "participations": 8}),
        (Organisation, "electrolys", 3, {"organisations": 5, "participations": 8}),
    ],
)
def test_a_record_goes_with_what_hangs_on_it(
    filled: Store, kind: type, record_id: str, n_removed: int, left: dict[str, int]
) -> None:
    assert filled.remove_record(kind, record_id) == n_removed
    assert {name: filled.count()[name] for name in left} == left


def test_an_unknown_record_is_refused(filled: Store) -> None:
    before = filled.revision()
    with pytest.raises(WorkspaceError, match="no record has the id “hydro”; check it"):
        filled.remove_record(Project, "hydro")
    assert filled.revision() == before


def test_adding_is_all_or_nothing(filled: Store) -> None:
    bad = Batch(projects=[project("new")], problems=[Problem("f", "c", "wrong")])  # type: ignore[arg-type]
    bad.participations = [Participation("new", None, Role.PARTNER)]  # type: ignore[arg-type]
    before = snapshot_hash(filled, filled.path.with_name("before"))
    with pytest.raises(WorkspaceError, match="NOT NULL constraint failed"):
        filled.put(bad, source_name="toys", content_hash="")
    assert snapshot_hash(filled, filled.path.with_name("after")) == before


# --- decisions ------------------------------------------------------------------

PAIR = ("hydroport", "pole-nord/hydrogene")


def decision(
    project_id: str = PAIR[0], item_id: str = PAIR[1], *, is_aligned: bool = True, note: str = ""
) -> Decision:
    return Decision(project_id, item_id, is_aligned, note=note)


def decided(store: Store) -> list[tuple[str, str, bool, str]]:
    return [
        (each.project_id, each.item_id, each.is_aligned, each.source_name)
        for each in store.load_decisions()
    ]


def has_table(store: Store) -> bool:
    with sqlite3.connect(store.path) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'decisions'")
        is_there = found.fetchone() is not None
    connection.close()
    return is_there


def test_decisions_come_back_by_project_and_item(filled: Store) -> None:
    dated = Decision("helios", "pole-sud/water", False, date(2026, 3, 3), "hors sujet")
    for each in (decision(), dated, decision("helios", "pole-nord/solaire")):
        filled.decide(each)
    assert filled.load_decisions() == [decision("helios", "pole-nord/solaire"), dated, decision()]
    assert filled.load_decisions(project_id="hydroport") == [decision()]
    assert filled.load_decisions(project_id="museum") == []


def test_a_database_from_before_decisions_is_read_and_gets_its_table(filled: Store) -> None:
    assert (filled.load_decisions(), has_table(filled)) == ([], False)
    with pytest.raises(WorkspaceError, match="no decision is written down for the project"):
        filled.withdraw_decision(*PAIR)
    assert filled.remove_record(Project, "museum") == 2
    assert has_table(filled) is False
    filled.decide(decision())
    assert (filled.load_decisions(), has_table(filled)) == ([decision()], True)


def test_a_later_decision_takes_the_place_of_the_earlier(filled: Store) -> None:
    filled.decide(decision(is_aligned=True, note="first"))
    filled.decide(decision(is_aligned=False, note="second"))
    assert filled.load_decisions() == [decision(is_aligned=False, note="second")]
    change = filled.put(Batch(decisions=[decision()]), source_name="may.csv", content_hash="")
    assert change == Change(n_added=0, n_updated=1, n_unchanged=0, n_removed=0)
    assert decided(filled) == [(*PAIR, True, "may.csv")]
    filled.decide(decision(is_aligned=False))
    assert decided(filled) == [(*PAIR, False, "")]


def test_adding_decisions_again_replaces_what_the_source_brought(filled: Store) -> None:
    filled.decide(decision("museum", "pole-sud/water"))
    first = [decision(), decision("helios", "pole-nord/solaire"), decision("aquabat", PAIR[1])]
    again = [decision(), decision("helios", "pole-nord/solaire", is_aligned=False)]
    added = filled.put(Batch(decisions=first), source_name="d.csv", content_hash="")
    changed = filled.put(Batch(decisions=again), source_name="d.csv", content_hash="")
    assert added == Change(n_added=3, n_updated=0, n_unchanged=0, n_removed=0)
    assert changed == Change(n_added=0, n_updated=1, n_unchanged=1, n_removed=1)
    assert decided(filled) == [
        ("helios", "pole-nord/solaire", False, "d.csv"),
        (*PAIR, True, "d.csv"),
        ("museum", "pole-sud/water", True, ""),
    ]
    sources = {each.name: each.counts for each in filled.load_sources()}
    assert sources["d.csv"]["decisions"] == 2


def test_decisions_leave_the_records_their_revision_and_snapshots_alone(
    filled: Store, tmp_path: Path
) -> None:
    before = filled.revision(), snapshot_hash(filled, tmp_path / "before")
    filled.decide(decision())
    assert (filled.revision(), snapshot_hash(filled, tmp_path / "after")) == before
    filled.put(Batch(decisions=[decision()]), source_name="d.csv", content_hash="")
    assert filled.remove_source("d.csv") == 1
    assert (filled.revision(), filled.load_decisions()) == (1, [])


@pytest.mark.parametrize(
    ("kind", "record_id", "n_removed", "left"),
    [
        (Project, "hydroport", 3 + 2, ["helios"]),
        (StrategyDocument, "pole-nord", 4 + 2, ["hydroport"]),
        (StrategyItem, "pole-sud/water", 1 + 1, ["helios", "hydroport"]),
        (Organisation, "electrolys", 3, ["helios", "hydroport", "hydroport"]),
    ],
)
def test_decisions_go_with_what_they_are_about(
    filled: Store, kind: type, record_id: str, n_removed: int, left: list[str]
) -> None:
    for pair in (PAIR, ("hydroport", "pole-sud/water"), ("helios", "pole-nord/solaire")):
        filled.decide(decision(*pair))
    assert filled.remove_record(kind, record_id) == n_removed
    assert [each.project_id for each in filled.load_decisions()] == left


def test_decisions_outlive_a_source_that_did_not_bring_them(filled: Store) -> None:
    filled.decide(decision())
    filled.remove_source("toys")
    assert (filled.load(Project), filled.load_decisions()) == ([], [decision()])


def test_a_decision_is_about_what_there_is(filled: Store) -> None:
    with pytest.raises(WorkspaceError, match="^the corpus has no project “hydro”; a decision is"):
        filled.decide(decision("hydro"))
    for item_id in ("pole-nord/none", "pole-nord/energies"):  # the latter is a heading
        with pytest.raises(WorkspaceError, match=f"^the corpus has no item “{item_id}” to align"):
            filled.decide(decision(item_id=item_id))
    assert filled.load_decisions() == []


def test_a_decision_is_withdrawn_once(filled: Store) -> None:
    filled.decide(decision())
    filled.withdraw_decision(*PAIR)
    assert filled.load_decisions() == []
    with pytest.raises(
        WorkspaceError,
        match="^no decision is written down for the project “hydroport” and the item “pole-nord/",
    ):
        filled.withdraw_decision(*PAIR)


# --- snapshots ------------------------------------------------------------------


def test_a_snapshot_holds_all_but_the_time_of_adding(filled: Store, tmp_path: Path) -> None:
    filled.write_snapshot(tmp_path / "snapshot.sqlite")
    snapshot = Store(tmp_path / "snapshot.sqlite", read_only=True)
    assert snapshot.load(Project) == filled.load(Project)
    assert snapshot.load_problems() == filled.load_problems()
    assert snapshot.count() == filled.count()
    assert snapshot.revision() == filled.revision() == 1
    assert [(each.name, each.added_at) for each in snapshot.load_sources()] == [("toys", "")]
    snapshot.close()


def test_equal_records_give_equal_snapshots_whatever_came_before(tmp_path: Path) -> None:
    straight, winding = Store(tmp_path / "one.sqlite"), Store(tmp_path / "two.sqlite")
    for batch in (batch_of(project("a")), batch_of(project("b")), toy_batch()):
        straight.put(batch, source_name="s", content_hash="")
    turned = toy_batch()
    turned.projects.reverse()
    turned.organisations.reverse()
    winding.put(turned, source_name="s", content_hash="")
    winding.remove_record(Project, "museum")
    winding.put(turned, source_name="s", content_hash="")
    assert snapshot_hash(straight, tmp_path / "a") == snapshot_hash(winding, tmp_path / "b")
    straight.close()
    winding.close()


def test_a_reader_sees_the_whole_or_nothing_while_a_writer_writes(filled: Store) -> None:
    many = batch_of(*(project(f"p{number:05d}") for number in range(20_000)))
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        other = Store(filled.path, must_exist=True)
        while not done.is_set():
            seen.add(other.count()["projects"])
        other.close()

    reader = threading.Thread(target=read)
    reader.start()
    filled.put(many, source_name="many", content_hash="")
    done.set()
    reader.join()
    assert seen - {7, 20_007} == set()


# --- refusals -------------------------------------------------------------------


@pytest.mark.parametrize("mode", [{"read_only": True}, {"must_exist": True}])
def test_a_missing_file_is_refused_and_not_made(tmp_path: Path, mode: dict[str, bool]) -> None:
    with pytest.raises(WorkspaceError, match=r"^corpus\.sqlite does not exist; a corpus database"):
        Store(tmp_path / "corpus.sqlite", **mode)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(content)
    with pytest.raises(
        WorkspaceError, match=r"^corpus\.sqlite is not a readable corpus database \(.+\); bring"
    ):
        Store(path, must_exist=True)
    assert path.read_bytes() == content


def test_a_truncated_file_is_refused(filled: Store) -> None:
    filled.close()
    content = filled.path.read_bytes()
    filled.path.write_bytes(content[: len(content) // 3])
    with pytest.raises(WorkspaceError, match="is not a readable corpus database"):
        Store(filled.path, must_exist=True).load(Project)


def test_a_value_that_is_no_record_is_refused(filled: Store) -> None:
    with sqlite3.connect(filled.path) as connection:
        connection.execute("UPDATE organisations SET kind = 'circus' WHERE id = 'clinic'")
    connection.close()
    with pytest.raises(WorkspaceError, match="'circus' is not a valid OrganisationKind"):
        filled.load(Organisation)


def test_a_full_disk_is_said_and_changes_nothing(filled: Store) -> None:
    connection = filled._database.engine.raw_connection()
    (n_pages,) = connection.cursor().execute("PRAGMA page_count").fetchone()
    connection.cursor().execute(f"PRAGMA max_page_count = {n_pages}")
    connection.close()  # back to the pool, which lends it again
    many = batch_of(*(project(f"p{number}", title="x" * 500) for number in range(200)))
    with pytest.raises(WorkspaceError, match=r"no space left on the disk of corpus\.sqlite; make"):
        filled.put(many, source_name="many", content_hash="")
    assert (filled.count()["projects"], filled.revision()) == (7, 1)


def test_a_read_only_store_refuses_to_write(filled: Store) -> None:
    reader = Store(filled.path, read_only=True)
    with pytest.raises(WorkspaceError, match=r"^corpus\.sqlite cannot be written: read only"):
        reader.put(Batch(), source_name="s", content_hash="")
    reader.close()


def test_who_waits_too_long_for_a_writer_is_told(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmapfit.store.database._BUSY_TIMEOUT_S", 0.01)
    writer = sqlite3.connect(filled.path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LockedError, match=f"writing to the workspace {filled.path.parent.name};"):
        Store(filled.path, must_exist=True)
    writer.execute("ROLLBACK")
    writer.close()
    assert filled.count()["projects"] == 7


# --- what records were, and which are one ----------------------------------------


def test_versions_are_kept_in_order_and_stay_out_of_snapshots(store: Store, tmp_path: Path) -> None:
    for title in ("one", "two", "three"):
        store.put(batch_of(project("a", title=title)), source_name="s", content_hash="")
    store.put(batch_of(), source_name="s", content_hash="")
    versions = store.load_versions("a")
    assert [(one.number, one.record["title"]) for one in versions] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]
    store.write_snapshot(tmp_path / "snapshot.sqlite")
    assert Store(tmp_path / "snapshot.sqlite").load_versions("a") == []


def test_a_trial_says_what_would_change_and_changes_nothing(filled: Store) -> None:
    before = filled.revision(), filled.count(), filled.load_sources()
    change = filled.put(
        batch_of(project("new")), source_name="toys", content_hash="", is_trial=True
    )
    assert (change.n_added, change.n_removed) == (1, 33)
    assert (filled.revision(), filled.count(), filled.load_sources()) == before


def linked_batch() -> Batch:
    described = Organisation(
        id="b",
        name="Elyce",
        kind=OrganisationKind.SME,
        source="test",
        description="Closures.",
        language="en",
    )
    identified = Organisation(
        id="a",
        name="Elyce SAS",
        kind=OrganisationKind.OTHER,
        source="test",
        identifiers=(("siren", "485376032"),),
    )
    return Batch(
        projects=[project("p"), project("q")],
        organisations=[identified, described],
        participations=[
            Participation("p", "b", Role.PARTNER, 5.0),
            Participation("q", "a", Role.PARTNER),
            Participation("q", "b", Role.PARTNER),
        ],
    )


def test_of_linked_organisations_one_stands_for_all_in_a_snapshot(
    store: Store, tmp_path: Path
) -> None:
    store.put(linked_batch(), source_name="s", content_hash="")
    store.keep_links(
        [
            Link("organisation", "a", "b", Method.NAME, 0.87, "Elyce"),
            Link("organisation", "b", "gone", Method.NAME, 0.87, "Elyce"),
        ]
    )
    store.write_snapshot(tmp_path / "snapshot.sqlite")
    snapshot = Store(tmp_path / "snapshot.sqlite")
    # In q both take part in one role, so b stays there beside a.
    assert [one.id for one in snapshot.load(Organisation)] == ["a", "b"]
    assert [
        (one.project_id, one.organisation_id, one.funding_eur)
        for one in snapshot.load_participations()
    ] == [("p", "a", 5.0), ("q", "a", None), ("q", "b", None)]
    (kept,) = snapshot.load(Organisation, ids=["a"])
    assert (kept.name, kept.kind, kept.description, kept.language) == (
        "Elyce SAS",
        OrganisationKind.SME,
        "Closures.",
        "en",
    )
    assert [one.id for one in store.load(Organisation)] == ["a", "b"]


def test_an_undone_link_joins_nothing(store: Store, tmp_path: Path) -> None:
    store.put(linked_batch(), source_name="s", content_hash="")
    link = Link("organisation", "a", "b", Method.NAME, 0.87, "Elyce")
    store.keep_links([link])
    revision = store.revision()
    store.mark_link("b", "a", is_undone=True)
    assert ([kept.is_undone for kept in store.load_links()], store.revision()) == (
        [True],
        revision + 1,
    )
    store.keep_links([])
    assert [kept.link for kept in store.load_links()] == [link]
    store.write_snapshot(tmp_path / "snapshot.sqlite")
    participations = Store(tmp_path / "snapshot.sqlite").load_participations(project_id="p")
    assert [one.organisation_id for one in participations] == ["b"]
