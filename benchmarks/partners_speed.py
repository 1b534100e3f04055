"""Time the partners of stored projects among all organisations of a workspace.

    python benchmarks/partners_speed.py --workspace workspaces/cordis

prints JSON: the first answer, which gathers what organisations can prove, and the next
ones, each of another project of three or more organisations; the competence maps of some of
those, and how far anything moves in them when they are drawn once more by another process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.analysis import prepare_project
from roadmapfit.competence_map import map_project
from roadmapfit.partnering import find_partners
from roadmapfit.workspace import Workspace, open_workspace

N_WARM = 20
N_MAPS = 8
MIN_MEMBERS = 3


def main() -> int:
    """Ask, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    home = parser.parse_args().workspace
    found = measure_speed(open_workspace(home))
    seconds, places = draw_maps(home)
    # A new interpreter shares nothing with this one but the workspace.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        _seconds, again = pool.apply(draw_maps, (home,))
    found |= {
        "n_maps": len(seconds) - 1,
        "map_warm_median_processor_s": round(float(np.median(seconds[1:])), 3),
        "map_warm_slowest_processor_s": round(max(seconds[1:]), 3),
        "map_moved_between_runs": max(
            float(np.abs(one - other).max()) for one, other in zip(places, again, strict=True)
        ),
    }
    print(json.dumps(found, indent=1))
    return 0


def draw_maps(home: Path) -> tuple[list[float], list[NDArray[np.float64]]]:
    """Draw maps; return the processor seconds of each and its places, (n_signs, 2)."""
    workspace = open_workspace(home)
    seconds, places = [], []
    for project_id in draw_projects(workspace)[: N_MAPS + 1]:
        prepared = prepare_project(workspace, project_id)
        used = time.process_time()
        shown = map_project(workspace, prepared)
        seconds.append(time.process_time() - used)
        signs = (*shown.landmarks, *shown.organisations)
        places.append(np.array([(each.x, each.y) for each in signs]))
    return seconds, places


def draw_projects(workspace: Workspace) -> list[str]:
    """Draw stored projects with a text and three organisations or more."""
    generation = workspace.generation
    known = set(generation.projects.ids)
    ids = sorted(
        project_id
        for project_id, own in generation.participations.items()
        if len(own) >= MIN_MEMBERS and project_id in known
    )
    drawn = np.random.default_rng(0).choice(ids, size=min(len(ids), N_WARM + 1), replace=False)
    return [str(each) for each in drawn]


def measure_speed(workspace: Workspace) -> dict[str, float | int]:
    """Time the first answer and the median and slowest of the next ones, in seconds."""
    generation = workspace.generation
    seconds, processor = [], []
    for project_id in draw_projects(workspace):
        prepared = prepare_project(workspace, project_id)
        started, used = time.perf_counter(), time.process_time()
        find_partners(workspace, prepared)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return {
        "n_organisations": len(generation.organisations),
        "n_projects": len(generation.projects),
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
