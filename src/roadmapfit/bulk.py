"""Many texts at once: a table of titles and abstracts, each judged against every item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from roadmapfit.align import Alignment
from roadmapfit.analysis import PreparedText, prepare_text
from roadmapfit.calibrate import Verdict
from roadmapfit.decided import correct_alignments, open_aligner
from roadmapfit.errors import WorkspaceError
from roadmapfit.readers.text_table import TextRow
from roadmapfit.records import Outcome, Problem
from roadmapfit.workspace import Workspace

Progress = Callable[[int, int], None]

N_BEST = 5


@dataclass(frozen=True, slots=True)
class ScoredText:
    """One text of a table, with the items it fits best.

    Attributes
    ----------
    row, id, title
        Where the text stands in its file, and what it is called there.
    obstacle
        Why it could not be judged, as a message key; empty when it could.
    n_aligned, n_examine
        Items whose verdict is *aligned*, and those *to be examined*.
    best
        The best items, best first; none where there is an obstacle.
    """

    row: int
    id: str
    title: str
    language: str
    n_words: int
    obstacle: str
    n_aligned: int
    n_examine: int
    best: tuple[Alignment, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the best item."""
        return self.best[0].verdict if self.best else Verdict.CANNOT_TELL


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """A table of texts that was scored, with the rows that were refused."""

    file: str
    texts: tuple[ScoredText, ...]
    problems: tuple[Problem, ...]

    def to_content(self) -> dict[str, Any]:
        """Lay the table out as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> ScoredTable:
        """Read what ``to_content`` laid out.

        Raises
        ------
        WorkspaceError
            If it is damaged.
        """
        try:
            return cls(
                file=str(content["file"]),
                texts=tuple(_revive_text(each) for each in content["texts"]),
                problems=tuple(
                    Problem(**{**each, "outcome": Outcome(each["outcome"])})
                    for each in content["problems"]
                ),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise WorkspaceError("kept_damaged", name="scores", reason=str(error)) from error


def score_texts(
    workspace: Workspace, rows: Sequence[TextRow], *, on_progress: Progress | None = None
) -> list[ScoredText]:
    """Judge every text against every item, as ``align_text`` judges one.

    Parameters
    ----------
    workspace
        Whose items; its decisions and its recalibration are brought to bear.
    rows
        Texts to judge.
    on_progress
        Called with texts done and texts in all, first with none done; it cancels by
        raising.
    """
    aligner = open_aligner(workspace)
    scored = []
    for number, row in enumerate(rows):
        if on_progress is not None:
            on_progress(number, len(rows))
        prepared = prepare_text(workspace, row.abstract, title=row.title)
        alignments = correct_alignments(workspace, aligner.align(prepared.texts))
        scored.append(_score(row, prepared, alignments))
    if on_progress is not None:
        on_progress(len(rows), len(rows))
    return scored


def _score(row: TextRow, prepared: PreparedText, alignments: Sequence[Alignment]) -> ScoredText:
    verdicts = [each.verdict for each in alignments]
    return ScoredText(
        row=row.row,
        id=row.id,
        title=row.title,
        language=prepared.language,
        n_words=prepared.n_words,
        obstacle=prepared.obstacle,
        n_aligned=verdicts.count(Verdict.ALIGNED),
        n_examine=verdicts.count(Verdict.EXAMINE),
        best=() if prepared.obstacle else tuple(alignments[:N_BEST]),
    )


def _revive_text(content: Mapping[str, Any]) -> ScoredText:
    best = (Alignment(**{**each, "verdict": Verdict(each["verdict"])}) for each in content["best"])
    return ScoredText(**{**content, "best": tuple(best)})
