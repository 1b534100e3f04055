"""The Sustainable Development Goals' own wording, in French and English."""

from __future__ import annotations

from pathlib import Path

from roadmapfit.evaluate.tasks.tables import load_csv
from roadmapfit.evaluate.tasks.task import Text

TARGETS = "sdg-targets/sdg_goals_targets_indicators_en_fr.csv"


def load_targets(data: Path, *, language: str) -> tuple[Text, ...]:
    """Load the targets of the Sustainable Development Goals, as short strategy items."""
    return tuple(
        Text(f"sdg-{row['key']}-{language}", "", row[language], language)
        for row in load_csv(data, TARGETS, columns=("level", "key", language))
        if row["level"] == "target"
    )
