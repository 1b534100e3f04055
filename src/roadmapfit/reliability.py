"""What was measured of the shipped probabilities, for the model's card.

``reliability.json`` is written by ``benchmarks/reliability.py`` from the last
evaluation. It names the alignment model that it is of: of another one it says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose probability lies in one tenth of the scale.

    ``probability`` is the mean that was stated, ``aligned`` the share that people called
    aligned, both in [0, 1].
    """

    n: int
    probability: float
    aligned: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How stated probabilities and what people said agreed on one set of pairs.

    Attributes
    ----------
    languages
        Of the project's text and of the item's.
    task
        The evaluation that the pairs are of, as ``roadmapfit evaluate --list`` names it.
    n_pairs, n_aligned
        Judged pairs, and those that are aligned.
    ece
        Expected calibration error over ten bins of equal width, in [0, 1].
    bins
        Those that hold pairs, from the least probable.
    """

    languages: tuple[str, str]
    task: str
    n_pairs: int
    n_aligned: int
    ece: float
    bins: tuple[Bin, ...]


def load_reliability(alignment_model: str) -> tuple[Reliability, ...]:
    """Read what was measured of an alignment model, by its checksum; nothing of another."""
    source = resources.files("roadmapfit") / "reliability.json"
    return parse_reliability(source.read_text(encoding="utf-8"), alignment_model=alignment_model)


def parse_reliability(text: str, *, alignment_model: str) -> tuple[Reliability, ...]:
    """Read the file's text, as ``load_reliability`` does."""
    content: dict[str, Any] = json.loads(text)
    if content["alignment_model"] != alignment_model:
        return ()
    return tuple(
        Reliability(
            languages=(each["languages"][0], each["languages"][1]),
            task=each["task"],
            n_pairs=each["n_pairs"],
            n_aligned=each["n_aligned"],
            ece=each["ece"],
            bins=tuple(Bin(**inner) for inner in each["bins"]),
        )
        for each in content["measured"]
    )
