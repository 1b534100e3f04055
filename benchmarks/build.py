"""Time the first build of a CORDIS workspace, its opening and its answers.

    python benchmarks/build.py --data ../shared/data --workspace workspaces/cordis

prints JSON and writes it to ``benchmarks/results/build.json``; what that file holds of
other runs stays. ``--vectors FOLDER`` starts from the vectors that an earlier workspace
kept, and is noted apart. In the same run a sample of the same passages goes through
plain ``SentenceTransformer.encode`` in float32 and through our encoder, so that their
ratio stands beside the wall time whatever else the machine was doing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from roadmapfit.records import Batch
from roadmapfit.workspace import create_workspace

RESULTS = Path(__file__).parent / "results"
IDEA = (
    "Nous voulons convertir une barge fluviale à l'hydrogène : pile à combustible marine, "
    "stockage à 350 bars et avitaillement à quai. Le verrou est la sûreté du stockage à bord. "
    "Un démonstrateur naviguera sur la Seine avec un armateur et un laboratoire."
)


def main() -> int:
    """Build, open, ask, compare, write."""
    arguments = _parse()
    if arguments.workspace.exists() and not arguments.again:
        shutil.rmtree(arguments.workspace)
    figures: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": _describe_machine(),
        "input": "CORDIS Horizon Europe bulk CSV, export of 2025-12-06",
        "every_nth_project": arguments.every,
    }
    if not (arguments.workspace / "workspace.json").exists():
        create_workspace(arguments.workspace)
    if arguments.vectors:
        # A workspace is made in an empty folder only, so the vectors come second.
        shutil.copytree(arguments.vectors, arguments.workspace / "vectors", dirs_exist_ok=True)
    name = "build, vectors kept" if arguments.vectors else "build"
    figures[name] = _run("build", arguments)
    figures["rebuild, nothing changed"] = _run("build", arguments)
    figures["read"] = _run("read", arguments)
    figures["encoder"] = _run("encode", arguments)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "build.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**earlier, **figures}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))
    return 0


def measure_build(arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the zip, build, and say where the time went."""
    from roadmapfit.readers import read_path
    from roadmapfit.workspace import open_workspace

    started = time.perf_counter()
    stages: dict[str, float] = {}
    marks = {"last": ("", started)}

    def note(stage: str, done: int, total: int) -> None:
        name, since = marks["last"]
        now = time.perf_counter()
        if stage != name:
            if name:
                stages[name] = stages.get(name, 0) + now - since
            marks["last"] = (stage, now)
        if done % 500 == 0 or done == total:
            print(f"\r{stage} {done}/{total}   ", end="", file=sys.stderr, flush=True)

    workspace = open_workspace(arguments.workspace)
    zip_path = arguments.data / "cordis" / "cordis-HORIZONprojects-csv.zip"
    if arguments.every == 1:
        addition = workspace.add(zip_path)
    else:
        addition = workspace.add_batch(thin(read_path(zip_path), arguments.every), source_name="x")
    read_s = time.perf_counter() - started
    manifest = workspace.build(on_progress=note)
    name, since = marks["last"]
    if name:
        stages[name] = stages.get(name, 0) + time.perf_counter() - since
    return {
        "wall_s": round(time.perf_counter() - started, 1),
        "read_and_store_s": round(read_s, 1),
        "stages_s": {stage: round(seconds, 1) for stage, seconds in stages.items()},
        "counts": dict(manifest.counts),
        "n_problems": len(addition.problems),
        "generation_bytes": sum(int(each["bytes"]) for each in manifest.files.values()),
        "workspace_bytes": sum(
            path.stat().st_size for path in arguments.workspace.rglob("*") if path.is_file()
        ),
    }


def thin(batch: Batch, every: int) -> Batch:
    """Keep every nth project with its participations, and all else."""
    kept = {project.id for project in batch.projects[::every]}
    batch.projects = batch.projects[::every]
    batch.participations = [part for part in batch.participations if part.project_id in kept]
    return batch


def measure_reading(arguments: argparse.Namespace) -> dict[str, Any]:
    """Open the workspace and ask each question, cold then warm."""
    from roadmapfit.analysis import (
        align_text,
        explain,
        find_close_projects,
        find_partners,
        measure_portfolio,
        prepare_text,
    )
    from roadmapfit.workspace import open_workspace

    opened, open_s = _time(lambda: open_workspace(arguments.workspace))
    _, generation_s = _time(lambda: (opened.generation, opened.generation.items))
    _, cold_s = _time(lambda: align_text(opened, prepare_text(opened, IDEA)))
    prepared = prepare_text(opened, IDEA)
    best = align_text(opened, prepared)[0]
    document = best.item_id.split("/")[0]
    questions: dict[str, Callable[[], object]] = {
        "align a pasted idea": lambda: align_text(opened, prepare_text(opened, IDEA)),
        "explain one item": lambda: explain(opened, prepared, best.item_id),
        "similar projects": lambda: find_close_projects(opened, prepared),
        "partners": lambda: find_partners(opened, prepared),
        "coverage of one programme part": lambda: measure_portfolio(opened, [document]),
    }
    for ask in questions.values():
        ask()
    return {
        "open_s": round(open_s + generation_s, 2),
        "first_alignment_with_model_loading_s": round(cold_s, 2),
        "best_item": best.item_id,
        "warm_s": {
            name: round(statistics.median(_time(ask)[1] for _ in range(5)), 3)
            for name, ask in questions.items()
        },
    }


def measure_encoder(arguments: argparse.Namespace) -> dict[str, Any]:
    """Encode a sample of the same passages plainly in float32 and with our encoder."""
    import torch
    from sentence_transformers import SentenceTransformer

    from roadmapfit.encoder import load_encoder
    from roadmapfit.workspace import open_workspace

    workspace = open_workspace(arguments.workspace)
    generation = workspace.generation
    rng = np.random.default_rng(0)
    rows = np.sort(rng.choice(len(generation.index), size=arguments.sample, replace=False))
    texts = [passage.text for passage in generation.load_passages(rows.tolist())]
    encoder = load_encoder()
    plain = SentenceTransformer(str(encoder.directory), device="cpu")
    plain.max_seq_length = 256
    encoder.encode(texts[:64])
    plain.encode(texts[:64])
    ours, ours_s = _time(lambda: encoder.encode(texts))
    theirs, theirs_s = _time(
        lambda: plain.encode(texts, normalize_embeddings=True, prompt="query: ")
    )
    cosines = (ours * theirs).sum(axis=1)
    return {
        "n_passages": len(texts),
        "n_passages_in_all": len(generation.index),
        "plain_float32_s": round(theirs_s, 1),
        "ours_s": round(ours_s, 1),
        "plain_to_ours": round(theirs_s / ours_s, 2),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_min": round(float(cosines.min()), 5),
        "torch_threads": torch.get_num_threads(),
    }


STEPS = {"build": measure_build, "read": measure_reading, "encode": measure_encoder}


def _run(step: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one step in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, __file__, "--step", step, "--data", str(arguments.data)]
    command += ["--workspace", str(arguments.workspace), "--sample", str(arguments.sample)]
    command += ["--every", str(arguments.every)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(finished.stdout)
    return figures


def _run_step(arguments: argparse.Namespace) -> int:
    peak = _watch_anonymous_memory()
    figures = STEPS[arguments.step](arguments)
    figures["peak_resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    # Mapped index files count as resident while they are read, yet the system may
    # drop them at any time; this is what the process itself holds.
    figures["peak_own_mb"] = round(peak() / 2**20)
    print(json.dumps(figures))
    return 0


def _watch_anonymous_memory() -> Callable[[], float]:
    process = psutil.Process()
    highest = [0.0]

    def watch() -> None:
        while True:
            memory = process.memory_info()
            highest[0] = max(highest[0], memory.rss - memory.shared)
            time.sleep(0.25)

    threading.Thread(target=watch, daemon=True).start()
    return lambda: highest[0]


def _time(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _describe_machine() -> str:
    flags = ""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        names = [
            line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line
        ]
        features = [name for name in ("amx_bf16", "avx512_bf16", "avx512f") if name in text]
        flags = f"{names[0]}, {', '.join(features)}" if names else ""
    except OSError:
        flags = platform.processor()
    return f"{os.cpu_count()} cores, {flags}, Python {platform.python_version()}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--workspace", type=Path, default=Path("workspaces/cordis"))
    parser.add_argument("--sample", type=int, default=2000, help="passages encoded twice")
    parser.add_argument("--every", type=int, default=1, help="take every nth project only")
    parser.add_argument(
        "--vectors", type=Path, help="vectors/ of an earlier workspace to start from"
    )
    parser.add_argument("--again", action="store_true", help="keep the workspace that is there")
    parser.add_argument(
        "--step", choices=sorted(STEPS), help="run one step on a workspace that is there"
    )
    return parser.parse_args()


if __name__ == "__main__":
    given = _parse()
    raise SystemExit(_run_step(given) if given.step else main())
