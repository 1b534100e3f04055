"""All that a committee's file needs to know about one project, gathered in one record.

The answers are those of ``analysis``; ``report`` writes them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from roadmapfit.absent_phrases import list_absent_phrases
from roadmapfit.align import Alignment
from roadmapfit.analysis import (
    PreparedText,
    align_text,
    explain,
    find_close_projects,
    load_meeting_passages,
)
from roadmapfit.calibrate import FEATURES, Thresholds, Verdict
from roadmapfit.decided import count_past, decisions_of
from roadmapfit.evidence import Evidence
from roadmapfit.generation import Generation
from roadmapfit.partnering import find_partners
from roadmapfit.partners import PartnerFit
from roadmapfit.recalibration import Recalibration
from roadmapfit.records import (
    Decision,
    DocumentKind,
    Organisation,
    OwnerKind,
    Participation,
    Passage,
    Project,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.series import list_latest_ids
from roadmapfit.similar import Closeness
from roadmapfit.workspace import Workspace

# A committee reads a few pages: so many items of roadmaps, and as many of programmes,
# are shown, and the best of them with their passages.
N_SHOWN, N_EXPLAINED, N_PAIRS = 8, 3, 2
N_CLOSE, N_PARTNERS = 3, 5


@dataclass(frozen=True, slots=True)
class Line:
    """One item's fit; ``evidence`` and ``absent`` are empty where it is not explained.

    ``pages`` gives, by id, the page of its source that a passage of the evidence begins
    on, where one is known.
    """

    item: StrategyItem
    document: StrategyDocument
    alignment: Alignment
    decision: Decision | None = None
    evidence: tuple[Evidence, ...] = ()
    absent: tuple[str, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentFit:
    """The lines of one roadmap or programme, best first."""

    document: StrategyDocument
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class KindFit:
    """What is shown of all roadmaps, or of all programmes.

    Attributes
    ----------
    documents
        Those with an item among the shown, the best first.
    missed
        The nearest item that does not deserve to be examined, explained.
    n_items, n_documents
        Of that kind, compared with.
    n_aligned, n_examine
        Items with that verdict, shown or not.
    """

    kind: DocumentKind
    documents: tuple[DocumentFit, ...]
    missed: Line | None
    n_items: int
    n_documents: int
    n_aligned: int
    n_examine: int

    @property
    def n_unshown(self) -> int:
        """Items aligned or to be examined that there was no room for."""
        shown = sum(
            line.alignment.verdict in (Verdict.ALIGNED, Verdict.EXAMINE)
            for each in self.documents
            for line in each.lines
        )
        return self.n_aligned + self.n_examine - shown


@dataclass(frozen=True, slots=True)
class CloseProject:
    """A project close to this one, with the passages that meet most: ours, theirs."""

    project: Project
    closeness: Closeness
    meeting: tuple[Passage, Passage] | None


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that would complete the consortium, with its best proof.

    ``proof_project`` is the project that the proof stands in; ``None`` for the
    organisation's own description.
    """

    fit: PartnerFit
    proof: Passage
    proof_project: Project | None


@dataclass(frozen=True, slots=True)
class Making:
    """How the figures were made: what was compared, with what, weighed how.

    Attributes
    ----------
    weights
        By route (``within`` one language, ``across`` two): the name and weight of each
        similarity in the fusion, then ``intercept``.
    n_decisions
        Decisions about other projects behind the ranking.
    """

    version: str
    source_names: tuple[str, ...]
    n_documents: int
    n_items: int
    n_projects: int
    n_organisations: int
    encoder: str
    encoder_fingerprint: str
    alignment_model: str
    build: str
    thresholds: Thresholds
    weights: Mapping[str, Sequence[tuple[str, float]]]
    n_decisions: int
    recalibration: Recalibration | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one project; ``project`` is ``None`` for a text that is not stored."""

    title: str
    abstract: str
    project: Project | None
    members: tuple[tuple[Participation, Organisation], ...]
    language: str
    n_words: int
    obstacle: str
    kinds: tuple[KindFit, ...]
    close: tuple[CloseProject, ...]
    partners: tuple[Partner, ...]
    making: Making


def gather_sheet(
    workspace: Workspace, prepared: PreparedText, *, title: str = "", abstract: str = ""
) -> Sheet:
    """Gather all that is known of a project's fit.

    Only the latest edition of each roadmap is taken, as on the screen.

    Parameters
    ----------
    workspace, prepared
        Where to look, and for which text.
    title, abstract
        Of a text that is not stored; a stored project brings its own.
    """
    generation = workspace.generation
    project = generation.project_heads.get(prepared.project_id or "")
    kinds: tuple[KindFit, ...] = ()
    if not prepared.obstacle:
        alignments = align_text(workspace, prepared)
        own = decisions_of(workspace, prepared.project_id) if prepared.project_id else {}
        latest = list_latest_ids(generation.documents.values())
        kinds = tuple(
            _gather_kind(workspace, prepared, alignments, own, kind=kind, document_ids=latest)
            for kind in DocumentKind
        )
    return Sheet(
        title=project.title if project else title,
        abstract=project.abstract if project else abstract,
        project=project,
        members=_list_members(generation, prepared.project_id or ""),
        language=prepared.language,
        n_words=prepared.n_words,
        obstacle=prepared.obstacle,
        kinds=tuple(each for each in kinds if each.n_items),
        close=_list_close(workspace, prepared),
        partners=_list_partners(workspace, prepared),
        making=_describe_making(workspace, prepared),
    )


def _gather_kind(
    workspace: Workspace,
    prepared: PreparedText,
    alignments: Sequence[Alignment],
    own: Mapping[str, Decision],
    *,
    kind: DocumentKind,
    document_ids: set[str],
) -> KindFit:
    generation = workspace.generation
    documents, items = generation.documents, generation.strategy_items
    wanted = {each for each in document_ids if documents[each].kind is kind}
    of_kind = [each for each in alignments if items[each.item_id].document_id in wanted]
    verdicts = [each.verdict for each in of_kind]
    likely = [each for each in of_kind if each.verdict in (Verdict.ALIGNED, Verdict.EXAMINE)]
    lines: dict[str, list[Line]] = {}
    for number, alignment in enumerate(likely[:N_SHOWN]):
        line = _make_line(workspace, prepared, alignment, own, is_explained=number < N_EXPLAINED)
        lines.setdefault(line.item.document_id, []).append(line)
    far = next((each for each in of_kind if each.verdict is Verdict.NOT_ALIGNED), None)
    return KindFit(
        kind=kind,
        documents=tuple(
            DocumentFit(documents[document_id], tuple(own_lines))
            for document_id, own_lines in lines.items()
        ),
        missed=_make_line(workspace, prepared, far, own, is_explained=True) if far else None,
        n_items=len(of_kind),
        n_documents=len({items[each.item_id].document_id for each in of_kind}),
        n_aligned=verdicts.count(Verdict.ALIGNED),
        n_examine=verdicts.count(Verdict.EXAMINE),
    )


def _make_line(
    workspace: Workspace,
    prepared: PreparedText,
    alignment: Alignment,
    own: Mapping[str, Decision],
    *,
    is_explained: bool,
) -> Line:
    item = workspace.generation.strategy_items[alignment.item_id]
    document = workspace.generation.documents[item.document_id]
    decision = own.get(item.id)
    if not is_explained:
        return Line(item, document, alignment, decision)
    evidence = explain(workspace, prepared, item.id)[:N_PAIRS]
    passages = [own for pair in evidence for own in (pair.project_passage, pair.item_passage)]
    marks = {each.id: workspace.generation.find_page(each) for each in passages}
    return Line(
        item,
        document,
        alignment,
        decision,
        evidence=evidence,
        absent=tuple(list_absent_phrases(workspace, prepared, item.id)),
        pages={passage_id: mark.page for passage_id, mark in marks.items() if mark is not None},
    )


def _list_members(
    generation: Generation, project_id: str
) -> tuple[tuple[Participation, Organisation], ...]:
    organisations = generation.organisations
    return tuple(
        (each, organisations[each.organisation_id])
        for each in generation.participations.get(project_id, ())
        if each.organisation_id in organisations
    )


def _list_close(workspace: Workspace, prepared: PreparedText) -> tuple[CloseProject, ...]:
    heads = workspace.generation.project_heads
    found = find_close_projects(workspace, prepared, n_projects=N_CLOSE)
    return tuple(
        CloseProject(
            heads[each.project_id],
            each.closeness,
            next(iter(load_meeting_passages(workspace, prepared, each)), None),
        )
        for each in found
    )


def _list_partners(workspace: Workspace, prepared: PreparedText) -> tuple[Partner, ...]:
    generation = workspace.generation
    fits = find_partners(workspace, prepared, n_partners=N_PARTNERS)
    proofs = generation.load_passages(fit.closures[0].proof_row for fit in fits)
    return tuple(
        Partner(
            fit,
            proof,
            generation.project_heads[proof.owner_id]
            if proof.owner_kind is OwnerKind.PROJECT
            else None,
        )
        for fit, proof in zip(fits, proofs, strict=True)
    )


def _describe_making(workspace: Workspace, prepared: PreparedText) -> Making:
    generation = workspace.generation
    manifest, calibrator = generation.manifest, workspace.model.calibrator
    return Making(
        version=_find_version(),
        source_names=tuple(each.name for each in generation.store.load_sources()),
        n_documents=manifest.counts["documents"],
        n_items=manifest.counts["items"],
        n_projects=manifest.counts["projects"],
        n_organisations=manifest.counts["organisations"],
        encoder=str(manifest.encoder["name"]),
        encoder_fingerprint=str(manifest.encoder["fingerprint"]),
        alignment_model=manifest.alignment_model,
        build=generation.directory.name,
        thresholds=calibrator.thresholds,
        weights={
            route: tuple(zip((*FEATURES, "intercept"), map(float, weights), strict=True))
            for route, weights in calibrator.weights.items()
        },
        n_decisions=count_past(workspace, project_id=prepared.project_id),
        recalibration=workspace.recalibration,
    )


def _find_version() -> str:
    """Name the release; a checkout that was not installed has none."""
    try:
        return version("roadmapfit")
    except PackageNotFoundError:
        return "–"
