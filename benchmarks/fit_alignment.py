"""Fit an encoder's alignment model from open data, and measure it on held-out topics.

    python benchmarks/fit_alignment.py --data ../shared/data

writes ``models/alignment/<encoder fingerprint>/``: ``background.npz``,
``calibrator.json`` and ``figures.json``. The seed is fixed: same data, same encoder,
same bytes. Vectors are cached, so a second run takes a few minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import AlignmentModel, Aligner
from roadmapfit.background import Background, write_background
from roadmapfit.calibrate import (
    ACROSS,
    FEATURES,
    WITHIN,
    Calibrator,
    assemble_features,
    fit_calibrator,
)
from roadmapfit.centring import Centring
from roadmapfit.encoder import load_encoder
from roadmapfit.evaluate.calibration import measure_calibration
from roadmapfit.evaluate.corpus import EncodedTexts, encode_texts
from roadmapfit.evaluate.ranking import measure_ranking, rank_by_bm25, rank_by_tfidf
from roadmapfit.evaluate.tasks import (
    Task,
    Text,
    load_anr_committees,
    load_cordis_topics,
    load_fields,
    load_laureate_domains,
    load_laureates,
    load_targets,
)
from roadmapfit.features import (
    Cohort,
    measure_item_norms,
    measure_project_norms,
    measure_similarities,
    normalise,
)
from roadmapfit.lexical import count_terms, fit_idf
from roadmapfit.paths import cache_dir, models_dir
from roadmapfit.records import OwnerKind
from roadmapfit.textset import TextSet
from roadmapfit.vectors import VectorCache

Array = NDArray[np.float32]
SEED = 20261122
# One aligned pair in twenty: a project against the axes of some roadmaps.
PREVALENCE = 0.05
TARGET_RECALL = 0.9
N_NEGATIVES = 200
N_COHORT = {("project", "en"): 150, ("project", "fr"): 150, ("item", "en"): 90, ("item", "fr"): 90}
N_LAUREATES = 1200
TRUNCATIONS = (1, 2, 4)


@dataclass(frozen=True)
class Pairs:
    """Features and labels of sampled pairs of one task, with what they stand for."""

    task: str
    route: str
    features: Array
    labels: NDArray[np.int8]
    weights: Array


def main() -> int:
    """Fit, measure, write."""
    arguments = _parse()
    rng = np.random.default_rng(SEED)
    encoder = load_encoder()
    cache = VectorCache(arguments.cache, fingerprint=encoder.fingerprint, dim=encoder.dim)

    def encode(texts: Sequence[Text], kind: OwnerKind, name: str) -> EncodedTexts:
        def report(done: int, total: int) -> None:
            print(f"\r{name}: {done}/{total} passages", end="", file=sys.stderr)

        return encode_texts(texts, kind, encoder=encoder, cache=cache, on_progress=report)

    tasks = load_tasks(arguments.data)
    projects = {task.name: encode(task.queries, OwnerKind.PROJECT, task.name) for task in tasks}
    items = {task.name: encode(task.candidates, OwnerKind.ITEM, task.name) for task in tasks}
    targets = {
        language: encode(load_targets(arguments.data, language=language), OwnerKind.ITEM, "targets")
        for language in ("fr", "en")
    }
    idf = fit_term_weights(tasks, arguments.data)
    centring = fit_centring(tasks, projects, items, targets)
    project_sets = {name: each.to_text_set(centring, idf) for name, each in projects.items()}
    item_sets = {name: each.to_text_set(centring, idf) for name, each in items.items()}
    target_sets = {key: each.to_text_set(centring, idf) for key, each in targets.items()}
    cohort = draw_cohort(tasks, project_sets, item_sets, target_sets, rng)
    background = Background(encoder.fingerprint, centring, idf, cohort)

    development = [
        sample_pairs(task, project_sets[task.name], item_sets[task.name], cohort, rng, held=False)
        for task in tasks
    ]
    calibrator = fit(development, tasks, project_sets, item_sets, background, rng)
    model = AlignmentModel(background, calibrator)
    figures = measure(model, tasks, project_sets, item_sets, rng)
    home = arguments.out / encoder.fingerprint
    home.mkdir(parents=True, exist_ok=True)
    write_background(background, home / "background.npz")
    calibrator.write(home / "calibrator.json")
    figures["date"] = datetime.now(UTC).date().isoformat()
    figures["machine"] = f"{platform.machine()}, {encoder.describe()['dtype']}"
    (home / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))
    return 0


def load_tasks(data: Path) -> list[Task]:
    """Load every task that has judged pairs, in both languages and across."""
    topics = load_cordis_topics(data)
    return [
        topics,
        load_fields(data, language="en", topics=topics),
        load_fields(data, language="fr", topics=topics),
        load_anr_committees(data, language="fr"),
        load_anr_committees(data, language="en"),
        load_laureate_domains(data, n_texts=N_LAUREATES),
    ]


def fit_term_weights(tasks: Sequence[Task], data: Path) -> NDArray[np.float32]:
    """Weigh stems by their rarity among development texts of their language."""
    seen: dict[str, Text] = {}
    for task in tasks:
        for text in (*task.queries, *task.candidates):
            if text.id not in task.held_out:
                seen[f"{task.name}/{text.id}" if not text.body else text.id + text.language] = text
    for text in load_laureates(data, n_texts=4000):
        seen.setdefault(text.id + text.language, text)
    counts = []
    for language in ("fr", "en"):
        own = [f"{text.title}\n{text.body}" for text in seen.values() if text.language == language]
        counts.append(count_terms(own, [language] * len(own)))
    return fit_idf(counts)


def fit_centring(
    tasks: Sequence[Task],
    projects: dict[str, EncodedTexts],
    items: dict[str, EncodedTexts],
    targets: dict[str, EncodedTexts],
) -> Centring:
    """Average vectors by language and kind, held-out queries left out."""
    held = {query for task in tasks for query in task.held_out}
    groups: dict[str, list[Array]] = {}
    for encoded in (*projects.values(), *items.values(), *targets.values()):
        for passage, vector in zip(encoded.passages, encoded.vectors, strict=True):
            if passage.owner_id not in held and passage.language in ("fr", "en"):
                groups.setdefault(f"{passage.language}:{encoded.kind}", []).append(vector)
    means = {key: np.mean(vectors, axis=0) for key, vectors in groups.items()}
    for language in ("fr", "en"):
        # Organisations speak of work done, as projects do.
        means[f"{language}:{OwnerKind.ORGANISATION}"] = means[f"{language}:{OwnerKind.PROJECT}"]
    return Centring({key: value.astype(np.float32) for key, value in means.items()})


def draw_cohort(
    tasks: Sequence[Task],
    projects: dict[str, TextSet],
    items: dict[str, TextSet],
    targets: dict[str, TextSet],
    rng: np.random.Generator,
) -> Cohort:
    """Draw the texts that stand for "unrelated", from development parts only."""
    topics, fields_fr, domains = tasks[0], "cordis-fields-fr", "ilab-domains"
    held = {query for task in tasks for query in task.held_out}

    def draw(texts: TextSet, n_texts: int) -> TextSet:
        allowed = [row for row, text_id in enumerate(texts.ids) if text_id not in held]
        return texts.take(np.sort(rng.choice(allowed, size=n_texts, replace=False)))

    return Cohort(
        projects=join(
            draw(projects[topics.name], N_COHORT["project", "en"]),
            draw(projects[domains], N_COHORT["project", "fr"]),
        ),
        items=join(
            draw(items[topics.name], N_COHORT["item", "en"]),
            draw(targets["en"], N_COHORT["item", "en"]),
            draw(items[fields_fr], N_COHORT["item", "fr"]),
            draw(targets["fr"], N_COHORT["item", "fr"]),
        ),
    )


def join(*sets: TextSet) -> TextSet:
    """Put text sets one after the other."""
    from scipy import sparse

    counts = np.concatenate([np.diff(each.offsets) for each in sets])
    return TextSet(
        ids=tuple(text_id for each in sets for text_id in each.ids),
        languages=np.concatenate([each.languages for each in sets]),
        n_words=np.concatenate([each.n_words for each in sets]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        vectors=np.concatenate([each.vectors for each in sets]),
        whole=np.concatenate([each.whole for each in sets]),
        terms=sparse.csr_matrix(sparse.vstack([each.terms for each in sets])),
    )


def measure_features(projects: TextSet, items: TextSet, cohort: Cohort) -> Array:
    """Measure the features of every pair, shape (n_projects, n_items, n_features)."""
    similarities = measure_similarities(projects, items)
    normed = normalise(
        similarities,
        measure_project_norms(projects, cohort),
        measure_item_norms(items, cohort),
        project_languages=projects.languages,
        item_languages=items.languages,
    )
    return assemble_features(similarities, normed)


def sample_pairs(
    task: Task,
    projects: TextSet,
    items: TextSet,
    cohort: Cohort,
    rng: np.random.Generator,
    *,
    held: bool,
) -> Pairs:
    """Take each query's right candidates and some wrong ones, weighted to the prevalence."""
    rows = [row for row, text_id in enumerate(projects.ids) if (text_id in task.held_out) == held]
    columns = {candidate_id: column for column, candidate_id in enumerate(items.ids)}
    features, labels, weights = [], [], []
    for start in range(0, len(rows), 128):
        chunk = rows[start : start + 128]
        measured = measure_features(projects.take(chunk), items, cohort)
        for local, row in enumerate(chunk):
            query_id = projects.ids[row]
            right = [columns[each] for each in task.relevant[query_id]]
            out = {columns[each] for each in task.ambiguous.get(query_id, ())} | set(right)
            wrong = np.array([column for column in range(len(items)) if column not in out])
            drawn = rng.choice(wrong, size=min(N_NEGATIVES, len(wrong)), replace=False)
            features += [measured[local, right], measured[local, drawn]]
            labels += [np.ones(len(right), np.int8), np.zeros(len(drawn), np.int8)]
            weights += [
                np.full(len(right), PREVALENCE / len(right)),
                np.full(len(drawn), (1 - PREVALENCE) / len(drawn)),
            ]
    languages = set(projects.languages[rows])
    route = WITHIN if task.candidates[0].language in languages else ACROSS
    return Pairs(
        task.name,
        route,
        np.concatenate(features),
        np.concatenate(labels),
        # Every task counts the same, however many queries it has.
        (np.concatenate(weights) / len(rows)).astype(np.float32),
    )


def fit(
    development: Sequence[Pairs],
    tasks: Sequence[Task],
    projects: dict[str, TextSet],
    items: dict[str, TextSet],
    background: Background,
    rng: np.random.Generator,
) -> Calibrator:
    """Fit the calibrator twice: its own fit values give the deviation by length."""
    by_route = {
        route: [pairs for pairs in development if pairs.route == route]
        for route in (WITHIN, ACROSS)
    }
    origin = {
        "tasks": {pairs.task: len(pairs.labels) for pairs in development},
        "n_aligned": int(sum(int(pairs.labels.sum()) for pairs in development)),
        "prevalence": PREVALENCE,
        "target_recall": TARGET_RECALL,
        "seed": SEED,
    }
    first = fit_calibrator(
        {route: np.concatenate([p.features for p in own]) for route, own in by_route.items()},
        {route: np.concatenate([p.labels for p in own]) for route, own in by_route.items()},
        sample_weights={
            route: np.concatenate([p.weights for p in own]) for route, own in by_route.items()
        },
        encoder_fingerprint=background.encoder_fingerprint,
        deviation=(0.0, 0.0),
        target_recall=TARGET_RECALL,
        origin=origin,
        rng=rng,
    )
    topics = tasks[0].name
    deviation = fit_deviation(first, projects[topics], items[topics], background.cohort, tasks[0])
    return replace(first, deviation=deviation)


def fit_deviation(
    calibrator: Calibrator, projects: TextSet, items: TextSet, cohort: Cohort, task: Task
) -> tuple[float, float]:
    """Measure how far the first passages' fit lies from the whole file's, by words read."""
    rows = [
        row
        for row, text_id in enumerate(projects.ids)
        if text_id not in task.held_out
        and projects.offsets[row + 1] - projects.offsets[row] > 2 * max(TRUNCATIONS)
    ][:300]
    columns = {candidate_id: column for column, candidate_id in enumerate(items.ids)}
    whole = projects.take(rows)
    right = [columns[next(iter(task.relevant[text_id]))] for text_id in whole.ids]
    pick = (np.arange(len(rows)), right)
    within = np.ones(len(rows), dtype=bool)
    full = calibrator.measure_fit(measure_features(whole, items, cohort)[pick], is_within=within)
    words, deviations = [], []
    for n_passages in TRUNCATIONS:
        part = truncate(whole, n_passages)
        short = calibrator.measure_fit(
            measure_features(part, items, cohort)[pick], is_within=within
        )
        words.append(float(np.median(part.n_words)))
        deviations.append(float(np.std(short - full)))
        print(f"{n_passages} passages, {words[-1]:.0f} words: deviation {deviations[-1]:.3f}")
    slope, intercept = np.polyfit(np.log(words), np.log(deviations), 1)
    return float(np.exp(intercept)), float(max(0.0, -slope))


def truncate(texts: TextSet, n_passages: int) -> TextSet:
    """Keep each text's first passages; words and terms shrink in proportion."""
    from roadmapfit.textset import pool_passages

    starts = texts.offsets[:-1]
    rows = np.concatenate([np.arange(start, start + n_passages) for start in starts])
    offsets = np.arange(0, len(rows) + 1, n_passages)
    share = n_passages / np.diff(texts.offsets)
    ones = np.ones(len(rows), dtype=np.int32)
    return replace(
        texts,
        n_words=np.maximum(1, texts.n_words * share).astype(np.int32),
        offsets=offsets.astype(np.int64),
        vectors=texts.vectors[rows],
        whole=pool_passages(texts.vectors[rows], ones, offsets),
    )


def measure(
    model: AlignmentModel,
    tasks: Sequence[Task],
    projects: dict[str, TextSet],
    items: dict[str, TextSet],
    rng: np.random.Generator,
) -> dict[str, object]:
    """Measure ranking and calibration on the held-out queries of every task."""
    figures: dict[str, object] = {"prevalence": PREVALENCE}
    for task in tasks:
        held = projects[task.name].take(
            [row for row, each in enumerate(projects[task.name].ids) if each in task.held_out]
        )
        aligner = Aligner(items[task.name], model)
        fit_values = np.concatenate(
            [
                aligner.measure(held.take(np.arange(start, min(start + 128, len(held))))).fit
                for start in range(0, len(held), 128)
            ]
        )
        queries = {query.id: query for query in task.queries}
        ours = [queries[text_id] for text_id in held.ids]
        ids = items[task.name].ids
        theirs = {candidate.id: candidate for candidate in task.candidates}
        candidates = [theirs[candidate_id] for candidate_id in ids]
        rankings = {
            "roadmapfit": fit_values,
            "dense whole text": held.whole @ items[task.name].whole.T,
            "tf-idf": rank_by_tfidf(ours, candidates),
            "bm25": rank_by_bm25(ours, candidates),
        }
        pairs = sample_pairs(
            task, projects[task.name], items[task.name], model.background.cohort, rng, held=True
        )
        figures[task.name] = {
            "n_queries": len(held),
            "n_candidates": len(ids),
            "ranking": {
                name: measure_ranking(values, held.ids, ids, task)
                for name, values in rankings.items()
            },
            "calibration": measure_calibration(
                model.calibrator,
                pairs.features,
                pairs.labels,
                weights=pairs.weights,
                is_within=pairs.route == WITHIN,
            ),
        }
        print(task.name, json.dumps(figures[task.name], indent=1), flush=True)
    figures["weights"] = {
        route: dict(zip((*FEATURES, "intercept"), map(float, values), strict=True))
        for route, values in model.calibrator.weights.items()
    }
    figures["thresholds"] = {
        "examine": model.calibrator.thresholds.examine,
        "aligned": model.calibrator.thresholds.aligned,
    }
    return figures


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--out", type=Path, default=models_dir() / "alignment")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "fit-vectors")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
