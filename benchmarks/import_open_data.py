"""Import every file of the data folder that has a reader; count, time, and measure links.

    python benchmarks/import_open_data.py --data ../shared/data

prints a table and writes ``benchmarks/results/imports.json``: of each file the rows that
its description states, those read, kept and refused (with the reasons), the records, the
seconds, and beside them the seconds of the library's own plain reading in the same run.
Each file is read in a process of its own, so that peak memory is its own too.

The confidence of links by name is the share of right links among spellings of French
laboratories (ANR partners, RNSR codes) and of CORDIS participants (PIC), half of the codes
hidden at random; the hidden codes judge.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
RECORDS = ("documents", "items", "projects", "organisations", "participations")
CORDIS = "cordis/cordis-HORIZONprojects-csv.zip"
PARTNERS = "anr/anr-partenaires.csv"
# File, table in it, and the rows that the data folder's README states.
STATED = {
    (CORDIS, "project.csv"): 18_174,
    (CORDIS, "organization.csv"): 102_858,
    ("anr/anr-projets-fr-en.json", "anr-projets-fr-en.json"): 590,
    (PARTNERS, "anr-partenaires.csv"): 55_483,
    ("anr/anr-dgpie-projets.csv", "anr-dgpie-projets.csv"): 1_379,
    ("anr/anr-dgpie-partenaires.csv", "anr-dgpie-partenaires.csv"): 7_581,
    ("anr/anr_ces_committees_aapg2022.csv", "anr_ces_committees_aapg2022.csv"): 56,
    ("ilab/ilab_laureates_deidentified.parquet", "ilab_laureates_deidentified.parquet"): 3_923,
    ("horizon-open-topics/open_topics.parquet", "open_topics.parquet"): 629,
}
SEED = 1


def main() -> int:
    """Read each file in a process of its own, then measure links; write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure_file(arguments.data / arguments.only)))
        return 0
    files = list(dict.fromkeys(name for name, _ in STATED))
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "files": {name: _run(arguments.data, name) for name in files},
        "links": measure_links(arguments.data),
    }
    (RESULTS / "imports.json").write_text(
        json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    wrong = list(_list_wrong(results["files"]))
    print("\n".join(_describe(results)))
    print("\n".join(wrong) or "All counts are those that the data folder states.")
    return bool(wrong)


def measure_file(path: Path) -> dict[str, Any]:
    """Read one file as ``roadmapfit add`` does, and once more with the plain library."""
    from roadmapfit.readers import read_path

    started = time.perf_counter()
    batch = read_path(path)
    duration_s = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    n_plain = _read_plainly(path)
    plain_s = time.perf_counter() - started
    n_rows = sum(tally.n_rows for tally in batch.tallies)
    problems = Counter((one.outcome.value, one.code) for one in batch.problems)
    return {
        "tables": {
            tally.file: {"read": tally.n_rows, "kept": tally.n_kept, "refused": tally.n_refused}
            for tally in batch.tallies
        },
        "records": {name: len(getattr(batch, name)) for name in RECORDS},
        "problems": [
            {"outcome": outcome, "code": code, "n": n}
            for (outcome, code), n in sorted(problems.items())
        ],
        "duration_s": round(duration_s, 2),
        "peak_mb": round(peak_mb),
        "rows_per_s": round(n_rows / duration_s),
        "plain_rows_per_s": round(n_plain / plain_s) if plain_s else None,
    }


def measure_links(data: Path) -> dict[str, Any]:
    """Link spellings whose codes are known, half of the codes hidden; count right links."""
    return {
        "anr-rnsr": _judge(_list_partners(data / PARTNERS), "rnsr"),
        "cordis-pic": _judge(_list_participants(data / CORDIS), "pic"),
    }


def _judge(spellings: Iterable[tuple[str, str, str]], scheme: str) -> dict[str, Any]:
    """Count links by method and how many join one code; spellings are code, name, country."""
    from roadmapfit.identity import link_organisations
    from roadmapfit.records import Organisation, OrganisationKind

    rng = random.Random(SEED)
    known = sorted(set(spellings))
    organisations = [
        Organisation(
            id=f"{place:06d}",
            name=name,
            kind=OrganisationKind.OTHER,
            source=str(place),
            country=country,
            identifiers=() if rng.random() < 0.5 else ((scheme, code),),
        )
        for place, (code, name, country) in enumerate(known)
    ]
    counted: Counter[tuple[str, bool]] = Counter()
    for link in link_organisations(organisations):
        left, right = known[int(link.left_id)], known[int(link.right_id)]
        counted[link.method.value, left[0] == right[0]] += 1
    return {
        "n_spellings": len(known),
        **{
            method: {
                "n": counted[method, True] + counted[method, False],
                "right": round(
                    counted[method, True] / (counted[method, True] + counted[method, False]), 3
                ),
            }
            for method in ("name", "near-name")
            if counted[method, True] + counted[method, False]
        },
    }


def _list_partners(path: Path) -> Iterable[tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            code = row["Projet.Partenaire.Code_RNSR"].upper()
            if len(code) == 10:
                yield (
                    code,
                    row["Projet.Partenaire.Nom_organisme"],
                    row["Projet.Partenaire.Adresse.Pays"],
                )


def _list_participants(path: Path) -> Iterable[tuple[str, str, str]]:
    with zipfile.ZipFile(path) as archive, archive.open("organization.csv") as stream:
        lines = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        for row in csv.DictReader(lines, delimiter=";"):
            yield row["organisationID"], row["name"], row["country"]


def _read_plainly(path: Path) -> int:
    """Read all cells with the library alone and do nothing with them; count the rows."""
    readers: dict[str, Callable[[Path], int]] = {
        ".csv": _read_plain_csv,
        ".json": lambda file: len(json.loads(file.read_bytes())["data"]),
        ".parquet": _read_plain_parquet,
        ".zip": _read_plain_zip,
    }
    return readers[path.suffix](path)


def _read_plain_csv(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return sum(1 for _ in csv.reader(stream, delimiter=";")) - 1


def _read_plain_parquet(path: Path) -> int:
    import pyarrow.parquet as pq

    return len(pq.read_table(path).to_pylist())


def _read_plain_zip(path: Path) -> int:
    n_rows = 0
    with zipfile.ZipFile(path) as archive:
        for name in ("project.csv", "organization.csv", "topics.csv", "legalBasis.csv"):
            with archive.open(name) as stream:
                lines = io.TextIOWrapper(stream, "utf-8-sig", newline="")
                n_rows += sum(1 for _ in csv.reader(lines, delimiter=";")) - 1
    return n_rows


def _run(data: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--data", str(data), "--only", name]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(name, file=sys.stderr, flush=True)
    measured: dict[str, Any] = json.loads(finished.stdout)
    return measured


def _list_wrong(files: dict[str, Any]) -> Iterable[str]:
    for (name, table), stated in STATED.items():
        found = files[name]["tables"].get(table, {}).get("read")
        if found != stated:
            yield f"{name}: {table} has {found} rows, {stated} are stated"


def _describe(results: dict[str, Any]) -> Iterable[str]:
    for name, file in results["files"].items():
        yield (
            f"{name}: {file['duration_s']} s, {file['peak_mb']} MB, {file['rows_per_s']} rows/s"
            f" (plain {file['plain_rows_per_s']})"
        )
        for table, tally in file["tables"].items():
            yield f"  {table}: {tally['read']} read, {tally['kept']} kept"
        for one in file["problems"]:
            if one["outcome"] == "refused":
                yield f"  refused: {one['n']} {one['code']}"
    yield json.dumps(results["links"])


if __name__ == "__main__":
    raise SystemExit(main())
