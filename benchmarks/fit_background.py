"""The fixed statistics of an encoder: means, term weights and the cohort of unrelated texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.judged_pairs import JudgedTask, known_texts
from roadmapfit.centring import Centring
from roadmapfit.evaluate.corpus import EncodedTexts
from roadmapfit.evaluate.tasks import Text, is_held_out, load_laureates
from roadmapfit.features import Cohort
from roadmapfit.lexical import count_cognates, count_phrases, fit_idf
from roadmapfit.records import OwnerKind
from roadmapfit.textset import TextSet, join_text_sets

Array = NDArray[np.float32]
# Research of every discipline, in both languages: CORDIS topics and the laureates' firms
# alone made a cohort that knew little of the humanities.
N_RESEARCH = 50
N_COHORT = {("project", "en"): 150, ("project", "fr"): 150, ("item", "en"): 90, ("item", "fr"): 90}


def fit_term_weights(
    tasks: Sequence[JudgedTask], more: Sequence[Text], data: Path
) -> NDArray[np.float32]:
    """Weigh stems and phrases by rarity within their language, word beginnings among all texts.

    None of the texts is of the test split.
    """
    laureates = [text for text in load_laureates(data, n_texts=4000) if not is_held_out(text.id)]
    seen = {
        (text.language, text.title, text.body): text
        for text in (*known_texts(tasks), *more, *laureates)
    }
    counts = []
    for language in ("fr", "en"):
        own = [f"{text.title}\n{text.body}" for text in seen.values() if text.language == language]
        counts.append(count_phrases(own, [language] * len(own)))
    counts.append(count_cognates([f"{text.title}\n{text.body}" for text in seen.values()]))
    return fit_idf(counts)


def fit_centring(
    tasks: Sequence[JudgedTask],
    projects: Mapping[str, EncodedTexts],
    items: Mapping[str, EncodedTexts],
    targets: Mapping[str, EncodedTexts],
) -> Centring:
    """Average vectors by language and kind, texts of the test split left out."""
    groups: dict[str, list[Array]] = {}

    def gather(
        encoded: EncodedTexts, allowed: frozenset[str] | None, barred: frozenset[str]
    ) -> None:
        for passage, vector in zip(encoded.passages, encoded.vectors, strict=True):
            known = (allowed is None or passage.owner_id in allowed) and (
                passage.owner_id not in barred
            )
            if known and passage.language in ("fr", "en"):
                groups.setdefault(f"{passage.language}:{encoded.kind}", []).append(vector)

    for judged in tasks:
        gather(projects[judged.task.name], judged.background, frozenset())
        gather(items[judged.task.name], None, judged.unseen)
    for encoded in targets.values():
        gather(encoded, None, frozenset())
    means = {key: np.mean(vectors, axis=0) for key, vectors in groups.items()}
    for language in ("fr", "en"):
        # Organisations speak of work done, as projects do.
        means[f"{language}:{OwnerKind.ORGANISATION}"] = means[f"{language}:{OwnerKind.PROJECT}"]
    return Centring({key: value.astype(np.float32) for key, value in means.items()})


def draw_cohort(
    tasks: Sequence[JudgedTask],
    projects: Mapping[str, TextSet],
    items: Mapping[str, TextSet],
    targets: Mapping[str, TextSet],
    rng: np.random.Generator,
) -> Cohort:
    """Draw the texts that stand for "unrelated", from queries that serve nothing else."""
    by_name = {judged.task.name: judged for judged in tasks}
    topics, domains, fields = "cordis-topics", "ilab-domains", "cordis-fields-fr"
    # Titles in the one language, abstracts in the other.
    french_titles, french_abstracts = "anr-titles-fr-en", "anr-titles-en-fr"

    def draw(texts: TextSet, allowed: frozenset[str] | None, n_texts: int) -> TextSet:
        rows = [row for row, each in enumerate(texts.ids) if allowed is None or each in allowed]
        wanted = min(n_texts, len(rows))
        return texts.take(np.sort(rng.choice(rows, size=wanted, replace=False)))

    def titles_of(name: str) -> frozenset[str]:
        judged = by_name[name]
        return frozenset(each for query in judged.cohort for each in judged.task.relevant[query])

    labels = by_name[fields]
    known_labels = frozenset(each.id for each in labels.task.candidates) - labels.unseen
    return Cohort(
        projects=join_text_sets(
            draw(projects[topics], by_name[topics].cohort, N_COHORT["project", "en"]),
            draw(projects[french_titles], by_name[french_titles].cohort, N_RESEARCH),
            draw(projects[domains], by_name[domains].cohort, N_COHORT["project", "fr"]),
            draw(projects[french_abstracts], by_name[french_abstracts].cohort, N_RESEARCH),
        ),
        items=join_text_sets(
            draw(items[topics], titles_of(topics), N_COHORT["item", "en"]),
            draw(items[french_abstracts], titles_of(french_abstracts), N_RESEARCH),
            draw(targets["en"], None, N_COHORT["item", "en"]),
            draw(items[fields], known_labels, N_COHORT["item", "fr"]),
            draw(items[french_titles], titles_of(french_titles), N_RESEARCH),
            draw(targets["fr"], None, N_COHORT["item", "fr"]),
        ),
    )
