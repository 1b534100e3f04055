"""What the model's card says of its probabilities, and that it is of the shipped model."""

from __future__ import annotations

import json
from importlib import resources

from roadmapfit.alignment_model import hash_model
from roadmapfit.paths import models_dir
from roadmapfit.reliability import Bin, Reliability, load_reliability, parse_reliability

ONE = {
    "alignment_model": "abc",
    "measured": [
        {
            "languages": ["fr", "en"],
            "task": "made-up",
            "n_pairs": 7,
            "n_aligned": 2,
            "ece": 0.05,
            "bins": [
                {"n": 5, "probability": 0.05, "aligned": 0.0},
                {"n": 2, "probability": 0.9, "aligned": 1.0},
            ],
        }
    ],
}


def test_what_was_measured_is_read() -> None:
    assert parse_reliability(json.dumps(ONE), alignment_model="abc") == (
        Reliability(("fr", "en"), "made-up", 7, 2, 0.05, (Bin(5, 0.05, 0.0), Bin(2, 0.9, 1.0))),
    )


def test_nothing_is_said_of_another_model() -> None:
    assert parse_reliability(json.dumps(ONE), alignment_model="abd") == ()
    assert load_reliability("none") == ()


def test_shipped_figures_are_of_the_shipped_model() -> None:
    (home,) = (models_dir() / "alignment").iterdir()
    text = (resources.files("roadmapfit") / "reliability.json").read_text(encoding="utf-8")
    shipped = parse_reliability(text, alignment_model=hash_model(home))
    # Another model is shipped? Evaluate it, then run benchmarks/reliability.py.
    languages = [("fr", "fr"), ("en", "fr"), ("fr", "en"), ("en", "en")]
    assert list(dict.fromkeys(each.languages for each in shipped)) == languages
    assert len({(each.languages, each.task) for each in shipped}) == len(shipped) == 15
    for each in shipped:
        assert sum(inner.n for inner in each.bins) == each.n_pairs
        assert all(0 <= inner.probability <= 1 and 0 <= inner.aligned <= 1 for inner in each.bins)
