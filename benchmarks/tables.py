"""Print the measured figures as the Markdown tables of docs/method.md.

roadmapfit evaluate all --data ../shared/data --json > benchmarks/results/evaluation.json
python benchmarks/tables.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
NEURAL = ("minilm", "use")
COLUMNS = ("roadmapfit", "tf-idf", "bm25", "mix", "dense-centred", "best", "phrases", "cognates")
# Shown as further rows of a task where they ran.
WITH_PAST = ("roadmapfit-past", "bm25-past")
MEASURES = {"matches@10": ("matches@10", "matches@30")}
TRADED = ("cordis-topics", "cordis-siblings", "anr-committees-fr", "undp-ria")
USUAL = ("R@1", "R@10", "nDCG@10")


def main() -> int:
    """Print one table per question, from what was measured last."""
    found = json.loads((RESULTS / "evaluation.json").read_text(encoding="utf-8"))["tasks"]
    print(render_ranking(found), "\n")
    print(render_tests(found), "\n")
    print(render_calibration(found), "\n")
    print(render_trade_off(found), "\n")
    neural = json.loads((RESULTS / "evaluation-neural-baselines.json").read_text(encoding="utf-8"))
    print(render_neural(neural["tasks"]))
    return 0


def render_neural(tasks: dict[str, Any]) -> str:
    """Lay out the neural baselines: their measures, and what ours has more, with its p value."""
    lines = [
        f"| task | {' | '.join(NEURAL)} | measure "
        f"| {' | '.join(f'roadmapfit minus {name} (p)' for name in NEURAL)} |",
        f"|---|{'---|' * (2 * len(NEURAL) + 1)}",
    ]
    for task, value in tasks.items():
        main = value["main_measure"]
        measures = MEASURES.get(main, USUAL)
        cells = [
            " / ".join(
                f"{value['systems'][name][measure]['value']:.3f}".lstrip("0")
                for measure in measures
            )
            for name in NEURAL
        ]
        compared = {
            each["against"]: f"{each['difference']:+.3f} ({each['p']:.3f})"
            for each in value["comparisons"]
            if each["ours"] == "roadmapfit" and each["measure"] == main
        }
        cells += [main, *(compared[name] for name in NEURAL)]
        lines.append(f"| {task} | {' | '.join(cells)} |")
    return "\n".join(lines)


def render_ranking(tasks: dict[str, Any]) -> str:
    """Lay out the measures of every system that ran on any task."""
    names = [name for name in COLUMNS if any(name in each["systems"] for each in tasks.values())]
    lines = [
        f"| task | queries / candidates | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for task, value in tasks.items():
        measures = MEASURES.get(value["main_measure"], USUAL)
        cells = [
            " / ".join(f"{own[measure]['value']:.3f}".lstrip("0") for measure in measures)
            if (own := value["systems"].get(name))
            else ""
            for name in names
        ]
        lines.append(
            f"| {task} | {value['n_queries']} / {value['n_candidates']} | {' | '.join(cells)} |"
        )
        past = {name: value["systems"][name] for name in WITH_PAST if name in value["systems"]}
        if past:
            said = "; ".join(
                f"{name} "
                + " / ".join(f"{own[measure]['value']:.3f}".lstrip("0") for measure in measures)
                for name, own in past.items()
            )
            lines.append(f"| {task}, with past decisions | | {said} |" + " |" * (len(names) - 1))
    return "\n".join(lines)


def render_tests(tasks: dict[str, Any]) -> str:
    """Lay out the interval of the main measure and the difference from each baseline."""
    lines = [
        "| task | measure | roadmapfit (95 % interval) | minus baseline (p) |",
        "|---|---|---|---|",
    ]
    for task, value in tasks.items():
        measure = value["main_measure"]
        own = value["systems"]["roadmapfit"][measure]
        tests = [
            f"{each['against']} {each['difference']:+.3f} ({each['p']:.3f})"
            for each in value["comparisons"]
            if each["ours"] == "roadmapfit"
            and each["measure"] == measure
            and each["against"] in ("tf-idf", "bm25", "mix", "minilm", "use", "dense-centred")
        ]
        interval = f"{own['value']:.3f} ({own['low']:.3f} to {own['high']:.3f})"
        lines.append(f"| {task} | {measure} | {interval} | {', '.join(tests)} |")
    return "\n".join(lines)


def render_calibration(tasks: dict[str, Any]) -> str:
    """Lay out calibration error, AUC and what *to be examined* keeps."""
    lines = [
        "| task | text | pairs (aligned) | ECE | AUC | recall at *to examine* | pairs to read |",
        "|---|---|---|---|---|---|---|",
    ]
    for task, value in tasks.items():
        parts = (value["calibration"] or {"parts": {}})["parts"]
        for name, row in parts.items():
            # Routes apart are in the file; a part may hold pairs of one sort only.
            if name not in ("all", "short") or row["auc"] is None:
                continue
            lines.append(
                f"| {task} | {name} | {row['n_pairs']} ({row['n_aligned']}) | {row['ece']:.3f} "
                f"| {row['auc']:.3f} | {row['recall_at_examine']:.2f} "
                f"| {row['share_to_read']:.0%} |"
            )
    return "\n".join(lines)


def render_trade_off(tasks: dict[str, Any]) -> str:
    """Lay out what share of the right pairs each threshold keeps, and how much is read for it."""
    rows = [
        (f"{task}, {text}", part["trade_off"])
        for task, value in tasks.items()
        if task in TRADED and value.get("calibration")
        for text, part in value["calibration"]["parts"].items()
        if text in ("all", "short")
    ]
    levels = list(rows[0][1]) if rows else []
    lines = [
        f"| kept / read, from | {' | '.join(levels)} |",
        f"|---|{'---|' * len(levels)}",
    ]
    for name, traded in rows:
        cells = [
            f"{traded[level]['recall']:.0%} / {traded[level]['share_to_read']:.0%}"
            for level in levels
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
