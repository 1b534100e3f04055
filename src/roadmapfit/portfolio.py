"""All projects of a workspace as one table, judged against a strategy, filtered and sorted.

The table has one row a project, in the order of their ids. Judging reads the bulk
alignments, as coverage does, so that the two agree; nothing is encoded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from roadmapfit.align import find_obstacle
from roadmapfit.analysis import list_documents_items
from roadmapfit.calibrate import Verdict
from roadmapfit.decided import correct_table
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.records import Organisation, Role
from roadmapfit.workspace import Workspace

Mask = NDArray[np.bool_]

ORPHAN, DUPLICATE = "orphan", "duplicate"
FLAGS = (ORPHAN, DUPLICATE)
SORTS = ("fit", "name", "newest", "oldest", "funding")
_MAX_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Which projects are wanted, and in which order; empty fields want all.

    Attributes
    ----------
    text
        Words that all occur in title, acronym, keywords or abstract, without regard to
        case and accents.
    target
        The document or item that projects are judged against; empty for all items.
    years, sources, programmes, places, kinds, verdicts
        Values of the columns of those names; a year is four digits.
    flags
        Of ``FLAGS``: only orphans, only projects that have a near-duplicate.
    sort
        Of ``SORTS``.
    """

    text: str = ""
    target: str = ""
    years: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    sort: str = SORTS[0]

    def encode(self) -> str:
        """Write the filter as the part of a web address after ``?``; a plain one is empty.

        Examples
        --------
        >>> ProjectFilter(text="pile à", years=("2023", "2024")).encode()
        'text=pile+%C3%A0&years=2023&years=2024'
        """
        plain = ProjectFilter()
        changed = {
            spec.name: getattr(self, spec.name)
            for spec in fields(self)
            if getattr(self, spec.name) != getattr(plain, spec.name)
        }
        return urlencode(changed, doseq=True)

    @classmethod
    def decode(cls, text: str) -> ProjectFilter:
        """Read what ``encode`` wrote; what is no part of a filter is passed over.

        Examples
        --------
        >>> ProjectFilter.decode("text=pile&years=2023&flags=orphan&flags=x&odd=1")
        ... # doctest: +NORMALIZE_WHITESPACE
        ProjectFilter(text='pile', target='', years=('2023',), sources=(), programmes=(),
        places=(), kinds=(), verdicts=(), flags=('orphan',), sort='fit')
        """
        try:
            given = parse_qs(text, max_num_fields=500)
        except ValueError:
            return cls()
        values: dict[str, Any] = {}
        for spec in fields(cls):
            if spec.name not in given:
                continue
            found = tuple(dict.fromkeys(given[spec.name]))
            values[spec.name] = found if isinstance(spec.default, tuple) else found[-1]
        values["text"] = values.get("text", "")[:_MAX_TEXT_CHARS]
        values["flags"] = tuple(each for each in values.get("flags", ()) if each in FLAGS)
        if values.get("sort") not in SORTS:
            values.pop("sort", None)
        return cls(**values)


def list_projects(generation: Generation) -> pd.DataFrame:
    """Lay out what is known of each project without judging it.

    Returns
    -------
    pandas.DataFrame
        By project id, in their order: ``name``, ``acronym``, ``title``, ``year`` (``Int64``),
        ``source``, ``programme``, ``leader``, ``kind``, ``place``, ``funding_eur``
        (``nan`` where unknown), ``n_members``, ``is_invented``. Unknown texts are empty.
    """
    rows = []
    for project in generation.project_heads.values():
        leader = find_leader(generation, project.id)
        rows.append(
            (
                project.id,
                project.label,
                project.acronym,
                project.title,
                project.year,
                project.source,
                project.programme,
                leader.name if leader else "",
                str(leader.kind) if leader else "",
                (leader.territory or leader.country) if leader else "",
                float("nan") if project.funding_eur is None else project.funding_eur,
                len(generation.participations.get(project.id, ())),
                project.is_invented,
            )
        )
    names = ["id", "name", "acronym", "title", "year", "source", "programme", "leader", "kind"]
    names += ["place", "funding_eur", "n_members", "is_invented"]
    table = pd.DataFrame(rows, columns=names).set_index("id")
    return table.astype({"year": "Int64", "funding_eur": float, "is_invented": bool})


def find_leader(generation: Generation, project_id: str) -> Organisation | None:
    """Return the organisation that leads a project, if the source names it."""
    for participation in generation.participations.get(project_id, ()):
        if participation.role is Role.COORDINATOR:
            return generation.organisations.get(participation.organisation_id)
    return None


def list_target_items(generation: Generation, target: str) -> list[str]:
    """Name the items that a target stands for: a document's, one item, or all there are.

    Raises
    ------
    WorkspaceError
        If the target is neither a document nor an item to align with.
    """
    if not target:
        return [item.id for item in generation.strategy_items.values() if not item.is_heading]
    if target in generation.documents:
        return [item.id for item in list_documents_items(generation, [target])]
    item = generation.strategy_items.get(target)
    if item is None or item.is_heading:
        raise WorkspaceError("item_unknown", found=target[:60])
    return [item.id]


def judge_projects(workspace: Workspace, item_ids: Sequence[str]) -> pd.DataFrame:
    """Judge every project against some items, by the one it fits best.

    Returns
    -------
    pandas.DataFrame
        By project id, in their order: ``verdict``; ``item_id``, ``probability``, ``low``
        and ``high`` of the best item, empty and ``nan`` where it is too improbable to be
        in the bulk alignments or where none can be given; ``n_aligned`` and ``n_examine``
        items; ``is_orphan``, which is that not one item so much as deserves to be
        examined.
    """
    generation = workspace.generation
    table = correct_table(workspace, generation.alignments)
    wanted_items = set(item_ids)
    is_wanted = np.array([each in wanted_items for each in table.item_ids], dtype=bool)
    rows = np.flatnonzero(is_wanted[table.item_rows])
    owners = table.project_rows[rows]
    n_projects = len(table.project_ids)
    thresholds = workspace.model.calibrator.thresholds
    probability = table.probability[rows]
    is_aligned = probability >= thresholds.aligned
    is_examined = (probability >= thresholds.examine) & ~is_aligned
    # The table has the best item of a project first: the first row kept is the best.
    judged, first = np.unique(owners, return_index=True)
    best = rows[first]
    columns: dict[str, Any] = {
        "item_id": np.full(n_projects, "", dtype=object),
        "n_aligned": np.bincount(owners, weights=is_aligned, minlength=n_projects).astype(int),
        "n_examine": np.bincount(owners, weights=is_examined, minlength=n_projects).astype(int),
    }
    columns["item_id"][judged] = [table.item_ids[row] for row in table.item_rows[best]]
    for name in ("probability", "low", "high"):
        columns[name] = np.full(n_projects, np.nan)
        columns[name][judged] = getattr(table, name)[best]
    is_readable = [
        not find_obstacle(str(language), int(n_words))
        for language, n_words in zip(
            generation.projects.languages, generation.projects.n_words, strict=True
        )
    ]
    columns["verdict"] = np.select(
        [~np.array(is_readable, dtype=bool), columns["n_aligned"] > 0, columns["n_examine"] > 0],
        [str(Verdict.CANNOT_TELL), str(Verdict.ALIGNED), str(Verdict.EXAMINE)],
        default=str(Verdict.NOT_ALIGNED),
    )
    judged_table = pd.DataFrame(columns, index=pd.Index(table.project_ids, name="id"))
    # A project without any text is in no text set.
    whole = judged_table.reindex(list(generation.project_heads))
    whole["verdict"] = whole["verdict"].fillna(str(Verdict.CANNOT_TELL))
    whole["item_id"] = whole["item_id"].fillna("")
    counts = ["n_aligned", "n_examine"]
    whole[counts] = whole[counts].fillna(0).astype(int)
    whole["is_orphan"] = whole["verdict"] == str(Verdict.NOT_ALIGNED)
    order = ["verdict", "item_id", "probability", "low", "high", *counts, "is_orphan"]
    return whole[order]


def judge_pairs(workspace: Workspace, item_ids: Sequence[str]) -> pd.DataFrame:
    """List every pair of a project and one of some items that the build kept.

    Returns
    -------
    pandas.DataFrame
        By project, best item first: ``project_id``, ``item_id``, ``verdict``,
        ``probability``, ``low`` and ``high``. A pair that is not there is either below
        ``KEEP_FROM``, and below *to be examined*, or of a project whose text cannot be
        read.
    """
    table = correct_table(workspace, workspace.generation.alignments)
    wanted = set(item_ids)
    is_wanted = np.array([each in wanted for each in table.item_ids], dtype=bool)
    rows = np.flatnonzero(is_wanted[table.item_rows])
    thresholds = workspace.model.calibrator.thresholds
    return pd.DataFrame(
        {
            "project_id": [table.project_ids[row] for row in table.project_rows[rows]],
            "item_id": [table.item_ids[row] for row in table.item_rows[rows]],
            "verdict": [str(thresholds.judge(float(each))) for each in table.probability[rows]],
            "probability": table.probability[rows],
            "low": table.low[rows],
            "high": table.high[rows],
        }
    )


class ProjectTexts:
    """What words are looked for in: the projects' own, folded once."""

    def __init__(self, generation: Generation) -> None:
        """Fold the texts of all projects; on 18,000 of them this takes a second or two."""
        self._texts = [
            fold(
                " ".join(
                    (each.id, each.acronym, each.title, " ".join(each.keywords), each.abstract)
                )
            )
            for each in generation.project_heads.values()
        ]

    def find(self, text: str) -> Mask:
        """Mark the projects that hold every word of a text, shape (n_projects,)."""
        words = fold(text).split()
        return np.array([all(word in own for word in words) for own in self._texts], dtype=bool)


def fold(text: str) -> str:
    """Take case and accents off.

    Examples
    --------
    >>> fold("Pile à COMBUSTIBLE")
    'pile a combustible'
    """
    if not text.isascii():
        text = "".join(
            sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
        )
    return text.casefold()


def select_projects(
    table: pd.DataFrame,
    wanted: ProjectFilter,
    *,
    texts: ProjectTexts | None = None,
    duplicate_ids: Collection[str] = (),
) -> pd.DataFrame:
    """Keep the projects that a filter wants, in the order that it asks for.

    Parameters
    ----------
    table
        ``list_projects`` joined with ``judge_projects``.
    wanted
        The target is not looked at: the table was judged against it.
    texts
        Needed where the filter has a text; of the same generation.
    duplicate_ids
        Projects that have a near-duplicate, for a filter that wants only those.

    Raises
    ------
    ValueError
        If the filter has a text and there are no texts.
    """
    keep = np.ones(len(table), dtype=bool)
    if wanted.text.strip():
        if texts is None:
            raise ValueError("a filter with a text needs the projects' texts")
        keep &= texts.find(wanted.text)
    columns = {
        "source": wanted.sources,
        "programme": wanted.programmes,
        "place": wanted.places,
        "kind": wanted.kinds,
        "verdict": wanted.verdicts,
    }
    for name, values in columns.items():
        if values:
            keep &= table[name].isin(values).to_numpy()
    if wanted.years:
        years = [int(year) for year in wanted.years if year.isdecimal()]
        keep &= table["year"].isin(years).fillna(value=False).to_numpy(dtype=bool)
    if ORPHAN in wanted.flags:
        keep &= table["is_orphan"].to_numpy()
    if DUPLICATE in wanted.flags:
        keep &= table.index.isin(list(duplicate_ids))
    return _sort(table[keep], wanted.sort)


def _sort(table: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Order the rows; those that tie stay in the order of their ids."""
    if sort == "name":
        return table.sort_values("name", key=lambda names: names.map(fold), kind="stable")
    by, is_ascending = {
        "newest": (["year"], False),
        "oldest": (["year"], True),
        "funding": (["funding_eur"], False),
    }.get(sort, (["probability"], False))
    return table.sort_values(by, ascending=is_ascending, kind="stable", na_position="last")
