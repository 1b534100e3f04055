"""How much a past decision says, learnt from projects funded under one topic.

Two projects of a topic answer one call: to a third, the first two are what a committee
accepted before. Projects of other topics of the same call stand for what it refused:
near the subject, and not chosen.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.judged_pairs import CHUNK, PREVALENCE, JudgedTask
from roadmapfit.align import Aligner
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.features import measure_item_norms
from roadmapfit.past import PastDecisions, PastWeights, measure_likeness, measure_nearest
from roadmapfit.textset import TextSet

Array = NDArray[np.float32]
# Their passages are all compared with each other.
N_KNOWN = 1200
N_ACCEPTED = 3
N_REFUSED = 2
N_WRONG = 60
# Half of the items come without any decision, as in a workspace.
DECIDED_SHARE = 0.5
ROUNDS = 2


def fit_past(
    model: AlignmentModel,
    judged: JudgedTask,
    projects: TextSet,
    items: TextSet,
    rng: np.random.Generator,
) -> PastWeights:
    """Fit what the nearest accepted and refused texts add to a fit value."""
    cohort = model.background.cohort
    topics = {text_id: next(iter(judged.task.relevant[text_id])) for text_id in judged.fitting}
    known = _take_whole_topics(projects, topics)
    by_topic: dict[str, list[int]] = {}
    for row, text_id in enumerate(known.ids):
        by_topic.setdefault(topics[text_id], []).append(row)
    likeness = measure_likeness(
        known, known, text_norms=measure_item_norms(known, cohort, shrinkage=0)
    )
    pair = _fit_pair(likeness, known, topics, judged, rng)
    aligner = Aligner(items, model)
    fit = np.concatenate(
        [
            aligner.measure(known.take(np.arange(start, min(start + CHUNK, len(known))))).fit
            for start in range(0, len(known), CHUNK)
        ]
    )
    weights = PastWeights(pair, np.zeros(3, dtype=np.float32))
    columns = {item_id: column for column, item_id in enumerate(items.ids)}
    rights, wrongs = [], []
    for _ in range(ROUNDS):
        for row, text_id in enumerate(known.ids):
            past = _draw_decisions(row, topics, by_topic, judged, known, columns, rng)
            nearest = measure_nearest(
                likeness[row : row + 1][:, past[2]],
                PastDecisions(past[0], past[1], known.take(past[2])),
                weights=weights,
                n_items=len(items),
            )[0]
            own = columns[topics[text_id]]
            barred = {columns[each] for each in judged.task.ambiguous[text_id]} | {own}
            decided = [each for each in set(past[0].tolist()) if each not in barred]
            others = rng.choice(len(items), size=N_WRONG, replace=False).tolist()
            drawn = [each for each in {*decided, *others} if each not in barred]
            rights.append([fit[row, own], *nearest[own]])
            wrongs.append(np.column_stack([fit[row, drawn], nearest[drawn]]))
    return PastWeights(pair, _fit_shift(np.array(rights), wrongs))


def _take_whole_topics(projects: TextSet, topics: Mapping[str, str]) -> TextSet:
    """Take projects of topics that have another one, topic by topic up to a number."""
    by_topic: dict[str, list[int]] = {}
    for row, text_id in enumerate(projects.ids):
        if text_id in topics:
            by_topic.setdefault(topics[text_id], []).append(row)
    rows: list[int] = []
    for name in sorted(by_topic):
        if len(by_topic[name]) > 1 and len(rows) < N_KNOWN:
            rows += by_topic[name]
    return projects.take(rows)


def _fit_pair(
    likeness: Array,
    known: TextSet,
    topics: Mapping[str, str],
    judged: JudgedTask,
    rng: np.random.Generator,
) -> Array:
    """Fit the log-odds that two projects answer one topic."""
    from sklearn.linear_model import LogisticRegression

    names = [topics[text_id] for text_id in known.ids]
    same, other = [], []
    for row, text_id in enumerate(known.ids):
        near = judged.task.ambiguous[text_id] | {names[row]}
        same += [(row, each) for each, name in enumerate(names) if name == names[row]]
        far = [each for each, name in enumerate(names) if name not in near]
        other += [(row, int(each)) for each in rng.choice(far, size=N_WRONG, replace=False)]
    same = [(row, each) for row, each in same if row != each]
    places = np.array(same + other)
    labels = np.array([1] * len(same) + [0] * len(other))
    shares = np.where(labels == 1, PREVALENCE / len(same), (1 - PREVALENCE) / len(other))
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(likeness[places[:, 0], places[:, 1]], labels, sample_weight=shares * len(labels))
    return np.append(model.coef_[0], model.intercept_[0]).astype(np.float32)


def _draw_decisions(
    row: int,
    topics: Mapping[str, str],
    by_topic: Mapping[str, list[int]],
    judged: JudgedTask,
    known: TextSet,
    columns: Mapping[str, int],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Draw what was decided before on half of the topics, the project's own among them."""
    item_rows, is_aligned, text_rows = [], [], []
    names = sorted(by_topic)
    own = topics[known.ids[row]]
    for name in [own, *(names[each] for each in rng.choice(len(names), size=N_WRONG))]:
        if rng.random() >= DECIDED_SHARE:
            continue
        accepted = [each for each in by_topic[name] if each != row]
        siblings = judged.task.ambiguous[known.ids[by_topic[name][0]]]
        refused = [each for other in siblings for each in by_topic.get(other, ()) if each != row]
        for texts, most, label in ((accepted, N_ACCEPTED, True), (refused, N_REFUSED, False)):
            n_taken = min(len(texts), int(rng.integers(1, most + 1)))
            for each in rng.choice(texts, size=n_taken, replace=False) if texts else ():
                item_rows.append(columns[name])
                is_aligned.append(label)
                text_rows.append(int(each))
    return (
        np.array(item_rows, dtype=np.int64),
        np.array(is_aligned, dtype=np.bool_),
        np.array(text_rows, dtype=np.int64),
    )


def _fit_shift(rights: NDArray[np.float64], wrongs: list[NDArray[np.float64]]) -> Array:
    """Fit label on fit value and nearest texts; give the latter in units of the former."""
    from sklearn.linear_model import LogisticRegression

    everything = np.concatenate([rights, *wrongs])
    labels = np.concatenate([np.ones(len(rights)), np.zeros(len(everything) - len(rights))])
    shares = np.concatenate(
        [
            np.full(len(rights), PREVALENCE / len(rights)),
            *(np.full(len(own), (1 - PREVALENCE) / len(own) / len(wrongs)) for own in wrongs),
        ]
    )
    model = LogisticRegression(C=10.0, max_iter=2000)
    model.fit(everything, labels, sample_weight=shares * len(labels))
    own, *others = model.coef_[0]
    return (np.array(others) / own).astype(np.float32)
