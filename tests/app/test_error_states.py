"""Every page in every state that stops it, in both languages: the reason is said, and nothing else.

Each state is what a disk or an installation may hold one day; what a page says of it is
what opening the workspace raises, so that the two cannot come apart.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from fakes import CONCEPTS, WordCountEncoder
from roadmapfit.app import resources, state
from roadmapfit.encoder import Progress
from roadmapfit.errors import EncoderError, RoadmapFitError
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import create_workspace, open_workspace
from toys import write_toy_model

OpenApp = Callable[..., AppTest]
PAGES = ("home", "project", "portfolio", "coverage", "partners", "roadmaps", "sources")
IDEA = "Une station de recharge distribue de l'hydrogène aux navires du port. " * 4


class LostEncoder(WordCountEncoder):
    """An encoder whose weights are gone by the time that a text is to be encoded."""

    def encode(
        self, texts: Sequence[str], *, on_progress: Progress | None = None
    ) -> NDArray[np.float32]:
        raise EncoderError("encoder_unusable", path="model", reason="no weights")


def take_away(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(directory)


def take_index_away(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    (directory / "CURRENT").unlink()
    shutil.rmtree(directory / "generations")


def cut_index_short(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    path = next((directory / "generations").glob("*/passages.parquet"))
    path.write_bytes(path.read_bytes()[:-9])


def damage_description(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    (directory / "workspace.json").write_text("[]", encoding="utf-8")


def change_format(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    path = directory / "workspace.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}), "utf-8")


def change_index_format(directory: Path, _patch: pytest.MonkeyPatch) -> None:
    path = next((directory / "generations").glob("*/manifest.json"))
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}), "utf-8")


def change_encoder(directory: Path, patch: pytest.MonkeyPatch) -> None:
    other = WordCountEncoder(CONCEPTS[:3])
    write_toy_model(directory.parent / "other-models", other)
    patch.setenv("ROADMAPFIT_CACHE", str(directory.parent / "other-models"))
    patch.setattr(resources, "get_encoder", lambda: other)


def take_model_away(directory: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("ROADMAPFIT_CACHE", str(directory.parent / "no-models"))


STATES = {
    "missing": (take_away, "workspace_missing"),
    "no index": (take_index_away, "not_built"),
    "damaged index": (cut_index_short, "index_damaged"),
    "damaged description": (damage_description, "workspace_damaged"),
    "other format": (change_format, "format_unknown"),
    "other format of the index": (change_index_format, "format_unknown"),
    "other encoder": (change_encoder, "other_encoder"),
    "no alignment model": (take_model_away, "background_missing"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", STATES)
def test_what_stops_a_page_is_said(
    open_app: OpenApp,
    toys: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    page: str,
    language: str,
) -> None:
    spoil, code = STATES[name]
    spoil(toys, monkeypatch)
    with pytest.raises(RoadmapFitError) as raised:
        _ = open_workspace(toys, encoder=resources.get_encoder()).generation
    assert raised.value.code == code
    app = open_app(page, language)
    assert not app.exception
    assert [title.value for title in app.title] == [render_text(f"app.{page}.title", language)]
    said = say_all(app)
    # Of the server's folders only the last part is said; Sources offer the first build.
    reason = raised.value.render(language).replace(f"{toys.parent}/", "")
    offer = render_text("app.build.first", language)
    expected = {("no index", "sources"): offer}.get((name, page), reason)
    assert plain(expected).casefold() in said.casefold()
    assert str(toys.parent) not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_workspace_opens_and_says_what_is_missing(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, language: str
) -> None:
    create_workspace(tmp_path / "empty", encoder=resources.get_encoder()).build()
    monkeypatch.setenv(resources.WORKSPACE_VARIABLE, str(tmp_path / "empty"))
    app = open_app(page, language)
    assert (list(app.exception), list(app.warning)) == ([], [])
    expected = {
        "home": "app.status.fresh",
        "portfolio": "app.portfolio.empty",
        "coverage": "app.coverage.no_documents",
        "roadmaps": "app.coverage.no_documents",
        "sources": "app.sources.none",
    }
    said = [plain(render_text(key, language)) for key in (expected.get(page),) * (page in expected)]
    assert [each for each in said if each not in say_all(app)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES[:-1])
def test_pages_answer_while_a_build_runs(
    open_app: OpenApp, toys: Path, page: str, language: str
) -> None:
    workspace = open_workspace(toys, encoder=resources.get_encoder())
    unfinished = toys / "generations" / "000099.part"
    with workspace._writing():  # what a build holds from its first step to its last
        unfinished.mkdir()
        app = open_app(page, language, project="hydroport")
    assert (list(app.exception), list(app.warning)) == ([], [])
    assert [title.value for title in app.title] == [render_text(f"app.{page}.title", language)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("partners", {"subject": "nothing"}),
        ("portfolio", {"filter": "target=nothing&sort=odd&years=x"}),
        ("coverage", {"series": "nobody", "group": "odd", "view": "odd"}),
        ("roadmaps", {"read": "odd", "document": "nothing", "with": "nothing", "item": "nothing"}),
        ("roadmaps", {"read": "relate", "document": "nothing", "with": "nothing"}),
        ("roadmaps", {"read": "changes", "document": "nothing", "with": "nothing"}),
    ],
)
def test_a_link_to_what_is_not_there_opens_its_page(
    open_app: OpenApp, toys: Path, page: str, address: dict[str, str], language: str
) -> None:
    app = open_app(page, language, **address)
    assert (list(app.exception), list(app.warning)) == ([], [])
    assert [title.value for title in app.title] == [render_text(f"app.{page}.title", language)]
    assert "nobody" not in say_all(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["project", "partners"])
def test_a_link_to_an_unknown_project_says_so(
    open_app: OpenApp, toys: Path, page: str, language: str
) -> None:
    app = open_app(page, language, project="nobody")
    said = render_text("error.project_unknown", language, found="nobody")
    assert [plain(each.value).casefold() for each in app.warning] == [plain(said).casefold()]
    assert (list(app.exception), app.session_state[state.PROJECT_ID]) == ([], None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_cannot_be_encoded_is_said(
    open_app: OpenApp, toys: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    encoder = LostEncoder()
    monkeypatch.setattr(resources, "get_encoder", lambda: encoder)
    app = open_app("home", language)
    app.text_area(key=state.HOME_TEXT).set_value(IDEA)
    app.button(key=state.HOME_SUBMIT).click().run()
    said = EncoderError("encoder_unusable", path="model", reason="no weights").render(language)
    assert plain(said)[1:] in say_all(app)  # begins with a capital there
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_project_chosen_is_no_error(open_app: OpenApp, toys: Path, language: str) -> None:
    for page in ("project", "partners"):
        app = open_app(page, language)
        assert (list(app.exception), list(app.warning)) == ([], [])
        (box,) = [each for each in app.selectbox if each.key == state.PROJECT_ID]
        assert (box.value, len(box.options)) == (None, 7)


def say_all(app: AppTest) -> str:
    """Return all that a page says in words."""
    kinds = ("title", "subheader", "markdown", "caption", "warning", "info", "success", "error")
    return plain(" ".join(element.value for kind in kinds for element in app.get(kind)))


def plain(text: str) -> str:
    """Return a text without escapes, its spaces made plain."""
    return re.sub(r"\s+", " ", text.replace("\\", ""))
