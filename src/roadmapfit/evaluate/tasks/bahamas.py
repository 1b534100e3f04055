"""Plans of the Bahamas against Sustainable Development Goal targets, graded by experts.

The workbook has one sheet a plan and one row a target, with the grade (T, total, or P,
partial), the plan's strategies that address the target and their indicators.
"""

from __future__ import annotations

import re
from pathlib import Path

from roadmapfit.evaluate.tasks.task import Task, Text
from roadmapfit.evaluate.tasks.workbook import Sheet, load_workbook

WORKBOOK = "undp-ria/Bahamas.xlsx"
GAINS = {"T": 1.0, "P": 0.5}
# How the headings of the wanted columns begin.
_GRADE, _STRATEGY, _INDICATOR = (
    "alignment?",
    "national development plan identify",
    "identify national indicators",
)
# "17.11 Significantly increase ...", sometimes after the name of its section.
_TARGET = re.compile(r"(?:^|\s)(\d{1,2}\.(?:\d{1,2}|[a-z]))\s+(\S.*)", re.DOTALL)
_BULLET = re.compile(r"^(?:[¬•*\-–]|\d+\.(?=\s|[A-Z]))\s*")
_TITLE_MARK, _NO_TITLE = "document title", "enter name here"


def load_bahamas(data: Path) -> Task:
    """Plans to the targets that experts found them to cover; gain 1 total, 0.5 partial.

    A target with either grade is right. One with a strategy and no grade is ambiguous.

    The plans themselves are not in the data. A plan's text is what the workbook quotes
    of it: the strategies and indicators of all its rows, each once, without the targets
    they stand beside and without the experts' comments. So strategies that serve no
    target are missing from it, which makes the task easier than the plan itself would.
    Sheets without a strategy are left out: a blank is no judgement there. The targets
    are those of the sheets that are left, with or without a grade. There is no split:
    the plans are too few.
    """
    plans: list[Text] = []
    aliases: dict[str, tuple[str, ...]] = {}
    targets: dict[str, Text] = {}
    grades: dict[str, dict[str, float]] = {}
    ambiguous: dict[str, frozenset[str]] = {}
    for name, sheet in load_workbook(data, WORKBOOK).items():
        columns = _find_columns(sheet)
        rows = _find_targets(sheet)
        text = _quote(rows, columns)
        gains = {
            target: GAINS[grade]
            for target, (_text, row) in rows.items()
            if (grade := row.get(columns.get(_GRADE, ""), "").strip().upper()) in GAINS
        }
        if not text or not gains:
            continue
        plan = Text("-".join(name.lower().split()), _find_title(sheet) or name, text, "en")
        plans.append(plan)
        aliases[name] = (plan.id,)
        grades[plan.id] = gains
        ambiguous[plan.id] = frozenset(
            target
            for target, (_text, row) in rows.items()
            if target not in gains and columns[_STRATEGY] in row
        )
        for target, (wording, _row) in rows.items():
            targets.setdefault(target, Text(target, "", wording, "en"))
    return Task(
        name="bahamas-coverage",
        queries=tuple(plans),
        candidates=tuple(targets.values()),
        relevant={plan: frozenset(gains) for plan, gains in grades.items()},
        ambiguous=ambiguous,
        held_out=frozenset(),
        grades=grades,
        aliases=aliases,
    )


def _find_columns(sheet: Sheet) -> dict[str, str]:
    """Find the letters of the wanted columns by their headings, wherever they stand."""
    found: dict[str, str] = {}
    for row in sheet.values():
        for column, text in row.items():
            heading = " ".join(text.lower().split())
            for wanted in (_GRADE, _STRATEGY, _INDICATOR):
                if heading.startswith(wanted):
                    found.setdefault(wanted, column)
    return found


def _find_targets(sheet: Sheet) -> dict[str, tuple[str, dict[str, str]]]:
    """Map each target to its wording and its row; headings of goals are passed over."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for row in sheet.values():
        match = _TARGET.search(row.get("B", ""))
        if match:
            found.setdefault(match[1], (" ".join(match[2].split()), row))
    return found


def _quote(rows: dict[str, tuple[str, dict[str, str]]], columns: dict[str, str]) -> str:
    """Join what the sheet quotes of the plan, strategies first, one paragraph a line."""
    if _STRATEGY not in columns:
        return ""
    lines: dict[str, None] = {}
    for wanted in (_STRATEGY, _INDICATOR):
        for _wording, row in rows.values():
            for line in row.get(columns.get(wanted, ""), "").splitlines():
                lines[_BULLET.sub("", " ".join(line.split()))] = None
    return "\n\n".join(line for line in lines if line)


def _find_title(sheet: Sheet) -> str:
    """Give the plan's title: the text under "Document title", unless none was entered."""
    for number, row in sheet.items():
        for column, text in row.items():
            if text.strip().lower() == _TITLE_MARK:
                title = " ".join(sheet.get(number + 1, {}).get(column, "").split())
                return "" if title.lower() == _NO_TITLE else title
    return ""
