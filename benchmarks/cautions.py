"""List real sentences that the rules of the cautions find, and count those judged right.

    python -m benchmarks.cautions --data ../shared/data

Negations and texts addressed to a machine are looked for in every abstract of CORDIS and
ANR; mentions in 1,500 CORDIS projects against their own EuroSciVoc labels; copies in
1,500 against the first sentences of another project of the same topic. Up to ``--limit``
of each kind are listed. A person's judgement of them lies in
``benchmarks/results/cautions_judged.csv``: whether the project, in that sentence, sets
the words aside, names them as an example or a contrast only, or has them from the other
text. What is listed and not judged yet is printed, and counted in ``n_unjudged``.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.parts import load_parts
from roadmapfit.cautions import (
    Caution,
    CautionKind,
    find_instruction_cautions,
    find_negation_cautions,
    find_pair_cautions,
)
from roadmapfit.evaluate.runner import SEED
from roadmapfit.evaluate.tasks import TASKS, Task, Text
from roadmapfit.evaluate.tasks.cordis import load_cordis
from roadmapfit.records import OwnerKind, Passage

RESULTS = Path(__file__).parent / "results"
JUDGED = RESULTS / "cautions_judged.csv"
N_QUERIES = 1500
N_BEFORE = 90
ANR = ("anr-titles-fr-fr", "anr-titles-en-en")


@dataclass(frozen=True)
class Listed:
    """One caution on real text; ``about`` is the item it was held against."""

    caution: Caution
    about: str

    @property
    def key(self) -> str:
        """A name that stays while the sentence does."""
        words = " ".join(self.caution.words.split())
        said = "|".join((self.caution.kind, self.caution.passage.owner_id, self.about[:60], words))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def sentence(self) -> str:
        """The words in question, between marks, with what stands before and after."""
        text, start, end = self.caution.passage.text, self.caution.start, self.caution.end
        shown = (
            f"{text[max(0, start - N_BEFORE) : start]}[[{text[start:end]}]]{text[end : end + 40]}"
        )
        return " ".join(shown.split())


def main() -> int:
    """Find, list, hold against the judgements, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, default=45, help="sentences of each kind")
    arguments = parser.parse_args()
    _, model = load_parts()
    idf = model.background.idf
    fields = TASKS["cordis-fields-en"](arguments.data)
    siblings = TASKS["cordis-siblings"](arguments.data)
    found = {
        CautionKind.NEGATED: list(find_negated(arguments.data)),
        CautionKind.INSTRUCTION: list(find_addressed(arguments.data)),
        CautionKind.MENTIONED: list(find_in_pairs(fields, CautionKind.MENTIONED, idf)),
        CautionKind.COPIED: list(find_in_pairs(siblings, CautionKind.COPIED, idf)),
    }
    judged = load_judged()
    figures: dict[str, Any] = {"seed": SEED}
    for kind, listed in found.items():
        rng = np.random.default_rng(SEED)
        drawn = [listed[row] for row in sorted(rng.permutation(len(listed))[: arguments.limit])]
        unjudged = [each for each in drawn if each.key not in judged]
        for each in unjudged:
            print(f"{each.key}\t{kind}\t{each.about[:100]!r}\t{each.sentence}")
        verdicts = [judged[each.key] for each in drawn if each.key in judged]
        figures[kind] = {
            "n_found": len(listed),
            "n_judged": len(verdicts),
            "n_right": sum(verdicts),
            "n_unjudged": len(unjudged),
        }
    text = json.dumps(figures, indent=1) + "\n"
    (RESULTS / "cautions.json").write_text(text, encoding="utf-8")
    print(text)
    return 0


def load_abstracts(data: Path) -> Iterator[Text]:
    """Read every abstract once: CORDIS in English, ANR in both languages."""
    projects, _ = load_cordis(data)
    for project in projects:
        yield Text(project.id, "", project.abstract, project.language or "en")
    for name in ANR:
        yield from TASKS[name](data).candidates


def find_negated(data: Path) -> Iterator[Listed]:
    """Find all that abstracts set aside, whatever it is about."""
    for text in load_abstracts(data):
        for caution in find_negation_cautions(to_passages(text, OwnerKind.PROJECT)):
            yield Listed(caution, "")


def find_addressed(data: Path) -> Iterator[Listed]:
    """Find what abstracts seem to tell a machine."""
    for text in load_abstracts(data):
        for caution in find_instruction_cautions(to_passages(text, OwnerKind.PROJECT)):
            yield Listed(caution, "")


def find_in_pairs(task: Task, kind: CautionKind, idf: np.ndarray) -> Iterator[Listed]:
    """Find the cautions of one kind in some queries against their right candidates."""
    candidates = {each.id: each for each in task.candidates}
    rng = np.random.default_rng(SEED)
    for row in sorted(rng.permutation(len(task.queries))[:N_QUERIES]):
        query = task.queries[row]
        project = to_passages(query, OwnerKind.PROJECT)
        for right in sorted(task.relevant[query.id]):
            item = to_passages(candidates[right], OwnerKind.ITEM)
            for caution in find_pair_cautions(project, item, evidence_ids=(), idf=idf):
                if caution.kind is kind:
                    yield Listed(caution, candidates[right].title or candidates[right].body)


def to_passages(text: Text, kind: OwnerKind) -> list[Passage]:
    """Take title and body as one passage each: the rules find the sentences themselves."""
    fields = (("title", text.title), ("text", text.body))
    return [
        Passage(f"{text.id}:{name}", kind, text.id, name, 0, len(said), said, text.language)
        for name, said in fields
        if said.strip()
    ]


def load_judged() -> dict[str, bool]:
    """Read what a person said of the sentences, by key."""
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        return {row["key"]: row["is_right"] == "yes" for row in csv.DictReader(_rows(stream))}


def _rows(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))


if __name__ == "__main__":
    raise SystemExit(main())
