"""Compare the default model as we load it with what sentence-transformers loads.

    python -m benchmarks.lean_model --workspace workspaces/cordis

cuts every passage of a workspace in both ways, encodes a sample in both, and measures in a
process of its own what each holds. Prints JSON and writes it to
``benchmarks/results/lean-model.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from roadmapfit.default_model import MAX_TOKENS
from roadmapfit.default_model.cutter import WordCutter
from roadmapfit.encoder import choose_dtype, load_encoder
from roadmapfit.memory import keep_little, settle_memory
from roadmapfit.workspace import open_workspace

RESULTS = Path(__file__).parent / "results"
SEED = 20261122
N_ENCODED = 2000
N_AT_ONCE = 4000
BATCH = 32
MB = 2**20
WAYS = ("plain", "lean")


def main() -> int:
    """Compare, print, write; with ``--way`` measure one way and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--way", choices=WAYS, help="measure this one alone, in this process")
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(measure_way(arguments.way)))
        return 0
    figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "dtype": choose_dtype(),
        **{way: _ask(way, arguments.workspace) for way in WAYS},
        **compare(arguments.workspace),
    }
    written = json.dumps(figures, indent=1)
    (RESULTS / "lean-model.json").write_text(written + "\n", encoding="utf-8")
    print(written)
    return 0


def measure_way(way: str) -> dict[str, float]:
    """Load the model in one way: seconds, and megabytes that this process alone holds."""
    import psutil
    import sentence_transformers  # noqa: F401  # what both need is not counted
    import sentencepiece  # noqa: F401
    import torch  # noqa: F401

    keep_little()
    settle_memory()
    process = psutil.Process()
    before = process.memory_full_info().uss
    start = time.perf_counter()
    model = _load(way)
    seconds = time.perf_counter() - start
    settle_memory()
    held = process.memory_full_info().uss
    _encode(model, ["Un texte.", "A text."])
    settle_memory()
    return {
        "load_s": round(seconds, 2),
        "held_mb": round((held - before) / MB, 1),
        "held_after_use_mb": round((process.memory_full_info().uss - before) / MB, 1),
    }


def compare(workspace: Path) -> dict[str, Any]:
    """Cut all passages and encode some in both ways."""
    from tokenizers import Tokenizer

    file = load_encoder().directory / "tokenizer.json"
    cutter, tokenizer = WordCutter(file), Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(MAX_TOKENS)
    generation = open_workspace(workspace).generation
    n_passages = len(generation.index.table.owner_id)
    others = []
    for start in range(0, n_passages, N_AT_ONCE):
        rows = range(start, min(start + N_AT_ONCE, n_passages))
        texts = [f"query: {passage.text}" for passage in generation.load_passages(rows)]
        for text, plain in zip(texts, tokenizer.encode_batch(texts), strict=True):
            if cutter.cut(text, n_most=MAX_TOKENS) != plain.ids:
                others.append(text)
    drawn = np.random.default_rng(SEED).choice(n_passages, min(N_ENCODED, n_passages), False)
    sample = [passage.text for passage in generation.load_passages(drawn)]
    plain_vectors, lean_vectors = (_encode(_load(way), sample) for way in WAYS)
    return {
        "n_passages": n_passages,
        "cut_otherwise": others,
        "n_encoded": len(sample),
        "n_vectors_equal": int((plain_vectors == lean_vectors).all(axis=1).sum()),
    }


def _load(way: str) -> Any:  # noqa: ANN401  # a model of a library without types
    import torch
    from sentence_transformers import SentenceTransformer

    from roadmapfit.default_model.lean import load_lean_model

    directory, dtype = load_encoder().directory, getattr(torch, choose_dtype())
    if way == "lean":
        return load_lean_model(directory, dtype=dtype)
    return SentenceTransformer(
        str(directory), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
    )


def _encode(model: Any, texts: list[str]) -> np.ndarray[Any, Any]:  # noqa: ANN401
    import torch

    found = []
    with torch.inference_mode():
        for start in range(0, len(texts), BATCH):
            features = model.preprocess(texts[start : start + BATCH], prompt="query: ")
            found.append(model(features)["sentence_embedding"].float().numpy())
    return np.concatenate(found)


def _ask(way: str, workspace: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.lean_model"]
    ran = subprocess.run(
        [*command, "--workspace", str(workspace), "--way", way],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    raise SystemExit(main())
