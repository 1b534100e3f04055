"""Run every benchmark on the real data: quality first, then speed.

python -m benchmarks [--data DIR]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The shipped model is measured on data it was not fitted on; the build is timed last,
# when nothing else runs.
SCRIPTS = ("fit_alignment.py", "build.py")


def main() -> int:
    """Run the scripts one after the other; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"{arguments.data} is not there; name the folder with --data", file=sys.stderr)
        return 1
    for script in SCRIPTS:
        print(f"== {script}", flush=True)
        finished = subprocess.run(
            [sys.executable, str(HERE / script), "--data", str(arguments.data)], check=False
        )
        if finished.returncode:
            return finished.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
