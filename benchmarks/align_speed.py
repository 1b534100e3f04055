"""Time the aligner beside the plain encoder, and a pasted text among thousands of items.

    python -m benchmarks.align_speed --data ../shared/data

prints JSON and writes it to ``benchmarks/results/align-speed.json``. The items are
paragraphs of national plans (UNDP RIA), the texts CORDIS abstracts. All is timed in one
run; vectors of the items are kept between runs, those of the texts never.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.parts import load_parts
from roadmapfit.align import Aligner
from roadmapfit.encoder import load_encoder
from roadmapfit.evaluate.corpus import EncodedTexts, encode_texts
from roadmapfit.evaluate.tasks import Text, load_cordis_topics, load_ria
from roadmapfit.paths import cache_dir
from roadmapfit.records import OwnerKind
from roadmapfit.segment import FieldText, cut_passages
from roadmapfit.vectors import VectorCache

RESULTS = Path(__file__).parent / "results"
SEED = 20261122
N_ITEMS = (1000, 5000)
N_TEXTS = 128
N_PASTED = 20


def main() -> int:
    """Time, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--cache", type=Path, default=cache_dir() / "vectors")
    arguments = parser.parse_args()
    figures = {"date": datetime.now(UTC).date().isoformat(), **measure(arguments)}
    written = json.dumps(figures, indent=1)
    (RESULTS / "align-speed.json").write_text(written + "\n", encoding="utf-8")
    print(written)
    return 0


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Encode some texts plainly and as we do, and align them with more and more items."""
    from sentence_transformers import SentenceTransformer

    encoder, model = load_parts()
    cache = VectorCache(arguments.cache, fingerprint=encoder.fingerprint, dim=encoder.dim)
    rng = np.random.default_rng(SEED)
    paragraphs = _draw(load_ria(arguments.data).candidates, max(N_ITEMS), rng)
    texts = _draw(load_cordis_topics(arguments.data).queries, N_TEXTS + N_PASTED, rng)
    items = encode_texts(paragraphs, OwnerKind.ITEM, encoder=encoder, cache=cache).to_text_set(
        model.background.centring, model.background.idf
    )
    aligners = {
        n_items: Aligner(items.take(np.arange(n_items, dtype=np.int64)), model)
        for n_items in N_ITEMS
    }

    def prepare(some: list[Text]) -> EncodedTexts:
        """Cut and encode as for a pasted text: nothing is kept."""
        passages = tuple(
            cut_passages(
                FieldText(OwnerKind.PROJECT, text.id, field, content, text.language)
                for text in some
                for field, content in (("title", text.title), ("abstract", text.body))
            )
        )
        vectors = encoder.encode([passage.text for passage in passages])
        return EncodedTexts(OwnerKind.PROJECT, passages, vectors)

    prepare(texts[:4])
    many, pasted = texts[:N_TEXTS], texts[N_TEXTS:]
    encoded, ours_s = _time(prepare, many)
    contents = [passage.text for passage in encoded.passages]
    plain = SentenceTransformer(str(load_encoder().directory), device="cpu", local_files_only=True)
    plain.encode(contents[:64])
    _, plain_s = _time(plain.encode, contents, normalize_embeddings=True, prompt="query: ")
    background = model.background
    projects, weigh_s = _time(encoded.to_text_set, background.centring, background.idf)
    bulk = {}
    for n_items, aligner in aligners.items():
        aligner.measure(projects)
        seconds = statistics.median(_time(aligner.measure, projects)[1] for _ in range(5))
        bulk[str(n_items)] = round(1000 * seconds / len(projects), 2)

    def answer(text: Text) -> object:
        own = prepare([text]).to_text_set(model.background.centring, model.background.idf)
        return aligners[max(N_ITEMS)].align(own)

    answer(pasted[0])
    waits = sorted(_time(answer, text)[1] for text in pasted)
    return {
        "n_texts": len(projects),
        "n_passages": len(contents),
        "encoder_fingerprint": encoder.fingerprint,
        "ms_a_text": {
            "plain encoder, float32": round(1000 * plain_s / N_TEXTS, 1),
            "our encoder, cutting included": round(1000 * ours_s / N_TEXTS, 1),
            "weighing words": round(1000 * weigh_s / N_TEXTS, 2),
        },
        "ms_a_text_aligned_with_items": bulk,
        "pasted_text_among_items": {
            "n_items": max(N_ITEMS),
            "median_s": round(statistics.median(waits), 3),
            "slowest_s": round(waits[-1], 3),
        },
    }


def _draw(texts: tuple[Text, ...], n_texts: int, rng: np.random.Generator) -> list[Text]:
    rows = np.sort(rng.choice(len(texts), size=n_texts, replace=False))
    return [texts[row] for row in rows]


def _time(work: Callable[..., Any], *given: Any, **named: Any) -> tuple[Any, float]:  # noqa: ANN401
    started = time.perf_counter()
    result = work(*given, **named)
    return result, time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
