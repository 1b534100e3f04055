"""A part of the demonstration corpus, built with the real model: the app's own weather.

Small enough to be encoded in well under a minute; every file is the corpus' own but
one, a project whose name tries to run in the reader's browser.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from roadmapfit.workspace import create_workspace

ROADMAPS = ("axelera", "eau", "pole-mer", "techtera", "tenerrdis", "xylofutur")
PROGRAMMES = ("nfi-9-solutions", "snr-2015")
PROJECTS = (
    "barghyd",
    "bladeloop",
    "crue-vive",
    "fibrenzyme",
    "hempframe",
    "ozoreuse",
    "postlune",
    "repolytex",
    "saumurhin",
    "serrochal",
    "ulvafood",
    "voilsolaire",
)
HOSTILE_ID = "hostile"
HOSTILE_TITLE = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>'
_HOSTILE = f"""---
kind: project
id: {HOSTILE_ID}
title: '{HOSTILE_TITLE}'
language: fr
invented: true
---
Une péniche à hydrogène livre les chantiers de la ville sans bruit ni fumée. {HOSTILE_TITLE}
"""


def build_demonstration(corpora: Path, directory: Path) -> Path:
    """Build the workspace ``directory/workspace`` and return it; a built one is taken as it is."""
    target = directory / "workspace"
    if not (target / "CURRENT").exists():
        corpus = _take_part(corpora / "demonstration", directory / "corpus")
        workspace = create_workspace(target)
        workspace.add(corpus, source_name="demonstration")
        workspace.build()
    return target


def _take_part(whole: Path, part: Path) -> Path:
    for series in ROADMAPS:
        shutil.copytree(whole / "roadmaps" / series, part / "roadmaps" / series)
    for folder, names in (("programmes", PROGRAMMES), ("projects", PROJECTS)):
        (part / folder).mkdir()
        for name in names:
            shutil.copy(whole / folder / f"{name}.md", part / folder)
    (part / "projects" / f"{HOSTILE_ID}.md").write_text(_HOSTILE, encoding="utf-8")
    members = {
        member["organisation"]
        for name in PROJECTS
        for member in _read_front_matter(whole / "projects" / f"{name}.md")["consortium"]
    }
    (part / "organisations").mkdir()
    for file in sorted((whole / "organisations").glob("*.yaml")):
        listed = yaml.safe_load(file.read_text(encoding="utf-8"))
        # Some strangers too, or there would be nobody to propose.
        kept = [each for n, each in enumerate(listed) if each["id"] in members or n % 6 == 0]
        text = yaml.safe_dump(kept, allow_unicode=True)
        (part / "organisations" / file.name).write_text(text, encoding="utf-8")
    return part


def _read_front_matter(file: Path) -> dict[str, list[dict[str, str]]]:
    front_matter: dict[str, list[dict[str, str]]] = yaml.safe_load(
        file.read_text(encoding="utf-8").split("---")[1]
    )
    return front_matter
