"""Print the measured figures as the Markdown tables of docs/method.md.

python benchmarks/tables.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roadmapfit.paths import models_dir

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Print one table per question, from whatever was measured last."""
    for path in sorted((models_dir() / "alignment").glob("*/figures.json")):
        figures = json.loads(path.read_text(encoding="utf-8"))
        print(f"encoder {path.parent.name}, {figures['date']}, {figures['machine']}\n")
        tasks = {
            name: value
            for name, value in figures.items()
            if isinstance(value, dict) and "ranking" in value
        }
        print(render_ranking(tasks), "\n")
        print(render_calibration(tasks), "\n")
        print(f"thresholds: {figures['thresholds']}\n")
    for path in sorted(RESULTS.glob("*.json")):
        print(f"{path.name}\n\n{path.read_text(encoding='utf-8')}")
    return 0


def render_ranking(tasks: dict[str, Any]) -> str:
    """Lay out R@1, R@10 and nDCG@10 of every ranking."""
    names = list(next(iter(tasks.values()))["ranking"])
    lines = [
        f"| task | queries / candidates | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for task, value in tasks.items():
        cells = [
            " / ".join(f"{row[measure]:.3f}".lstrip("0") for measure in ("R@1", "R@10", "nDCG@10"))
            for row in value["ranking"].values()
        ]
        lines.append(
            f"| {task} | {value['n_queries']} / {value['n_candidates']} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def render_calibration(tasks: dict[str, Any]) -> str:
    """Lay out calibration error, AUC and what *to be examined* keeps."""
    lines = [
        "| task | text | pairs (aligned) | ECE | AUC | recall at *to examine* | pairs to read |",
        "|---|---|---|---|---|---|---|",
    ]
    for task, value in tasks.items():
        for key, label in (("calibration", "whole"), ("calibration, short", "3 sentences")):
            row = value[key]
            lines.append(
                f"| {task} | {label} | {row['n_pairs']} ({row['n_aligned']}) | {row['ece']:.3f} "
                f"| {row['auc']:.3f} | {row['recall_at_examine']:.2f} "
                f"| {row['share_to_read']:.0%} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
