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

from roadmapfit.align import Aligner, AlignmentModel
from roadmapfit.background import Background, write_background
from roadmapfit.calibrate import (
    ACROSS,
    FEATURES,
    WITHIN,
    Calibrator,
    Thresholds,
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
    load_siblings,
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
# One aligned pair in ten: between a file read against the few axes of the cluster it
# was sent to, and the same file read against every item of every roadmap. A workspace
# with judged pairs of its own would set this from them.
PREVALENCE = 0.1
TARGET_RECALL = 0.95
N_NEGATIVES = 200
N_COHORT = {("project", "en"): 150, ("project", "fr"): 150, ("item", "en"): 90, ("item", "fr"): 90}
N_LAUREATES = 1200
# Sentences of the short texts, and of those that the deviation is fitted on.
N_SHORT = 3
TRUNCATIONS = (1, 2, 4, 6)


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

    # Every task comes twice: whole abstracts, and their first sentences alone, for
    # people paste three lines as often as they load a file.
    short_sets = {
        name: shorten(each, N_SHORT).to_text_set(centring, idf) for name, each in projects.items()
    }
    development = {
        name: [
            sample_pairs(task, sets[task.name], item_sets[task.name], cohort, rng, held=False)
            for task in tasks
        ]
        for name, sets in (("whole", project_sets), ("short", short_sets))
    }
    topics = tasks[0]
    deviation_sets = [
        shorten(projects[topics.name], n_passages).to_text_set(centring, idf)
        for n_passages in TRUNCATIONS
    ]
    calibrator = fit(development, background, rng)
    calibrator = replace(
        calibrator,
        thresholds=choose_thresholds(calibrator, development["whole"][0]),
        deviation=fit_deviation(
            calibrator,
            project_sets[topics.name],
            deviation_sets,
            items=item_sets[topics.name],
            cohort=cohort,
            task=topics,
        ),
    )
    model = AlignmentModel(background, calibrator)
    figures = measure(model, tasks, project_sets, short_sets, item_sets, rng)
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
        load_siblings(topics, n_sentences=N_SHORT),
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
    return normalise(
        similarities,
        measure_project_norms(
            projects, cohort, cohort_norms=measure_item_norms(cohort.items, cohort)
        ),
        measure_item_norms(items, cohort),
        project_languages=projects.languages,
        item_languages=items.languages,
    )


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
    development: dict[str, list[Pairs]], background: Background, rng: np.random.Generator
) -> Calibrator:
    """Fit the fusion and the calibration on the development pairs of all tasks."""
    everything = [pairs for own in development.values() for pairs in own]
    by_route = {
        route: [pairs for pairs in everything if pairs.route == route] for route in (WITHIN, ACROSS)
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
                f"{pairs.task}, {name}": len(pairs.labels)
                for name, own in development.items()
                for pairs in own
            },
            "n_aligned": int(sum(int(pairs.labels.sum()) for pairs in everything)),
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
    task: Task,
) -> tuple[float, float]:
    """Measure how far the first passages' fit lies from the whole file's, by words read."""
    long_ids = {
        text_id
        for row, text_id in enumerate(whole.ids)
        if text_id not in task.held_out
        and whole.offsets[row + 1] - whole.offsets[row] > 2 * max(TRUNCATIONS)
    }
    wanted = sorted(long_ids)[:300]
    columns = {candidate_id: column for column, candidate_id in enumerate(items.ids)}
    right = [columns[next(iter(task.relevant[text_id]))] for text_id in wanted]

    def measure_right(texts: TextSet) -> tuple[Array, float]:
        rows = {text_id: row for row, text_id in enumerate(texts.ids)}
        taken = texts.take([rows[text_id] for text_id in wanted])
        features = measure_features(taken, items, cohort)[np.arange(len(wanted)), right]
        within = np.ones(len(wanted), dtype=bool)
        return calibrator.measure_fit(features, is_within=within), float(np.median(taken.n_words))

    full, _ = measure_right(whole)
    words, deviations = [], []
    for part in parts:
        fit_values, n_words = measure_right(part)
        words.append(n_words)
        deviations.append(float(np.std(fit_values - full)))
        print(f"{n_words:.0f} words: deviation {deviations[-1]:.3f}")
    slope, intercept = np.polyfit(np.log(words), np.log(deviations), 1)
    return float(np.exp(intercept)), float(max(0.0, -slope))


def shorten(encoded: EncodedTexts, n_passages: int) -> EncodedTexts:
    """Keep the first passages of each text's body: what a three-line idea holds."""
    kept: list[int] = []
    counts: dict[str, int] = {}
    for row, passage in enumerate(encoded.passages):
        seen = counts.get(passage.owner_id, 0)
        if passage.field != "title" and seen < n_passages:
            counts[passage.owner_id] = seen + 1
            kept.append(row)
    passages = tuple(encoded.passages[row] for row in kept)
    return EncodedTexts(encoded.kind, passages, encoded.vectors[kept])


def measure(
    model: AlignmentModel,
    tasks: Sequence[Task],
    projects: dict[str, TextSet],
    short: dict[str, TextSet],
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
        figures[task.name] = {
            "n_queries": len(held),
            "n_candidates": len(ids),
            "ranking": {
                name: measure_ranking(values, held.ids, ids, task)
                for name, values in rankings.items()
            },
            "calibration": measure_held_pairs(
                model, task, projects[task.name], items[task.name], rng
            ),
            "calibration, short": measure_held_pairs(
                model, task, short[task.name], items[task.name], rng
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


def measure_held_pairs(
    model: AlignmentModel, task: Task, projects: TextSet, items: TextSet, rng: np.random.Generator
) -> dict[str, object]:
    """Measure calibration on sampled pairs of the held-out queries."""
    pairs = sample_pairs(task, projects, items, model.background.cohort, rng, held=True)
    return measure_calibration(
        model.calibrator,
        pairs.features,
        pairs.labels,
        weights=pairs.weights,
        is_within=pairs.route == WITHIN,
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--out", type=Path, default=models_dir() / "alignment")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "fit-vectors")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
