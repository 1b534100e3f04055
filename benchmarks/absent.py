"""Hold the phrases that are said to be absent from a project against what reading says.

    python -m benchmarks.absent --demonstration workspaces/demonstration

prints as JSON how many of the phrases that ``roadmapfit.absent_phrases`` names were judged
right, in each of two samples, and beside it how many of those that two plainer rules name: the
item's first key phrases, whatever the project says, and the phrases farthest from the project by
meaning. Judged right
(``benchmarks/absent_judged.csv``) is a phrase that names a subject of the item, concrete enough
to look for, of which the project does not speak.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from roadmapfit.absent_phrases import list_absent_phrases
from roadmapfit.analysis import PreparedText, prepare_project
from roadmapfit.records import OwnerKind
from roadmapfit.segment import extract_key_phrases
from roadmapfit.workspace import Workspace, open_workspace

JUDGED = Path(__file__).parent / "absent_judged.csv"
N_PHRASES = 6
N_KEY_PHRASES = 16

Rule = Callable[[Workspace, PreparedText, str], list[str]]
# By project and item: a phrase, and whether it was judged right.
Judged = dict[tuple[str, str], dict[str, bool]]


def main() -> int:
    """Name the phrases by each rule, compare them with what was read, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demonstration", type=Path, required=True, help="its workspace")
    workspace = open_workspace(parser.parse_args().demonstration)
    judged = read_judged()
    rules: dict[str, Rule] = {
        "absent_phrases": list_absent_phrases,
        "first key phrases": list_first,
        "farthest from the project": list_farthest,
    }
    found = {
        sample: {name: score(workspace, rule, pairs) for name, rule in rules.items()}
        for sample, pairs in judged.items()
    }
    print(json.dumps(found, indent=1))
    return 0


def read_judged() -> dict[str, Judged]:
    """Read by sample what was judged."""
    found: dict[str, Judged] = defaultdict(lambda: defaultdict(dict))
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(line for line in stream if not line.startswith("#")):
            pair = row["project"], row["item"]
            found[row["sample"]][pair][row["phrase"]] = row["judged"] == "1"
    return found


def score(workspace: Workspace, rule: Rule, judged: Judged) -> dict[str, int]:
    """Count the phrases that a rule names, those judged right, and those that nobody judged."""
    answers = [
        known.get(phrase)
        for (project_id, item_id), known in judged.items()
        for phrase in rule(workspace, prepare_project(workspace, project_id), item_id)
    ]
    return {
        "n_pairs": len(judged),
        "n_named": len(answers),
        "n_right": answers.count(True),
        "n_unjudged": answers.count(None),
    }


def list_first(workspace: Workspace, prepared: PreparedText, item_id: str) -> list[str]:
    """Take the item's first key phrases: the plainest rule."""
    return _list_key_phrases(workspace, item_id)[:N_PHRASES]


def list_farthest(workspace: Workspace, prepared: PreparedText, item_id: str) -> list[str]:
    """Take those that no passage of the project comes near."""
    phrases = _list_key_phrases(workspace, item_id)
    language = workspace.generation.strategy_items[item_id].language
    vectors = workspace.model.background.centring.apply(
        workspace.encoder.encode(phrases),
        languages=[language] * len(phrases),
        kind=OwnerKind.ITEM,
    )
    nearest = (vectors @ prepared.texts.vectors.T).max(axis=1)
    return [phrases[row] for row in np.argsort(nearest, kind="stable")[:N_PHRASES]]


def _list_key_phrases(workspace: Workspace, item_id: str) -> list[str]:
    item = workspace.generation.strategy_items[item_id]
    return extract_key_phrases(f"{item.title}. {item.text}", item.language, n_phrases=N_KEY_PHRASES)


if __name__ == "__main__":
    raise SystemExit(main())
