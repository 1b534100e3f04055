"""One build of a workspace, read by many; ``building`` writes it whole beside the current one.

A generation holds all that a reader needs: a snapshot of the corpus, the passage
index, the text sets, the bulk alignments and a manifest. Nothing in it changes
after it is written, so a reader never sees half an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.align import Aligner, AlignmentTable
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.competence import Competences, gather_competences
from roadmapfit.errors import WorkspaceError
from roadmapfit.features import Norms
from roadmapfit.fields import list_item_fields, list_organisation_fields, list_project_fields
from roadmapfit.history import build_history
from roadmapfit.index import PassageIndex
from roadmapfit.lexical import N_BUCKETS, N_WEIGHTS
from roadmapfit.manifest import check_files, load_manifest
from roadmapfit.records import (
    Organisation,
    OwnerKind,
    PageMark,
    Participation,
    Passage,
    Project,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.segment import FieldText
from roadmapfit.store import Store
from roadmapfit.textset import TextSet, pool_passages, unpack_text_set

CORPUS = "corpus.sqlite"
R = TypeVar("R", StrategyItem, Project, Organisation)
# The property of a generation that holds all records of a type, once it was asked for.
_HELD_AS: dict[type[Any], str] = {
    StrategyItem: "strategy_items",
    Project: "project_heads",
    Organisation: "organisations",
}


class Generation:
    """A finished build, open for reading.

    Parameters
    ----------
    directory
        As ``write_generation`` left it.
    model
        The alignment model that it was built with.

    Raises
    ------
    WorkspaceError
        If a file is missing or damaged.
    """

    def __init__(self, directory: Path, model: AlignmentModel) -> None:
        self.directory = directory
        self.model = model
        self.manifest = load_manifest(directory)
        check_files(directory, self.manifest)
        self.index = PassageIndex.load(directory)
        self.store = Store(directory / CORPUS, read_only=True)

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()

    @cached_property
    def bounds(self) -> dict[OwnerKind, tuple[int, int]]:
        """First row, and row after the last, of each kind of owner."""
        return self.index.table.find_bounds()

    @cached_property
    def items(self) -> TextSet:
        """All items that can be aligned with."""
        return self._load_texts(OwnerKind.ITEM)

    @cached_property
    def projects(self) -> TextSet:
        """All projects' texts."""
        return self._load_texts(OwnerKind.PROJECT)

    @cached_property
    def aligner(self) -> Aligner:
        """Aligns any text with the items."""
        return Aligner(
            self.items, self.model, item_norms=Norms.unpack(self._load_arrays("item_norms.npz"))
        )

    @cached_property
    def alignments(self) -> AlignmentTable:
        """The bulk alignments of all projects with all items."""
        self._check_presence()
        return AlignmentTable.load(
            self.directory / "alignments.parquet",
            project_ids=self.projects.ids,
            item_ids=self.items.ids,
        )

    @cached_property
    def documents(self) -> dict[str, StrategyDocument]:
        """All strategy documents by id."""
        return {document.id: document for document in self.store.load(StrategyDocument)}

    @cached_property
    def strategy_items(self) -> dict[str, StrategyItem]:
        """All items by id, headings among them, in document order."""
        return {item.id: item for item in self.store.load(StrategyItem)}

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """All organisations by id."""
        return {each.id: each for each in self.store.load(Organisation)}

    @cached_property
    def project_heads(self) -> dict[str, Project]:
        """All projects by id."""
        return {project.id: project for project in self.store.load(Project)}

    @cached_property
    def participations(self) -> dict[str, list[Participation]]:
        """Participations by project id, coordinator first."""
        grouped: dict[str, list[Participation]] = {}
        for participation in self.store.load_participations():
            grouped.setdefault(participation.project_id, []).append(participation)
        for own in grouped.values():
            own.sort(key=lambda each: (each.role != "coordinator", each.organisation_id))
        return grouped

    @cached_property
    def participations_of(self) -> dict[str, list[Participation]]:
        """Participations by organisation id, in order of the projects."""
        grouped: dict[str, list[Participation]] = {}
        for project_id in sorted(self.participations):
            for each in self.participations[project_id]:
                grouped.setdefault(each.organisation_id, []).append(each)
        return grouped

    @cached_property
    def latest_day(self) -> date:
        """The latest day that any project was signed, or began, on.

        What is running or recent is counted from it, and not from today, so that the same
        corpus gives the same figures.
        """
        days = (each.signature_date or each.start_date for each in self.project_heads.values())
        return max((day for day in days if day is not None), default=date.min)

    @cached_property
    def veteran_ids(self) -> frozenset[str]:
        """Organisations that are or were in a project: no newcomers."""
        parts = self.participations.values()
        return frozenset(each.organisation_id for own in parts for each in own)

    @cached_property
    def competences(self) -> Competences:
        """What organisations can prove, and the consortia they were in.

        Who left a project is not counted as having been in it. Ages are counted from
        ``latest_day``.
        """
        history = build_history(
            self.project_heads.values(),
            self.organisations.values(),
            [each for own in self.participations.values() for each in own if not each.has_ended],
            day=self.latest_day,
            is_open_ended=True,
        )
        return gather_competences(
            history,
            self.projects,
            own_words=self._gather_own_words(),
            starts=(self.bounds[OwnerKind.PROJECT][0], self.bounds[OwnerKind.ORGANISATION][0]),
        )

    def load_passages(self, rows: Iterable[int]) -> list[Passage]:
        """Read passages with their texts, in the order of the rows."""
        wanted = [int(row) for row in rows]
        table = self.index.table
        owners = {(str(table.owner_kind[row]), str(table.owner_id[row])) for row in wanted}
        texts = self._load_fields(owners)
        passages = []
        for row in wanted:
            owner_kind, owner_id = str(table.owner_kind[row]), str(table.owner_id[row])
            field = str(table.field[row])
            start, end = int(table.start[row]), int(table.end[row])
            passages.append(
                Passage(
                    id=str(table.id[row]),
                    owner_kind=OwnerKind(owner_kind),
                    owner_id=owner_id,
                    field=field,
                    start=start,
                    end=end,
                    text=texts[owner_kind, owner_id, field].text[start:end],
                    language=str(table.language[row]),
                    document_id=str(table.document_id[row]),
                    year=int(table.year[row]) or None,
                )
            )
        return passages

    def find_page(self, passage: Passage) -> PageMark | None:
        """Find the page of its source that a passage begins on; ``None`` where none is known."""
        key = passage.owner_kind, passage.owner_id
        if key not in self._marks:
            self._marks[key] = self.store.load_page_marks(passage.owner_kind, [passage.owner_id])
        return find_mark(self._marks[key], passage)

    @cached_property
    def _marks(self) -> dict[tuple[OwnerKind, str], list[PageMark]]:
        """The page marks of owners that were asked about."""
        return {}

    def rows_of(self, kind: OwnerKind, owner_ids: Iterable[str]) -> NDArray[np.int64]:
        """List the index rows of some owners, in index order; unknown ones have none."""
        spans = [
            self._spans[kind, owner_id]
            for owner_id in set(owner_ids)
            if (kind, owner_id) in self._spans
        ]
        rows = [np.arange(start, end, dtype=np.int64) for start, end in sorted(spans)]
        return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)

    @cached_property
    def _spans(self) -> dict[tuple[OwnerKind, str], tuple[int, int]]:
        """First row, and row after the last, of each owner; its rows follow each other."""
        spans: dict[tuple[OwnerKind, str], tuple[int, int]] = {}
        for kind, (first, last) in self.bounds.items():
            owners = self.index.table.owner_id[first:last]
            changes = first + 1 + np.flatnonzero(owners[1:] != owners[:-1])
            for start, end in pairwise([first, *changes.tolist(), last]):
                if start < end:
                    spans[kind, str(owners[start - first])] = (start, end)
        return spans

    def _load_fields(self, owners: set[tuple[str, str]]) -> dict[tuple[str, str, str], FieldText]:
        by_kind: dict[str, list[str]] = {}
        for kind, owner_id in owners:
            by_kind.setdefault(kind, []).append(owner_id)
        fields: list[FieldText] = []
        for item in self._take_records(StrategyItem, by_kind.get(OwnerKind.ITEM, ())):
            fields += list_item_fields(item, self.documents[item.document_id])
        for project in self._take_records(Project, by_kind.get(OwnerKind.PROJECT, ())):
            fields += list_project_fields(project)
        for each in self._take_records(Organisation, by_kind.get(OwnerKind.ORGANISATION, ())):
            fields += list_organisation_fields(each)
        return {(str(field.owner_kind), field.owner_id, field.field): field for field in fields}

    def _take_records(self, kind: type[R], record_ids: Sequence[str]) -> list[R]:
        """Take records from memory if all of their kind were read before, else from the file."""
        held: dict[str, R] | None = self.__dict__.get(_HELD_AS[kind])
        if held is not None:
            return [held[each] for each in record_ids]
        return self.store.load(kind, ids=record_ids) if record_ids else []

    def _load_texts(self, kind: OwnerKind) -> TextSet:
        start, end = self.bounds[kind]
        arrays = self._load_arrays(f"{kind}s.npz")
        return unpack_text_set(arrays, vectors=self.index.vectors()[start:end])

    def _gather_own_words(self) -> TextSet:
        """Gather what organisations say of themselves; no terms of it are kept on disk."""
        start, end = self.bounds[OwnerKind.ORGANISATION]
        owners = self.index.table.owner_id[start:end]
        changes = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        firsts = np.concatenate([[0], changes]).astype(np.int64)[: len(owners)]
        offsets = np.append(firsts, len(owners)).astype(np.int64)
        vectors = self.index.vectors()[start:end]
        return TextSet(
            ids=tuple(str(owners[row]) for row in firsts),
            languages=self.index.table.language[start:end][firsts],
            n_words=np.zeros(len(firsts), dtype=np.int32),
            offsets=offsets,
            vectors=vectors,
            whole=pool_passages(vectors, np.ones(len(vectors), dtype=np.int32), offsets),
            terms=sparse.csr_matrix((len(firsts), N_BUCKETS), dtype=np.float32),
            phrases=sparse.csr_matrix((len(firsts), N_WEIGHTS), dtype=np.float32),
            cognates=sparse.csr_matrix((len(firsts), N_BUCKETS), dtype=np.float32),
        )

    def _load_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        self._check_presence()
        # Opened here, for numpy leaves a damaged file open.
        path = self.directory / name
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays}

    def _check_presence(self) -> None:
        if not self.directory.exists():
            raise WorkspaceError("index_replaced")


def find_mark(marks: Iterable[PageMark], passage: Passage) -> PageMark | None:
    """Find the mark of the page that a passage begins on, among those of its record in order.

    A title stands where the text under it begins, and so does a heading that opens a text.
    """
    own = [mark for mark in marks if passage.field in ("title", mark.field)]
    if passage.field == "title":
        return own[0] if own else None
    before = [mark for mark in own if mark.start <= passage.start]
    if before:
        return before[-1]
    return own[0] if own and own[0].start < passage.end else None
