"""Write what the model's card draws: stated against observed, by pair of languages.

roadmapfit evaluate all --data ../shared/data --json > benchmarks/results/evaluation.json
python benchmarks/reliability.py

The file names the alignment model that is shipped now, so run this after an evaluation
of that one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roadmapfit.alignment_model import find_alignment_model, hash_model
from roadmapfit.encoder import load_encoder

RESULTS = Path(__file__).parent / "results"
OUT = Path(__file__).parent.parent / "src" / "roadmapfit" / "reliability.json"
# Languages of the project's text and of the item's; a task and its part that holds such pairs,
# as far as the language detector agrees with the source. What is most like a strategy's item
# comes first.
MEASURED = (
    (("fr", "fr"), "anr-committees-fr", "within"),
    (("fr", "fr"), "ilab-domains", "all"),
    (("fr", "fr"), "anr-titles-fr-fr", "within"),
    (("en", "fr"), "cordis-fields-fr", "all"),
    (("en", "fr"), "anr-committees-en", "across"),
    (("en", "fr"), "anr-titles-fr-en", "across"),
    (("fr", "en"), "anr-titles-en-fr", "across"),
    (("en", "en"), "cordis-topics", "all"),
    (("en", "en"), "cordis-siblings", "all"),
    (("en", "en"), "cordis-fields-en", "all"),
    (("en", "en"), "cordis-destinations", "all"),
    (("en", "en"), "cordis-policies", "all"),
    (("en", "en"), "undp-ria", "within"),
    (("en", "en"), "bahamas-coverage", "all"),
    (("en", "en"), "anr-titles-en-en", "within"),
)


def main() -> int:
    """Take the bins of the last evaluation and write them."""
    tasks = json.loads((RESULTS / "evaluation.json").read_text(encoding="utf-8"))["tasks"]
    fingerprint = load_encoder().fingerprint
    content = {
        "alignment_model": hash_model(find_alignment_model(fingerprint)),
        "measured": [
            describe(tasks[task], part, languages=languages, fingerprint=fingerprint)
            for languages, task, part in MEASURED
        ],
    }
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


def describe(
    task: dict[str, Any], part: str, *, languages: tuple[str, str], fingerprint: str
) -> dict[str, Any]:
    """Take one diagram out of a task's figures; another encoder's are refused."""
    if task["encoder"] != fingerprint:
        raise SystemExit(f"{task['task']} was measured with {task['encoder']}, not {fingerprint}")
    measured = task["calibration"]["parts"][part]
    return {
        "languages": languages,
        "task": task["task"],
        "n_pairs": measured["n_pairs"],
        "n_aligned": measured["n_aligned"],
        "ece": round(measured["ece"], 4),
        "bins": [
            {
                "n": each["n"],
                "probability": round(each["probability"], 4),
                "aligned": round(each["aligned"], 4),
            }
            for each in measured["bins"]
            if each["n"]
        ],
    }


if __name__ == "__main__":
    raise SystemExit(main())
