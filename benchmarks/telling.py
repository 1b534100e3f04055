"""Count how often a passage that is set aside as asking for nobody does so.

    python -m benchmarks.telling --workspace workspaces/cordis --demonstration workspaces/demo

prints as JSON, by corpus, how many passages the rule (``roadmapfit.telling``) sets aside of how
many, and what reading says of a sample: the share of those set aside that ask for nobody, and
of those kept. The sample (``benchmarks/telling_judged.csv``) was drawn half from the one and
half from the other, so these are shares of either and not of all passages.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.records import OwnerKind
from roadmapfit.telling import list_telling
from roadmapfit.workspace import open_workspace

JUDGED = Path(__file__).parent / "telling_judged.csv"


def main() -> int:
    """Apply the rule, compare it with what was read, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True, help="of CORDIS")
    parser.add_argument("--demonstration", type=Path, required=True, help="of the demonstration")
    arguments = parser.parse_args()
    homes = {"cordis": arguments.workspace, "demonstration": arguments.demonstration}
    judged = read_judged()
    print(json.dumps({name: compare(home, judged[name]) for name, home in homes.items()}, indent=1))
    return 0


def read_judged() -> dict[str, dict[str, bool]]:
    """Say by corpus and passage whether it asks for somebody."""
    found: dict[str, dict[str, bool]] = {}
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(line for line in stream if not line.startswith("#")):
            found.setdefault(row["corpus"], {})[row["passage"]] = row["judged"] == "1"
    return found


def compare(home: Path, judged: dict[str, bool]) -> dict[str, object]:
    """Apply the rule to all projects of a workspace; a passage that it lacks is an error."""
    workspace = open_workspace(home)
    generation = workspace.generation
    is_told: dict[str, bool] = {}
    for project_id in sorted(generation.project_heads):
        rows = generation.rows_of(OwnerKind.PROJECT, [project_id])
        passages = generation.load_passages(rows)
        told = list_telling(passages, idf=workspace.model.background.idf)
        is_told |= {
            str(generation.index.table.id[row]): is_telling
            for row, passage, is_telling in zip(rows, passages, told, strict=True)
            if passage.field != "title"
        }
    answers = np.array([is_told[each] for each in judged])
    asks = np.array(list(judged.values()))
    return {
        "n_passages": len(is_told),
        "n_set_aside": sum(not each for each in is_told.values()),
        "set aside": _describe(asks[~answers]),
        "kept": _describe(asks[answers]),
    }


def _describe(asks: NDArray[np.bool_]) -> dict[str, int]:
    return {"n_read": len(asks), "n_that_ask_for_nobody": int((~asks).sum())}


if __name__ == "__main__":
    raise SystemExit(main())
