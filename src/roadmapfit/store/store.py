"""A corpus database: the one class through which records are written and read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    select,
)

from roadmapfit.errors import WorkspaceError
from roadmapfit.identity import Link
from roadmapfit.readers.tables.mapping import ColumnMapping
from roadmapfit.records import (
    Batch,
    Decision,
    Organisation,
    OwnerKind,
    PageMark,
    Participation,
    Problem,
    Project,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.store.database import Database, Mode, count_change, read_revision
from roadmapfit.store.decided import (
    has_decisions,
    of_document,
    of_pair,
    read_decisions,
    remove_decisions,
    write_decision,
)
from roadmapfit.store.history import Version, read_versions
from roadmapfit.store.links import (
    KeptLink,
    join_organisations,
    mark_link,
    read_links,
    replace_links,
)
from roadmapfit.store.mappings import read_mapping, remove_mapping, write_mapping
from roadmapfit.store.page_marks import (
    copy_page_marks,
    read_page_marks,
)
from roadmapfit.store.queries import (
    Step,
    copy_records,
    read_latest,
)
from roadmapfit.store.removed import (
    RemovedSource,
    forget_removed,
    put_back,
    read_removed,
    take_away,
)
from roadmapfit.store.revisions import (
    count_removal,
    count_return,
    find_first,
    forget_removal,
)
from roadmapfit.store.rows import Record, T, to_record
from roadmapfit.store.sources import Change, Source, put_batch, read_problems, read_sources
from roadmapfit.store.tables import (
    DECISIONS,
    ITEMS,
    METADATA,
    PARTICIPATIONS,
    PROBLEMS,
    SOURCES,
    TABLES,
    list_probes,
)

R = TypeVar("R", StrategyDocument, StrategyItem, Project, Organisation, Participation)


class Store:
    """A corpus database.

    Parameters
    ----------
    path
        The SQLite file.
    read_only
        Refuse every write; several readers may share the file.
    must_exist
        Refuse to make the file, so that a lost corpus is never taken for an empty one.

    Raises
    ------
    WorkspaceError
        If the file is missing and may not be made, or is not a corpus database.
    """

    def __init__(self, path: Path, *, read_only: bool = False, must_exist: bool = False) -> None:
        self.path = path
        is_made = not (read_only or must_exist)
        if not is_made and not path.exists():
            raise WorkspaceError("database_missing", name=path.name)
        mode: Mode = "ro" if read_only else "rw" if must_exist else "rwc"
        self._database = Database(path, mode=mode)
        try:
            with self._database.reading() as connection:
                if is_made:
                    METADATA.create_all(connection)
                    connection.commit()
                for probe in list_probes():
                    connection.exec_driver_sql(probe)
        except WorkspaceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # -- writing ---------------------------------------------------------

    def put(
        self,
        batch: Batch,
        *,
        source_name: str,
        content_hash: str,
        is_trial: bool = False,
        on_step: Step | None = None,
    ) -> Change:
        """Add a source's records and decisions, replacing what the same source brought before.

        All or nothing: a kill or a full disk leaves the database as it was.

        Parameters
        ----------
        batch
            What a reader returned; its problems are kept beside the records.
        source_name
            The name under which the source can be updated and removed.
        content_hash
            Of the input's bytes, so that the same input can be told at once.
        is_trial
            Say what would change, and change nothing.
        on_step
            Called with the records written and the records in all, about every
            ``ROWS_OF_A_STEP`` rows; with all of them once, just before they are made
            durable. If it raises, nothing has changed.
        """
        with self._database.writing() as connection:
            change = put_batch(
                connection,
                batch,
                source_name=source_name,
                content_hash=content_hash,
                on_step=on_step,
            )
            if is_trial:
                connection.rollback()
        return change

    def remove_source(self, source_name: str, *, on_step: Step | None = None) -> int:
        """Remove all that a source brought; return the number of records and decisions removed.

        It is set aside, so that it can be put back. Decisions that came from elsewhere
        about its projects and items are kept.

        Parameters
        ----------
        source_name
            As it was added.
        on_step
            Called with the tables gone through and all of them; with all once, just
            before the change is made durable. If it raises, nothing has changed.

        Returns
        -------
        int
            Records and decisions.

        Raises
        ------
        WorkspaceError
            If no source has that name; the known ones are listed.
        """
        with self._database.writing() as connection:
            known = list(connection.scalars(select(SOURCES.c.name).order_by(SOURCES.c.name)))
            if source_name not in known:
                raise WorkspaceError(
                    "source_unknown", found=source_name, expected=", ".join(known) or "–"
                )
            n_removed, n_decisions = take_away(connection, source_name, on_step=on_step)
            if n_removed or not n_decisions:
                count_removal(connection, source_name)
        return n_removed + n_decisions

    def restore_source(self, source_name: str, *, on_step: Step | None = None) -> int:
        """Put a removed source back; return the number of records and decisions put back.

        Parameters
        ----------
        source_name
            As it was added.
        on_step
            As of ``remove_source``.

        Returns
        -------
        int
            Records and decisions.

        Raises
        ------
        WorkspaceError
            If none of that name was removed; those that were are listed.
        """
        with self._database.writing() as connection:
            restored = put_back(connection, source_name, on_step=on_step)
            if restored is None:
                _refuse_unremoved(connection, source_name)
            n_restored, n_decisions = restored
            if n_restored or not n_decisions:
                count_return(connection, source_name)
        return n_restored + n_decisions

    def forget_source(self, source_name: str) -> None:
        """Delete a removed source for good.

        Raises
        ------
        WorkspaceError
            If none of that name was removed; those that were are listed.
        """
        with self._database.writing() as connection:
            if not forget_removed(connection, source_name):
                _refuse_unremoved(connection, source_name)
            forget_removal(connection, source_name)

    def load_removed(self) -> list[RemovedSource]:
        """Read which sources were removed and can be put back, the last removed first."""
        with self._database.reading() as connection:
            return read_removed(connection)

    def remove_record(self, kind: type[Record], record_id: str) -> int:
        """Remove one record, whatever sources brought it, and what hangs on it.

        A document goes with its items, a project or an organisation with its
        participations; and all of them with the decisions about them.

        Parameters
        ----------
        kind
            A record class; participations have no id and go with their project.
        record_id
            As the source gave it.

        Returns
        -------
        int
            Rows removed.

        Raises
        ------
        WorkspaceError
            If there is no such record.
        """
        table = TABLES[kind]
        dependants = {
            StrategyDocument: (ITEMS, ITEMS.c.document_id),
            Project: (PARTICIPATIONS, PARTICIPATIONS.c.project_id),
            Organisation: (PARTICIPATIONS, PARTICIPATIONS.c.organisation_id),
        }
        decisions: dict[type[Any], ColumnElement[bool]] = {
            StrategyDocument: of_document(record_id),
            StrategyItem: DECISIONS.c.item_id == record_id,
            Project: DECISIONS.c.project_id == record_id,
        }
        with self._database.writing() as connection:
            n_removed = connection.execute(delete(table).where(table.c.id == record_id)).rowcount
            if not n_removed:
                raise WorkspaceError("record_unknown", found=record_id)
            if kind in decisions:  # first: they are found by the items
                n_removed += remove_decisions(connection, decisions[kind])
            if kind in dependants:
                other, column = dependants[kind]
                n_removed += connection.execute(delete(other).where(column == record_id)).rowcount
            count_change(connection)
        return n_removed

    def keep_links(self, links: Sequence[Link]) -> None:
        """Keep which records are one, in the place of all links that no person has undone."""
        with self._database.writing() as connection:
            if replace_links(connection, links):
                count_change(connection)

    def mark_link(self, first: str, second: str, *, is_undone: bool) -> None:
        """Undo a link, so that it is not made again, or take that back.

        Raises
        ------
        WorkspaceError
            If the two records are not linked.
        """
        with self._database.writing() as connection:
            if not mark_link(connection, first, second, is_undone=is_undone):
                raise WorkspaceError("link_unknown", first=first, second=second)
            count_change(connection)

    def load_links(self) -> list[KeptLink]:
        """Read which records are held to be one, and which links were undone."""
        with self._database.reading() as connection:
            return read_links(connection)

    def remember_mapping(self, signature: str, mapping: ColumnMapping) -> None:
        """Remember what the columns of a table are, by the signature of its header."""
        with self._database.writing() as connection:
            write_mapping(connection, signature, mapping)

    def forget_mapping(self, signature: str) -> bool:
        """Forget it; say whether it was known."""
        with self._database.writing() as connection:
            return remove_mapping(connection, signature)

    def decide(self, decision: Decision) -> None:
        """Write a decision in the place of any other about its pair.

        Raises
        ------
        WorkspaceError
            If there is no such project, or no such item to align with.
        """
        if not self.load(Project, ids=[decision.project_id]):
            raise WorkspaceError("decided_project_unknown", found=decision.project_id)
        items = self.load(StrategyItem, ids=[decision.item_id])
        if not items or items[0].is_heading:
            raise WorkspaceError("decided_item_unknown", found=decision.item_id)
        with self._database.writing() as connection:
            write_decision(connection, decision)

    def withdraw_decision(self, project_id: str, item_id: str) -> None:
        """Remove the decision about a pair.

        Raises
        ------
        WorkspaceError
            If there is none.
        """
        with self._database.writing() as connection:
            if not remove_decisions(connection, of_pair(project_id, item_id)):
                raise WorkspaceError("decision_unknown", project=project_id, item=item_id)

    def write_snapshot(self, path: Path) -> None:
        """Copy the records into a new file that depends on nothing but them.

        Rows are written in the order of their keys, and the time of adding is left
        out: equal records give equal bytes, whatever was added and removed before.
        Decisions stay behind. Of organisations that are linked one stands for all.
        """
        snapshot = Store(path)
        try:
            with snapshot._database.writing() as target, self._database.reading() as source:
                copy_records(source, target)
                links = [kept.link for kept in read_links(source) if not kept.is_undone]
                join_organisations(target, links)
                copy_page_marks(source, target)
        finally:
            snapshot.close()

    # -- reading ---------------------------------------------------------

    def load(self, kind: type[R], *, ids: Iterable[str] | None = None) -> list[R]:
        """Read records of one type, ordered by id (items by document and position).

        Parameters
        ----------
        kind
            A record class.
        ids
            Only these; ``None`` reads all. Unknown ids are left out.
        """
        if ids is None:
            return self._load(kind, read_latest(kind))
        # As one JSON list, for SQLite takes no more than some thousand values.
        wanted = func.json_each(json.dumps(list(ids))).table_valued("value")
        is_wanted = TABLES[kind].c.id.in_(select(wanted.c.value))
        return self._load(kind, read_latest(kind, is_wanted))

    def load_participations(
        self, *, project_id: str | None = None, organisation_id: str | None = None
    ) -> list[Participation]:
        """Read the participations of one project or of one organisation, or all."""
        conditions = []
        if project_id is not None:
            conditions.append(PARTICIPATIONS.c.project_id == project_id)
        if organisation_id is not None:
            conditions.append(PARTICIPATIONS.c.organisation_id == organisation_id)
        return self._load(Participation, read_latest(Participation, *conditions))

    def load_decisions(self, *, project_id: str | None = None) -> list[Decision]:
        """Read what was decided, of one project or all, by project and item."""
        with self._database.reading() as connection:
            if not has_decisions(connection):
                return []
        return self._load(Decision, read_decisions(project_id=project_id))

    def find_mapping(self, signature: str) -> ColumnMapping | None:
        """Recall what people said of the columns of a table."""
        with self._database.reading() as connection:
            try:
                return read_mapping(connection, signature)
            except (ValueError, TypeError) as error:
                self._database.refuse(error)

    def load_versions(self, record_id: str) -> list[Version]:
        """Read what a record was before its sources changed it, oldest first."""
        with self._database.reading() as connection:
            return read_versions(connection, record_id)

    def load_page_marks(self, kind: OwnerKind, owner_ids: Iterable[str]) -> list[PageMark]:
        """Read where pages begin in the texts of some items or projects, in order."""
        with self._database.reading() as connection:
            return read_page_marks(connection, kind, owner_ids)

    def load_sources(self) -> list[Source]:
        """Read what was added, by name; a snapshot does not hold when."""
        with self._database.reading() as connection:
            return read_sources(connection)

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """Read what readers refused, repaired or noted, in file order."""
        with self._database.reading() as connection:
            return read_problems(connection, source_name=source_name)

    def revision(self) -> int:
        """Count the changes that the records have seen; equal revisions, equal records."""
        with self._database.reading() as connection:
            return read_revision(connection)

    def has_records_of(self, revision: int) -> bool:
        """Whether the records are those of a revision: a removal taken back leaves them so."""
        with self._database.reading() as connection:
            now = read_revision(connection)
            return find_first(connection, now) == find_first(connection, revision)

    def count(self) -> dict[str, int]:
        """Count the records of each type, the sources and the problems."""
        counted: dict[str, Select[Any]] = {
            table.name: read_latest(kind) for kind, table in TABLES.items()
        }
        counted |= {table.name: select(table) for table in (SOURCES, PROBLEMS)}
        with self._database.reading() as connection:
            return {
                name: int(
                    connection.scalar(
                        select(func.count()).select_from(query.order_by(None).subquery())
                    )
                    or 0
                )
                for name, query in counted.items()
            }

    def _load(self, kind: type[T], query: Select[Any]) -> list[T]:
        with self._database.reading() as connection:
            try:
                return [to_record(kind, row) for row in connection.execute(query).mappings()]
            except (ValueError, TypeError) as error:
                # A value that is no record's: JSON cut short, a kind that does not exist.
                self._database.refuse(error)


def _refuse_unremoved(connection: Connection, source_name: str) -> NoReturn:
    known = ", ".join(each.name for each in read_removed(connection))
    raise WorkspaceError("source_not_removed", found=source_name, expected=known or "–")
