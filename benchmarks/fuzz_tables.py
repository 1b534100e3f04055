"""Give the readers of tables thousands of broken files; none may bring them down.

    python benchmarks/fuzz_tables.py --n 10000

writes ``benchmarks/results/fuzz_tables.json``: how each input ended (``read``, or the code
of the one error that refused it), the slowest input and the peak memory. An input that ends
in any other way, or takes more than ten seconds, is kept in ``--keep`` and fails the run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from table_fuzz import break_table, list_seeds, read_broken  # noqa: E402

RESULTS = Path(__file__).parent / "results"
LIMIT_S = 10


def main() -> int:
    """Break, read, count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz_tables")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    seeds = list_seeds()
    ends: Counter[str] = Counter()
    slowest, n_failed = (0.0, "", 0), 0
    signal.signal(signal.SIGALRM, _give_up)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.n):
            suffix, content = seeds[number % len(seeds)]
            path = Path(folder) / f"any{suffix}"
            path.write_bytes(break_table(content, rng))
            started = time.perf_counter()
            signal.alarm(LIMIT_S)
            try:
                ends[read_broken(path)] += 1
            except Exception as error:  # what this looks for
                n_failed += 1
                arguments.keep.mkdir(parents=True, exist_ok=True)
                kept = arguments.keep / f"{number}{suffix}"
                kept.write_bytes(path.read_bytes())
                print(f"{kept}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            finally:
                signal.alarm(0)
            size = path.stat().st_size
            slowest = max(slowest, (time.perf_counter() - started, suffix, size))
    result = {
        "n_inputs": arguments.n,
        "seed": arguments.seed,
        "n_failed": n_failed,
        "slowest": {
            "duration_s": round(slowest[0], 2),
            "suffix": slowest[1],
            "size_mb": round(slowest[2] / 1e6, 1),
        },
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "ends": dict(ends.most_common()),
    }
    (RESULTS / "fuzz_tables.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result, indent=1))
    return bool(n_failed)


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {LIMIT_S} s")


if __name__ == "__main__":
    raise SystemExit(main())
