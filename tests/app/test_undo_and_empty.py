"""What a reader changed can be taken back; a workspace that holds little says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from fakes import WordCountEncoder
from reading import bring, normal, read, save
from roadmapfit.app import resources
from roadmapfit.records import Batch, DocumentKind
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import create_workspace, open_workspace
from toys import toy_batch

OpenApp = Callable[..., AppTest]
PAGES = ("home", "project", "portfolio", "coverage", "partners", "roadmaps", "sources")
PAIR = ("helios", "pole-nord/solaire")
KEY = "helios.pole-nord/solaire"
PLAN = b"<h1>Plan</h1><h2>Wind</h2><p>Wind farms feed the islands of the coast.</p>"


def open_reasons(open_app: OpenApp, language: str) -> AppTest:
    """Open the project with the reasons of its item."""
    app = open_app("project", language, project=PAIR[0])
    app.session_state[f"fit.why.project:{PAIR[0]}.{PAIR[1]}"] = True
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_replaced_or_withdrawn_comes_back_as_it_was(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    workspace = open_workspace(toys, encoder=resources.get_encoder())
    first = workspace.decide(
        *PAIR, is_aligned=True, note="vu en comité", decided_on=date(2026, 3, 3)
    )
    app = open_reasons(open_app, language)
    assert f"decide.undo.{KEY}" not in [each.key for each in app.button]
    for change in ("not_aligned", "withdraw"):
        app.button(key=f"decide.{change}.{KEY}").click().run()
        assert workspace.decisions() != [first]
        undo = app.button(key=f"decide.undo.{KEY}")
        assert undo.label == render_text("app.decide.undo", language)
        undo.click().run()
        assert workspace.decisions() == [first]
    assert not app.exception


def test_a_first_decision_is_undone(open_app: OpenApp, toys: Path) -> None:
    app = open_reasons(open_app, "fr")
    app.button(key=f"decide.aligned.{KEY}").click().run()
    app.button(key=f"decide.undo.{KEY}").click().run()
    assert open_workspace(toys, encoder=resources.get_encoder()).decisions() == []


def test_a_corrected_tree_can_be_given_up_for_the_proposed_one(
    open_app: OpenApp, toys: Path
) -> None:
    app = bring(open_app("sources", "en"), toys, "plan.html", PLAN)
    (editor,) = app.text_area
    editor.set_value(editor.value.replace("Wind farms", "Tidal farms")).run()
    save(app, toys)
    bring(app, toys, "plan.html", PLAN)
    assert "Tidal farms feed" in app.text_area[0].value
    app.button(key="sources.tree_undo").click().run()
    assert "Wind farms feed" in app.text_area[0].value
    save(app, toys)
    (kept,) = (toys / "documents").iterdir()
    assert "Wind farms feed" in kept.read_text("utf-8")


def without(*tables: str) -> Batch:
    """Return the toy corpus without some of its tables."""
    batch = toy_batch()
    for name in tables:
        getattr(batch, name).clear()
    return batch


LITTLE = {
    "nothing": Batch(),
    "no strategy": without("documents", "items"),
    "no project": without("projects", "participations"),
    "no organisation": without("organisations", "participations"),
}


@pytest.fixture(scope="module")
def little(toy_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build each of the workspaces that lack something, once."""
    root = tmp_path_factory.mktemp("little")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROADMAPFIT_CACHE", str(toy_models))
        for name, batch in LITTLE.items():
            workspace = create_workspace(root / name, encoder=WordCountEncoder())
            workspace.add_batch(batch, source_name="little")
            workspace.build()
    return root


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("lacking", "language"), [*((name, "fr") for name in LITTLE), ("nothing", "en")]
)
def test_a_page_of_a_workspace_that_lacks_something_says_so(
    open_app: OpenApp,
    little: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    lacking: str,
    language: str,
) -> None:
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(little / lacking))
    app = open_app(page, language)
    assert [each.message for each in app.exception] == []
    assert [title.value for title in app.title] == [render_text(f"app.{page}.title", language)]
    assert len(read(app)) > len(app.title[0].value)


def test_coverage_without_a_project_shows_every_item_as_a_gap(
    open_app: OpenApp, little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(little / "no project"))
    said = read(open_app("coverage", "en", series="pole-nord"))
    assert "0 of 2 items covered" in said
    assert normal(render_text("app.carriers.none", "en")) in said


def test_the_way_to_the_evidence_is_there_without_a_roadmap(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = toy_batch()
    batch.documents[:] = [each for each in batch.documents if each.kind is DocumentKind.PROGRAMME]
    kept = {each.id for each in batch.documents}
    batch.items[:] = [each for each in batch.items if each.document_id in kept]
    workspace = create_workspace(tmp_path / "programmes", encoder=WordCountEncoder())
    workspace.add_batch(batch, source_name="programmes")
    workspace.build()
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(workspace.directory))
    app = open_app("project", "en", project="hydroport")
    app.button(key="walk.reasons").click().run()
    assert app.session_state["fit.kind"] == DocumentKind.PROGRAMME
    assert [each.label for each in app.expander if each.proto.expanded and "Why" in each.label]
