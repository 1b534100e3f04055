"""The app on the toy workspace, whose figures are worked out in ``toys``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from fakes import WordCountEncoder
from roadmapfit.app import resources
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Participation,
    Project,
    Role,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.workspace import Workspace, create_workspace
from toys import TOY_SOURCE, toy_batch, write_toy_model

OpenApp = Callable[..., AppTest]

SCRIPT = '<script>alert("x")</script>'


@pytest.fixture(scope="session")
def toy_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder that holds the toy alignment model."""
    root = tmp_path_factory.mktemp("cache")
    write_toy_model(root, WordCountEncoder())
    return root


@pytest.fixture(autouse=True)
def toy_installation(toy_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app find the toy encoder and its alignment model, as an installation would."""
    encoder = WordCountEncoder()
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(toy_models))
    monkeypatch.setattr(resources, "get_encoder", lambda: encoder)


@pytest.fixture(autouse=True)
def no_packaged_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare every AppTest a look through all installed packages: none brings a component."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


@pytest.fixture(scope="session")
def built(toy_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the toy workspace once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROADMAPFIT_CACHE", str(toy_models))
        return _build(tmp_path_factory.mktemp("built") / "toys", toy_batch()).directory


@pytest.fixture(scope="session")
def built_hostile(toy_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a workspace whose every name is an attack."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROADMAPFIT_CACHE", str(toy_models))
        return _build(tmp_path_factory.mktemp("hostile") / "toys", hostile_batch()).directory


@pytest.fixture
def toys(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a toy workspace of the test's own, and let the app show it."""
    return _show(shutil.copytree(built, tmp_path / "toys"), monkeypatch)


@pytest.fixture
def hostile(built_hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the hostile workspace, and let the app show it."""
    return _show(shutil.copytree(built_hostile, tmp_path / "hostile"), monkeypatch)


@pytest.fixture
def open_app(repository: Path) -> OpenApp:
    """Return a function that opens a page: ``open_app("project", "en", project="helios")``."""

    def open_page(page: str, language: str = "fr", **address: str) -> AppTest:
        app = AppTest.from_file(repository / "app.py", default_timeout=60)
        app.query_params.update({"lang": language, **address})
        app.run()
        app.query_params.update({"lang": language, **address})
        return app.switch_page(f"src/roadmapfit/app/pages/{page}.py").run()

    return open_page


def hostile_batch() -> Batch:
    """Return records whose names are scripts, formulas and Markdown."""
    formula = f'=HYPERLINK("http://example.org") {SCRIPT} **bold** [link](javascript:x)'
    return Batch(
        documents=[
            StrategyDocument(
                id=kind,
                kind=kind,
                title=f"{formula} {kind}",
                owner=f"{SCRIPT} {kind}",
                language="en",
                series=kind,
                source="hostile",
            )
            for kind in DocumentKind
        ],
        items=[
            StrategyItem(
                id=f"{kind}/a",
                document_id=kind,
                title=f"{formula} hydrogen",
                text=f"Hydrogen for ships, trains and trucks in the harbour. {SCRIPT}",
                language="en",
                position=0,
            )
            for kind in DocumentKind
        ],
        projects=[
            Project(
                id=f"p{number}",
                title=f"{formula} hydrogen {number}",
                abstract=f"Hydrogen for the ships that pass the harbour every day. {SCRIPT}",
                language="en",
                source="hostile",
                programme=formula,
                status=SCRIPT,
                funding_eur=1000.0,
            )
            for number in (1, 2)
        ],
        organisations=[
            Organisation(
                id=f"o{number}",
                name=f"{formula} {number}",
                kind=OrganisationKind.SME,
                source="hostile",
                territory=formula,
                description=f"Makes hydrogen for ships in every harbour of the coast. {SCRIPT}",
                language="en",
            )
            for number in (1, 2)
        ],
        participations=[Participation("p1", "o1", Role.COORDINATOR, 1000.0)],
    )


def _build(directory: Path, batch: Batch) -> Workspace:
    workspace = create_workspace(directory, encoder=WordCountEncoder())
    workspace.add_batch(batch, source_name=TOY_SOURCE, content_hash="toy")
    workspace.build()
    return workspace


def _show(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROADMAPFIT_WORKSPACE", str(directory))
    return directory
