"""The four questions, asked of a built workspace.

Alignment (``align_text``, ``explain``), coverage (``measure_portfolio``,
``compare_documents``) and what was already funded (``find_close_projects``); the fourth,
complementary partners, is ``partnering``'s. Everything returned is a record; what
draws or prints it is elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner, Alignment, AlignmentTable, find_obstacle
from roadmapfit.arguments import check_text, describe
from roadmapfit.calibrate import Thresholds
from roadmapfit.contribution import Passages, measure_contributions, measure_item_contributions
from roadmapfit.coverage import PortfolioCoverage, measure_coverage
from roadmapfit.decided import (
    correct_alignments,
    correct_probability,
    correct_table,
    open_aligner,
)
from roadmapfit.encoder import Progress
from roadmapfit.errors import ArgumentError, InputError, WorkspaceError
from roadmapfit.evidence import Evidence, find_evidence
from roadmapfit.generation import Generation
from roadmapfit.known_ids import check_documents
from roadmapfit.records import (
    OwnerKind,
    Passage,
    Project,
    StrategyItem,
)
from roadmapfit.segment import (
    FieldText,
    cut_passages,
    settle_language,
)
from roadmapfit.similar import SimilarProject, find_similar
from roadmapfit.textset import TextSet, build_text_set
from roadmapfit.workspace import Workspace

PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A project's text cut and encoded, ready for every question.

    ``project_id`` is ``None`` for a pasted text that is no other wording of a stored
    project. ``passages`` and the rows of ``texts.vectors`` go together.
    """

    project_id: str | None
    passages: tuple[Passage, ...]
    texts: TextSet

    @property
    def language(self) -> str:
        """The language that most of its words are in."""
        return str(self.texts.languages[0])

    @property
    def n_words(self) -> int:
        """How many words were read."""
        return int(self.texts.n_words[0])

    @property
    def obstacle(self) -> str:
        """Why no verdict can be given, as a message key; empty when one can."""
        return find_obstacle(self.language, self.n_words)


@dataclass(frozen=True, slots=True)
class DocumentComparison:
    """How the items of one strategy document relate to those of another.

    ``probability`` is float32, shape (n_rows, n_columns), in [0, 1].
    """

    row_ids: tuple[str, ...]
    column_ids: tuple[str, ...]
    probability: NDArray[np.float32]

    def uncovered_columns(self, thresholds: Thresholds) -> tuple[str, ...]:
        """Items of the second document that no item of the first so much as touches."""
        best = self.probability.max(axis=0, initial=0.0)
        return tuple(
            item_id
            for item_id, value in zip(self.column_ids, best, strict=True)
            if value < thresholds.examine
        )


def prepare_text(
    workspace: Workspace,
    body: str,
    *,
    title: str = "",
    project_id: str | None = None,
    on_progress: Progress | None = None,
) -> PreparedText:
    """Cut and encode a text that is not in the workspace.

    Parameters
    ----------
    workspace
        Whose encoder and statistics to take.
    body, title
        The text.
    project_id
        The stored project that the text is another wording of: decisions about it
        answer for this text no more than for its own.
    on_progress
        Called with the passages encoded and in all; what it raises stops the work.

    Raises
    ------
    InputError
        If there is nothing but white space.
    WorkspaceError
        If the workspace has no such project.
    ArgumentError
        If ``body`` or ``title`` is no text.
    """
    check_text(body, name="body")
    check_text(title, name="title")
    declared = ""
    if project_id is not None:
        head = workspace.generation.project_heads.get(project_id)
        if head is None:
            raise WorkspaceError("project_unknown", found=project_id)
        declared = head.language
    # Accents as readers write them: what is pasted from a PDF file has them apart.
    title, body = (unicodedata.normalize("NFC", text) for text in (title, body))
    # A title alone is too short to tell its language.
    language = settle_language(f"{title}\n{body}", declared)
    fields = [
        FieldText(OwnerKind.PROJECT, PASTED, field, text, language)
        for field, text in (("title", title), ("abstract", body))
        if text.strip()
    ]
    passages = tuple(cut_passages(fields))
    if not passages:
        raise InputError("text_blank")
    background = workspace.model.background
    texts = build_text_set(
        passages,
        workspace.encoder.encode([passage.text for passage in passages], on_progress=on_progress),
        kind=OwnerKind.PROJECT,
        centring=background.centring,
        idf=background.idf,
    )
    return PreparedText(project_id, passages, texts)


def prepare_project(workspace: Workspace, project_id: str) -> PreparedText:
    """Take a stored project's passages from the index.

    Raises
    ------
    WorkspaceError
        If the workspace has no such project, or the project has no text.
    """
    generation = workspace.generation
    rows = generation.rows_of(OwnerKind.PROJECT, [project_id])
    if project_id not in generation.project_heads:
        raise WorkspaceError("project_unknown", found=project_id)
    if not len(rows):
        raise WorkspaceError("project_blank", found=project_id)
    texts = generation.projects.take([generation.projects.ids.index(project_id)])
    return PreparedText(project_id, tuple(generation.load_passages(rows)), texts)


def check_prepared(given: object) -> None:
    """Refuse what is no prepared text: a bare text or an id, most often.

    Raises
    ------
    ArgumentError
        ``prepared_type``, naming the two functions that make one.
    """
    if not isinstance(given, PreparedText):
        raise ArgumentError("prepared_type", found=describe(given))


def align_text(
    workspace: Workspace, prepared: PreparedText, *, document_ids: Collection[str] = ()
) -> list[Alignment]:
    """Align a text with every item, or with those of some documents; best first.

    What people decided about other projects is brought to bear, and probabilities are
    corrected where the workspace was recalibrated.

    Raises
    ------
    WorkspaceError
        If one of the documents is not in the index.
    ArgumentError
        If ``prepared`` is no prepared text, or ``document_ids`` one text.
    """
    check_prepared(prepared)
    check_documents(workspace.generation, document_ids)
    aligner = open_aligner(workspace, project_id=prepared.project_id)
    alignments = correct_alignments(workspace, aligner.align(prepared.texts))
    if not document_ids:
        return alignments
    items = workspace.generation.strategy_items
    return [each for each in alignments if items[each.item_id].document_id in document_ids]


def explain(workspace: Workspace, prepared: PreparedText, item_id: str) -> tuple[Evidence, ...]:
    """Show the passages on both sides that carry a match, by what they add to it.

    Of a text that cannot be read the nearest ones are shown, and what they add is not
    measured.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    ArgumentError
        If ``prepared`` is no prepared text.
    """
    check_prepared(prepared)
    item = load_item(workspace.generation, item_id)
    project = (prepared.passages, prepared.texts.vectors)
    if prepared.obstacle:
        return find_evidence(project, item)
    aligner = open_item_aligner(workspace, prepared, item_id)
    correct = partial(correct_probability, workspace)
    return find_evidence(
        project,
        item,
        contributions=measure_contributions(aligner, project, correct=correct),
        item_contributions=measure_item_contributions(
            aligner, prepared.texts, item, correct=correct
        ),
        idf=workspace.model.background.idf,
    )


def find_close_projects(
    workspace: Workspace, prepared: PreparedText, *, n_projects: int = 10
) -> list[SimilarProject]:
    """Find the projects of the workspace that share a text's words, aim or field.

    Raises
    ------
    ArgumentError
        If ``prepared`` is no prepared text.
    """
    check_prepared(prepared)
    return find_similar(
        prepared.texts,
        workspace.generation.projects,
        excluded_ids=(prepared.project_id,) if prepared.project_id else (),
        n_projects=n_projects,
    )


def load_meeting_passages(
    workspace: Workspace, prepared: PreparedText, project: SimilarProject
) -> list[tuple[Passage, Passage]]:
    """Read the passages where a text and a project close to it meet, nearest first."""
    generation = workspace.generation
    rows = generation.rows_of(OwnerKind.PROJECT, [project.project_id])
    theirs = generation.load_passages(rows[number] for _own, number in project.pairs)
    return [
        (prepared.passages[own], other)
        for (own, _number), other in zip(project.pairs, theirs, strict=True)
    ]


def list_documents_items(generation: Generation, document_ids: Sequence[str]) -> list[StrategyItem]:
    """List the items of some documents that can be aligned with, in reading order."""
    wanted = set(document_ids)
    return [
        item
        for item in generation.strategy_items.values()
        if item.document_id in wanted and not item.is_heading
    ]


def measure_portfolio(
    workspace: Workspace,
    document_ids: Sequence[str],
    *,
    keep: Callable[[Project], bool] | None = None,
    added: Sequence[PreparedText] = (),
    added_eur: Sequence[float | None] = (),
    thresholds: Thresholds | None = None,
) -> PortfolioCoverage:
    """Measure what the workspace's projects cover of some strategy documents.

    Parameters
    ----------
    workspace
        Whose projects are the portfolio.
    document_ids
        Whose items to cover.
    keep
        Which projects count; all by default.
    added
        Texts to count as projects too ("what if"), as ``pasted-1`` and so on.
    added_eur
        Euros of those texts, in their order; those without bring none.
    thresholds
        Of the verdicts; the calibrator's by default. They only change the counting.

    Raises
    ------
    WorkspaceError
        If one of the documents is not in the index.
    ArgumentError
        If ``document_ids`` is one text, or something in ``added`` no prepared text.
    """
    generation = workspace.generation
    check_documents(generation, document_ids)
    for prepared in added:
        check_prepared(prepared)
    projects = [
        project for project in generation.project_heads.values() if keep is None or keep(project)
    ]
    project_ids = [project.id for project in projects]
    table = generation.alignments
    funding = {project.id: project.funding_eur for project in projects}
    for number, prepared in enumerate(added):
        renamed = replace(prepared.texts, ids=(f"{PASTED}-{number + 1}",))
        funding[renamed.ids[0]] = added_eur[number] if number < len(added_eur) else None
        table = _join(table, generation.aligner.align_all(renamed))
        project_ids.append(renamed.ids[0])
    return measure_coverage(
        correct_table(workspace, table),
        [item.id for item in list_documents_items(generation, document_ids)],
        project_ids,
        funding_eur=funding,
        thresholds=thresholds or workspace.model.calibrator.thresholds,
    )


def compare_documents(workspace: Workspace, document_id: str, other_id: str) -> DocumentComparison:
    """Relate two strategy documents item by item, read as a project reads an item.

    Raises
    ------
    WorkspaceError
        If one of them is not in the workspace.
    """
    generation = workspace.generation
    check_documents(generation, (document_id, other_id))
    position = {item_id: row for row, item_id in enumerate(generation.items.ids)}
    sides = [
        [
            position[item.id]
            for item in list_documents_items(generation, [each])
            if item.id in position
        ]
        for each in (document_id, other_id)
    ]
    rows, columns = sides
    if not rows or not columns:
        raise WorkspaceError("document_empty", found=document_id if not rows else other_id)
    measured = generation.aligner.measure(generation.items.take(rows))
    return DocumentComparison(
        row_ids=tuple(generation.items.ids[row] for row in rows),
        column_ids=tuple(generation.items.ids[column] for column in columns),
        probability=correct_probability(workspace, measured.value[:, columns]),
    )


def _find_item(generation: Generation, item_id: str) -> StrategyItem:
    item = generation.strategy_items.get(item_id)
    if item is None or item.is_heading:
        raise WorkspaceError("item_unknown", found=item_id)
    return item


def load_item(generation: Generation, item_id: str) -> Passages:
    """Read an item's passages and their centred unit vectors.

    Raises
    ------
    WorkspaceError
        If there is no such item, or nothing of it can be aligned with.
    """
    _find_item(generation, item_id)
    rows = generation.rows_of(OwnerKind.ITEM, [item_id])
    if not len(rows):  # no text at all
        raise WorkspaceError("item_unknown", found=item_id)
    return generation.load_passages(rows), generation.index.vectors(rows)


def open_item_aligner(workspace: Workspace, prepared: PreparedText, item_id: str) -> Aligner:
    """Return what aligns a text with one item, as ``align_text`` does with all."""
    row = workspace.generation.items.ids.index(item_id)
    return open_aligner(workspace, project_id=prepared.project_id).narrow(row)


def _join(table: AlignmentTable, extra: AlignmentTable) -> AlignmentTable:
    """Append the alignments of further projects with the same items."""
    shift = len(table.project_ids)
    return AlignmentTable(
        project_ids=(*table.project_ids, *extra.project_ids),
        item_ids=table.item_ids,
        project_rows=np.concatenate([table.project_rows, extra.project_rows + shift]),
        item_rows=np.concatenate([table.item_rows, extra.item_rows]),
        probability=np.concatenate([table.probability, extra.probability]),
        low=np.concatenate([table.low, extra.low]),
        high=np.concatenate([table.high, extra.high]),
    )
