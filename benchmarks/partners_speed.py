"""Time the partners of stored projects among all organisations of a workspace.

    python benchmarks/partners_speed.py --workspace workspaces/cordis

prints JSON: the first answer, which gathers what organisations can prove, and the next
ones, each of another project of three or more organisations.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from roadmapfit.analysis import prepare_project
from roadmapfit.partnering import find_partners
from roadmapfit.workspace import Workspace, open_workspace

N_WARM = 20
MIN_MEMBERS = 3


def main() -> int:
    """Ask, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    print(json.dumps(measure_speed(open_workspace(parser.parse_args().workspace)), indent=1))
    return 0


def measure_speed(workspace: Workspace) -> dict[str, float | int]:
    """Time the first answer and the median and slowest of the next ones, in seconds."""
    generation = workspace.generation
    known = set(generation.projects.ids)
    ids = sorted(
        project_id
        for project_id, own in generation.participations.items()
        if len(own) >= MIN_MEMBERS and project_id in known
    )
    drawn = np.random.default_rng(0).choice(ids, size=min(len(ids), N_WARM + 1), replace=False)
    seconds, processor = [], []
    for project_id in drawn:
        prepared = prepare_project(workspace, str(project_id))
        started, used = time.perf_counter(), time.process_time()
        find_partners(workspace, prepared)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return {
        "n_organisations": len(generation.organisations),
        "n_projects": len(known),
        "n_passages": len(generation.index),
        "first_s": round(seconds[0], 2),
        "warm_median_s": round(float(np.median(seconds[1:])), 3),
        "warm_slowest_s": round(max(seconds[1:]), 3),
        # What it takes of a processor, whatever else the machine does.
        "warm_median_processor_s": round(float(np.median(processor[1:])), 3),
        "peak_resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    raise SystemExit(main())
