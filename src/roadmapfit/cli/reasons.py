"""The reasons behind an alignment, as a command prints them and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from roadmapfit.cli.terminal import Terminal
from roadmapfit.wording import render_caution, render_contribution, render_origin

if TYPE_CHECKING:
    from roadmapfit.cautions import Caution
    from roadmapfit.contribution import Contribution, Origin
    from roadmapfit.evidence import Evidence
    from roadmapfit.lexical import Term
    from roadmapfit.reasons import Reasons
    from roadmapfit.records import Passage


def describe_reasons(terminal: Terminal, reasons: Reasons) -> dict[str, Any]:
    """Lay the reasons out as JSON; offsets are those of the field."""
    return {
        "evidence": [_describe_evidence(each) for each in reasons.evidence],
        "origin": reasons.origin and _describe_origin(reasons.origin),
        "cautions": describe_cautions(terminal, reasons.cautions),
        "absent": list(reasons.absence.phrases),
        "absent_words": list(reasons.absence.terms),
        "unmet_passages": [each.text for each in reasons.absence.passages],
    }


def describe_cautions(terminal: Terminal, cautions: Sequence[Caution]) -> list[dict[str, Any]]:
    """Lay cautions out as JSON; offsets are those of the field."""
    return [
        {
            "kind": str(each.kind),
            "said": render_caution(each, terminal.language),
            "words": each.words,
            "field": each.passage.field,
            "start": each.passage.start + each.start,
            "end": each.passage.start + each.end,
        }
        for each in cautions
    ]


def write_reasons(terminal: Terminal, title: str, reasons: Reasons) -> None:
    """Print the reasons under a title."""
    terminal.write_text(f"\n{title}")
    if reasons.origin is not None:
        _write_indented(terminal, render_origin(reasons.origin, terminal.language))
    for caution in reasons.cautions:
        write_caution(terminal, caution)
    for evidence in reasons.evidence:
        terminal.write_detail(
            "cli.pair", own=evidence.project_passage.text, other=evidence.item_passage.text
        )
        _write_indented(terminal, render_contribution(evidence.contribution, terminal.language))
        words = _list_words(evidence.project_passage, evidence.project_terms)
        if words:
            said = "cli.related_words" if evidence.is_bilingual else "cli.shared_words"
            terminal.write_detail(said, words=", ".join(words))
        else:
            terminal.write_detail("cli.by_meaning")
    absence = reasons.absence
    if absence.phrases or absence.terms:
        terminal.write_detail("cli.absent", phrases=", ".join(absence.phrases or absence.terms))
    for passage in absence.passages:
        terminal.write_detail("cli.unmet", text=passage.text)


def write_caution(terminal: Terminal, caution: Caution) -> None:
    """Print what to be careful about."""
    terminal.write_detail("cli.cautions", said=render_caution(caution, terminal.language))


def _describe_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "project_passage": evidence.project_passage.text,
        "item_passage": evidence.item_passage.text,
        "project_words": _list_words(evidence.project_passage, evidence.project_terms),
        "item_words": _list_words(evidence.item_passage, evidence.item_terms),
        "contribution": _describe_contribution(evidence.contribution),
        "item_contribution": _describe_contribution(evidence.item_contribution),
    }


def _describe_contribution(contribution: Contribution) -> dict[str, float]:
    return {"probability": contribution.probability, "fit": contribution.fit}


def _describe_origin(origin: Origin) -> dict[str, float]:
    return {
        "words": origin.words,
        "meaning": origin.meaning,
        "past": origin.past,
        "share_of_words": origin.share_of_words,
    }


def _list_words(passage: Passage, terms: Sequence[Term]) -> list[str]:
    return list(dict.fromkeys(passage.text[term.start : term.end] for term in terms))


def _write_indented(terminal: Terminal, said: str) -> None:
    if said:
        terminal.write_text(f"  {said}")
