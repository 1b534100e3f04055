"""Fit an encoder's alignment model from open data.

    python -m benchmarks.fit_alignment --data ../shared/data

writes ``models/alignment/<encoder fingerprint>/``: ``background.npz`` and
``calibrator.json``. No query of the test split is used, nor any candidate that is right
for such queries alone. What the model is worth is measured apart, by ``roadmapfit
evaluate``. The seed is fixed: same data, same encoder, same bytes. Vectors are cached,
so a second run takes a few minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_background import draw_cohort, fit_centring, fit_term_weights
from benchmarks.fit_past import fit_past
from benchmarks.judged_pairs import (
    N_SHORT,
    PREVALENCE,
    JudgedTask,
    Measurer,
    Pairs,
    load_judged_tasks,
    sample_pairs,
)
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.background import Background, write_background
from roadmapfit.calibrate import (
    ACROSS,
    WITHIN,
    Z_INTERVAL,
    Calibrator,
    Thresholds,
    fit_calibrator,
)
from roadmapfit.encoder import load_encoder
from roadmapfit.evaluate.corpus import EncodedTexts, encode_texts
from roadmapfit.evaluate.tasks import Text, load_targets
from roadmapfit.features import Cohort
from roadmapfit.paths import cache_dir, models_dir
from roadmapfit.records import OwnerKind
from roadmapfit.textset import TextSet
from roadmapfit.vectors import VectorCache

Array = NDArray[np.float32]
SEED = 20261122
TARGET_RECALL = 0.95
# Sentences of the texts that the deviation by length is fitted on.
TRUNCATIONS = (1, 2, 4, 6)
N_TRUNCATED = 300
# The pairs whose interval matters, and the share of them that it is to hold.
BETWEEN = (0.05, 0.95)
COVERED = 0.9


def main() -> int:
    """Fit and write."""
    arguments = _parse()
    rng = np.random.default_rng(SEED)
    encoder = load_encoder()
    cache = VectorCache(arguments.cache, fingerprint=encoder.fingerprint, dim=encoder.dim)

    def encode(texts: Sequence[Text], kind: OwnerKind, name: str) -> EncodedTexts:
        def report(done: int, total: int) -> None:
            print(f"\r{name}: {done}/{total} passages", end="", file=sys.stderr)

        return encode_texts(texts, kind, encoder=encoder, cache=cache, on_progress=report)

    tasks = load_judged_tasks(arguments.data)
    # Test queries are not even encoded.
    projects = {
        judged.task.name: encode(
            [query for query in judged.task.queries if query.id in judged.background],
            OwnerKind.PROJECT,
            judged.task.name,
        )
        for judged in tasks
    }
    items = {
        judged.task.name: encode(judged.task.candidates, OwnerKind.ITEM, judged.task.name)
        for judged in tasks
    }
    target_texts = {
        language: load_targets(arguments.data, language=language) for language in ("fr", "en")
    }
    targets = {
        language: encode(texts, OwnerKind.ITEM, "targets")
        for language, texts in target_texts.items()
    }
    idf = fit_term_weights(
        tasks, [text for texts in target_texts.values() for text in texts], arguments.data
    )
    centring = fit_centring(tasks, projects, items, targets)
    project_sets = {name: each.to_text_set(centring, idf) for name, each in projects.items()}
    item_sets = {name: each.to_text_set(centring, idf) for name, each in items.items()}
    target_sets = {key: each.to_text_set(centring, idf) for key, each in targets.items()}
    cohort = draw_cohort(tasks, project_sets, item_sets, target_sets, rng)
    background = Background(encoder.fingerprint, centring, idf, cohort)

    # Every task comes twice: whole abstracts, and their first sentences alone, for
    # people paste three lines as often as they load a file.
    short_sets = {
        name: each.shorten(N_SHORT).to_text_set(centring, idf) for name, each in projects.items()
    }
    pairs = {
        length: [
            sample_pairs(judged, sets[judged.task.name], item_sets[judged.task.name], cohort, rng)
            for judged in tasks
        ]
        for length, sets in (("whole", project_sets), ("short", short_sets))
    }
    topics = tasks[0]
    calibrator = fit(pairs, background, rng)
    calibrator = replace(
        calibrator,
        thresholds=choose_thresholds(calibrator, pairs["whole"][0]),
        deviation=fit_deviation(
            calibrator,
            project_sets[topics.task.name],
            [
                projects[topics.task.name].shorten(n_passages).to_text_set(centring, idf)
                for n_passages in TRUNCATIONS
            ],
            items=item_sets[topics.task.name],
            cohort=cohort,
            judged=topics,
        ),
    )
    calibrator = replace(
        calibrator,
        past=fit_past(
            AlignmentModel(background, calibrator),
            topics,
            project_sets[topics.task.name],
            item_sets[topics.task.name],
            rng,
        ),
    )
    home = arguments.out / encoder.fingerprint
    home.mkdir(parents=True, exist_ok=True)
    write_background(background, home / "background.npz")
    calibrator.write(home / "calibrator.json")
    print(f"{home}: {calibrator.thresholds}, {calibrator.weights}, {calibrator.past}")
    return 0


def fit(
    pairs: Mapping[str, Sequence[Pairs]], background: Background, rng: np.random.Generator
) -> Calibrator:
    """Fit the fusion and the calibration on the pairs of all tasks."""
    everything = [each for own in pairs.values() for each in own]
    by_route = {
        route: [each for each in everything if each.route == route] for route in (WITHIN, ACROSS)
    }
    return fit_calibrator(
        {route: np.concatenate([p.features for p in own]) for route, own in by_route.items()},
        {route: np.concatenate([p.labels for p in own]) for route, own in by_route.items()},
        sample_weights={
            route: np.concatenate([p.weights for p in own]) for route, own in by_route.items()
        },
        encoder_fingerprint=background.encoder_fingerprint,
        origin={
            "tasks": {
                f"{each.task}, {length}": len(each.labels)
                for length, own in pairs.items()
                for each in own
            },
            "n_aligned": sum(int(each.labels.sum()) for each in everything),
            "prevalence": PREVALENCE,
            "target_recall": TARGET_RECALL,
            "seed": SEED,
        },
        rng=rng,
    )


def choose_thresholds(calibrator: Calibrator, pairs: Pairs) -> Thresholds:
    """Set *to be examined* where it keeps the wanted share of the pairs that are aligned.

    Judged on whole abstracts against topics, the task nearest to a committee's; the
    other tasks' candidates are fields and domains, where "right" is wider than aligned.
    """
    right = pairs.features[pairs.labels == 1]
    within = np.full(len(right), pairs.route == WITHIN)
    value = calibrator.measure_probability(
        calibrator.measure_fit(right, is_within=within),
        is_within=within,
        n_words=np.full(len(right), 250, dtype=np.int32),
    ).value
    examine = float(np.quantile(value, 1 - TARGET_RECALL))
    return Thresholds(examine=round(min(examine, 0.4), 3), aligned=0.5)


def fit_deviation(
    calibrator: Calibrator,
    whole: TextSet,
    parts: Sequence[TextSet],
    *,
    items: TextSet,
    cohort: Cohort,
    judged: JudgedTask,
) -> tuple[float, float]:
    """Measure how far the first passages' fit lies from the whole file's, by words read.

    Asked of the pairs whose first passages give neither a near certainty nor next to
    nothing: a reader who sees 40 % wants to know where the whole file would be. Pairs
    that are certain move much further, and stay certain.
    """
    long_ids = {
        text_id
        for row, text_id in enumerate(whole.ids)
        if text_id in judged.fitting
        and whole.offsets[row + 1] - whole.offsets[row] > 2 * max(TRUNCATIONS)
    }
    wanted = sorted(long_ids)[:N_TRUNCATED]
    seen = np.flatnonzero([candidate_id not in judged.unseen for candidate_id in items.ids])
    measurer = Measurer(items.take(seen), cohort)

    def measure(texts: TextSet) -> tuple[Array, Array, float]:
        rows = {text_id: row for row, text_id in enumerate(texts.ids)}
        taken = texts.take([rows[text_id] for text_id in wanted])
        features = measurer.measure(taken)
        within = np.ones(features.shape[:2], dtype=bool)
        fit_values = calibrator.measure_fit(features, is_within=within)
        shown = calibrator.measure_probability(
            fit_values, is_within=within, n_words=taken.n_words[:, None]
        ).value
        return fit_values, shown, float(np.median(taken.n_words))

    full, _shown, _n_words = measure(whole)
    words, deviations = [], []
    for part in parts:
        fit_values, shown, n_words = measure(part)
        is_between = (shown > BETWEEN[0]) & (shown < BETWEEN[1])
        distance = np.abs(fit_values - full)[is_between]
        words.append(n_words)
        deviations.append(float(np.quantile(distance, COVERED)) / Z_INTERVAL)
        print(f"{n_words:.0f} words: deviation {deviations[-1]:.3f}")
    slope, intercept = np.polyfit(np.log(words), np.log(deviations), 1)
    return float(np.exp(intercept)), float(max(0.0, -slope))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--out", type=Path, default=models_dir() / "alignment")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "fit-vectors")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
