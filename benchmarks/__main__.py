"""Run every benchmark on the real data: quality first, then speed.

python -m benchmarks [--data DIR]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Task to the file of its figures.
EVALUATIONS = {"all": "evaluation.json", "consortium": "consortium.json"}


def main() -> int:
    """Measure the shipped model, then time the build; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    data = parser.parse_args().data
    if not data.is_dir():
        print(f"{data} is not there; name the folder with --data", file=sys.stderr)
        return 1
    for task, name in EVALUATIONS.items():
        print(f"== evaluate {task}", flush=True)
        command = [sys.executable, "-m", "roadmapfit", "evaluate", task]
        command += ["--data", str(data), "--json"]
        finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if finished.returncode:
            return finished.returncode
        (HERE / "results" / name).write_text(finished.stdout, encoding="utf-8")
    # The build is timed last, when nothing else runs.
    print("== build", flush=True)
    command = [sys.executable, str(HERE / "build.py"), "--data", str(data)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
