"""Measure consortium completion on the texts of a workspace, which are cut and encoded already.

    python -m benchmarks.consortium --data ../shared/data --workspace workspaces/cordis

prints what ``roadmapfit evaluate consortium --data ../shared/data --json`` does, without the
minutes in which that cuts the texts of 17,000 projects into sentences.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.fit_partners import take_texts
from benchmarks.parts import load_parts
from roadmapfit.evaluate.consortium.runner import evaluate_consortia
from roadmapfit.evaluate.consortium.sources import load_cordis_consortia
from roadmapfit.evaluate.report import describe_evaluation
from roadmapfit.evaluate.sides import Tools
from roadmapfit.paths import cache_dir


def main() -> int:
    """Take, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--workspace", type=Path, required=True, help="takes the texts from it")
    parser.add_argument("--limit", type=int, help="measure this many projects only")
    arguments = parser.parse_args()
    measured = evaluate_consortia(
        load_cordis_consortia(arguments.data),
        tools=Tools(load_parts=load_parts, cache=cache_dir() / "evaluate"),
        limit=arguments.limit,
        encode=lambda _task, history, blanks, *, tools: take_texts(  # noqa: ARG005
            arguments.workspace, history, blanks
        ),
    )
    print(json.dumps({"tasks": {"consortium": describe_evaluation(measured)}}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
