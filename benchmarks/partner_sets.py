"""Compare the greedy sets of partners with the best ones, found by exact solvers.

    python -m benchmarks.partner_sets --workspace workspaces/cordis

prints JSON: of random cases, and of stored projects with the first candidates of their
ranking, how much the greedy set closes as a share of what the best set of that size does.
The exact solver is HiGHS (scipy); where OR-Tools is installed, its CP-SAT solves the same
cases and must agree.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from roadmapfit.analysis import prepare_project
from roadmapfit.partner_sets import SetLimits, choose_partners
from roadmapfit.partnering import find_partners, list_needs
from roadmapfit.partners import Closure, Gain, Need, PartnerFit
from roadmapfit.records import Organisation, OrganisationKind, OwnerKind, Passage
from roadmapfit.workspace import Workspace, open_workspace

Array = NDArray[np.float64]

N_RANDOM, N_CANDIDATES, N_NEEDS = 200, 12, 8
N_PROJECTS, N_REAL_CANDIDATES = 40, 60
N_MOST = 3
MIN_MEMBERS = 3
# CP-SAT counts in whole numbers: shares are cut to this many parts.
N_PARTS = 100_000


def main() -> int:
    """Draw, solve, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, help="for cases of stored projects")
    workspace = parser.parse_args().workspace
    rng = np.random.default_rng(0)
    cases = {"random": [draw_case(rng) for _ in range(N_RANDOM)]}
    if workspace is not None:
        cases["stored projects"] = list_real_cases(open_workspace(workspace), rng)
    print(json.dumps({name: compare_solvers(own) for name, own in cases.items()}, indent=1))
    return 0


def draw_case(rng: np.random.Generator) -> Array:
    """Draw what each candidate closes of each need: nothing of most of them."""
    shape = (N_CANDIDATES, N_NEEDS)
    return np.asarray(rng.random(shape) * (rng.random(shape) < 0.4))


def list_real_cases(workspace: Workspace, rng: np.random.Generator) -> list[Array]:
    """Lay out what the first candidates of stored projects close of their needs."""
    generation = workspace.generation
    known = set(generation.projects.ids)
    ids = sorted(
        each
        for each, own in generation.participations.items()
        if len(own) >= MIN_MEMBERS and each in known
    )
    cases = []
    for project_id in rng.choice(ids, size=min(len(ids), N_PROJECTS), replace=False):
        prepared = prepare_project(workspace, str(project_id))
        needs = list_needs(workspace, prepared)
        fits = find_partners(workspace, prepared, n_partners=N_REAL_CANDIDATES)
        column_of = {need.passage.id: column for column, need in enumerate(needs)}
        closed = np.zeros((len(fits), len(needs)))
        for row, fit in enumerate(fits):
            for closure in fit.closures:
                closed[row, column_of[closure.need.passage.id]] = closure.closed
        if closed.any():
            cases.append(closed)
    return cases


def compare_solvers(cases: Sequence[Array]) -> dict[str, float | int | str]:
    """Measure the greedy sets against the best ones."""
    best = np.array([solve_exactly(each, N_MOST) for each in cases])
    greedy = np.array([take_greedily(each, N_MOST) for each in cases])
    ratios = greedy / best
    found: dict[str, float | int | str] = {
        "n_cases": len(cases),
        "n_most": N_MOST,
        "mean_ratio": round(float(ratios.mean()), 4),
        "least_ratio": round(float(ratios.min()), 4),
        "n_best": int((ratios > 1 - 1e-6).sum()),
    }
    if importlib.util.find_spec("ortools") is None:
        found["ortools"] = "not installed"
    else:
        others = np.array([solve_with_ortools(each, N_MOST) for each in cases])
        found["ortools_largest_difference"] = round(float(np.abs(others - best).max()), 4)
    return found


def take_greedily(closed: Array, n_most: int) -> float:
    """Measure what the greedy set closes in sum."""
    passages = [_make_passage(number) for number in range(closed.shape[1])]
    needs = [Need(passage, 1.0) for passage in passages]
    fits = [
        PartnerFit(
            organisation=Organisation(f"{row:03}", "", OrganisationKind.OTHER, "drawn"),
            need_closed=float(own.mean()),
            closures=tuple(
                Closure(need, float(value), 0)
                for need, value in zip(needs, own, strict=True)
                if value > 0
            ),
            brings_kind=False,
            is_newcomer=False,
            n_met=0,
            gain=Gain(0, (), passages[0]),
        )
        for row, own in enumerate(closed)
    ]
    chosen = choose_partners(fits, needs, limits=SetLimits(n_most=n_most))
    return chosen.need_closed * len(needs)


def solve_exactly(closed: Array, n_most: int) -> float:
    """Find the most that any set closes, by mixed-integer programming (HiGHS).

    The share of need j that counts as closed by candidate i is continuous, the choice of
    i is whole; each need is closed by one candidate at the most, and a chosen one.
    """
    n_candidates, n_needs = closed.shape
    n_shares = n_candidates * n_needs
    costs = np.concatenate([np.zeros(n_candidates), -closed.ravel()])
    chosen = sparse.kron(sparse.eye(n_candidates), np.ones((n_needs, 1)))
    rows = [
        sparse.csr_matrix(np.repeat([1.0, 0.0], [n_candidates, n_shares])[None, :]),
        sparse.hstack(
            [
                sparse.csr_matrix((n_needs, n_candidates)),
                sparse.kron(np.ones((1, n_candidates)), sparse.eye(n_needs)),
            ]
        ),
        sparse.hstack([-chosen, sparse.eye(n_shares)]),
    ]
    limits = np.concatenate([[n_most], np.ones(n_needs), np.zeros(n_shares)])
    found = milp(
        costs,
        constraints=LinearConstraint(sparse.vstack(rows).tocsc(), ub=limits),
        bounds=Bounds(0, 1),
        integrality=np.concatenate([np.ones(n_candidates), np.zeros(n_shares)]),
    )
    return float(-found.fun)


def solve_with_ortools(closed: Array, n_most: int) -> float:
    """Find the same with CP-SAT of OR-Tools, to ``1 / N_PARTS`` of a need."""
    cp_model = importlib.import_module("ortools.sat.python.cp_model")
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"c{row}") for row in range(len(closed))]
    model.add(sum(chosen) <= n_most)
    terms = []
    for column, own in enumerate(closed.T):
        by = [model.new_bool_var(f"s{row}.{column}") for row in range(len(own))]
        model.add(sum(by) <= 1)
        for row, value in enumerate(own):
            model.add_implication(by[row], chosen[row])
            terms.append(round(value * N_PARTS) * by[row])
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model)
    return float(solver.objective_value / N_PARTS)


def _make_passage(number: int) -> Passage:
    text = f"need {number}"
    return Passage(text, OwnerKind.PROJECT, "drawn", "abstract", 0, len(text), text, "en")


if __name__ == "__main__":
    raise SystemExit(main())
