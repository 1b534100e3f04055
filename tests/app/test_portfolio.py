"""The portfolio: filters, named filters, exports, tables scored in bulk."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from roadmapfit.app import resources, state
from roadmapfit.app.answers.portfolio import load_judged_projects
from roadmapfit.app.jobs import JobState
from roadmapfit.portfolio import ProjectFilter, list_projects
from roadmapfit.report.xlsx_file import Column, write_xlsx
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import open_workspace

OpenApp = Callable[..., AppTest]

TABLE = "titre;résumé;note\nHydrogène au port;{idea};\n;;x\nMusée;Texte court;\n"
IDEA = "Une station de recharge distribue de l'hydrogène aux navires du port. " * 4


def names(app: AppTest) -> list[str]:
    """Return the projects that the table shows, in its order."""
    return app.dataframe[0].value.iloc[:, 0].tolist()


def figures(app: AppTest) -> str:
    """Return the first figure drawn: how many projects of how many."""
    return next(element.body for element in app.html if "rf-figures" in element.body)


def press(app: AppTest, key: str) -> AppTest:
    """Press a button."""
    return app.button(key=key).click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_projects_are_shown_best_first(open_app: OpenApp, toys: Path, language: str) -> None:
    app = open_app("portfolio", language)
    shown = app.dataframe[0].value
    verdict, probability = (
        render_text(f"app.column.{name}", language) for name in ("verdict", "probability")
    )
    assert sorted(names(app)[:3]) == ["COHORTE", "HYDROHARBOUR", "HYDROPORT"]
    assert names(app)[3:5] == ["HELIOS", "AQUABAT"]
    assert shown[probability].tolist()[:5] == [90, 90, 90, 84, 57]
    assert shown[verdict].tolist()[0] == f"● {render_text('verdict.aligned', language)}"
    assert shown[verdict].tolist()[-1] == f"– {render_text('verdict.cannot_tell', language)}"
    assert "<dd>7</dd>" in figures(app)


def test_words_narrow_the_table_and_stand_in_the_address(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio")
    app.text_input(key=state.PORTFOLIO_TEXT).set_value("hydrogène port").run()
    assert names(app) == ["HYDROPORT"]
    assert app.query_params["filter"] == ProjectFilter(text="hydrogène port").encode()


def test_a_step_back_undoes_a_filter(
    open_app: OpenApp, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmapfit.app.address._SETTLE_S", 0.0)
    app = open_app("portfolio")
    whole = names(app)
    app.text_input(key=state.PORTFOLIO_TEXT).set_value("hydrogène port").run()
    assert names(app) == ["HYDROPORT"]
    del app.query_params["filter"]
    app.run()
    assert (names(app), app.text_input(key=state.PORTFOLIO_TEXT).value) == (whole, "")


def test_a_click_with_the_address_of_before_undoes_nothing(
    open_app: OpenApp, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmapfit.app.address._SETTLE_S", 3600.0)
    app = open_app("portfolio")
    before = dict(app.query_params)
    app.text_input(key=state.PORTFOLIO_TEXT).set_value("hydrogène port").run()
    app.query_params.clear()  # the browser has not yet put the filter into its address
    app.query_params.update(before)
    app.run()
    assert names(app) == ["HYDROPORT"]
    assert app.query_params["filter"] == ProjectFilter(text="hydrogène port").encode()


def test_the_menu_leaves_a_filter_as_it_is(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio")
    app.text_input(key=state.PORTFOLIO_TEXT).set_value("hydrogène port").run()
    app.query_params.clear()  # as the page's name in the menu does
    app.run()
    assert names(app) == ["HYDROPORT"]
    assert app.query_params["filter"] == ProjectFilter(text="hydrogène port").encode()


def test_a_link_sets_the_whole_filter(open_app: OpenApp, toys: Path) -> None:
    wanted = ProjectFilter(target="programme-industrie/batterie", verdicts=("examine",))
    app = open_app("portfolio", filter=wanted.encode())
    assert names(app) == ["AQUABAT"]
    assert app.selectbox(key=state.PORTFOLIO_DOCUMENT).value == "programme-industrie"
    assert app.selectbox(key=state.PORTFOLIO_ITEM).value == "programme-industrie/batterie"


@pytest.mark.parametrize("text", ["target=none&years=x&sort=y&flags=z", "%%%", "kinds=<script>"])
def test_any_link_is_stood(open_app: OpenApp, toys: Path, text: str) -> None:
    app = open_app("portfolio", filter=text)
    assert not app.exception
    assert len(names(app)) == 7


def test_orphans_and_duplicates_can_be_asked_for(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio", filter="flags=orphan")
    assert names(app) == ["MUSEUM"]
    app = open_app("portfolio", "en", filter="flags=duplicate")
    assert {"HYDROPORT", "HYDROHARBOUR"} <= set(names(app))
    others = dict(zip(names(app), app.dataframe[0].value["Possible duplicate of"], strict=True))
    assert others["HYDROPORT"] == "HYDROHARBOUR"


def test_nothing_found_is_said(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio", filter="text=nothing-such")
    assert [each.value for each in app.info] == [render_text("app.portfolio.none", "fr")]


def test_an_empty_workspace_says_where_to_go(open_app: OpenApp, toys: Path) -> None:
    workspace = open_workspace(toys, encoder=resources.get_encoder())
    workspace.remove_source("toys")
    workspace.build()
    app = open_app("portfolio")
    assert [each.value for each in app.info] == [render_text("app.portfolio.empty", "fr")]


def test_a_named_filter_is_kept_taken_removed_and_restored(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio", filter="text=solar")
    app.text_input(key=state.PORTFOLIO_VIEW_NAME).set_value("Solaire <b>")
    press(app, "views.keep")
    shelf = open_workspace(toys, encoder=resources.get_encoder()).views
    assert shelf.load_all() == {"Solaire <b>": {"filter": "text=solar"}}

    later = open_app("portfolio")  # another session
    assert len(names(later)) == 7
    take = next(each for each in later.button if each.key.startswith("views.take"))
    take.click().run()
    assert names(later) == ["HELIOS"]
    next(each for each in later.button if each.key.startswith("views.remove")).click().run()
    assert shelf.load_all() == {}
    press(later, "views.undo")
    assert shelf.load_all() == {"Solaire <b>": {"filter": "text=solar"}}


def test_showing_all_can_be_undone(open_app: OpenApp, toys: Path) -> None:
    app = press(open_app("portfolio", filter="text=solar"), "portfolio.reset")
    assert len(names(app)) == 7
    assert names(press(app, "views.undo")) == ["HELIOS"]


def test_a_damaged_named_filter_is_said(open_app: OpenApp, toys: Path) -> None:
    (toys / "views").mkdir()
    (toys / "views" / "x.json").write_text("{", encoding="utf-8")
    app = open_app("portfolio", "en")
    assert "x.json cannot be read" in app.warning[0].value.replace("\\", "")
    assert str(toys) not in app.warning[0].value


def test_the_order_of_the_list_leads_from_project_to_project(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio", filter="sort=name&verdicts=aligned")
    assert names(app) == ["AQUABAT", "COHORTE", "HELIOS", "HYDROHARBOUR", "HYDROPORT"]
    app.query_params.update({"project": "helios"})
    app.switch_page("src/roadmapfit/app/pages/project.py").run()
    press(app, "walk.next")
    assert app.session_state[state.PROJECT_ID] == "hydroharbour"
    press(press(app, "walk.previous"), "walk.previous")
    assert app.session_state[state.PROJECT_ID] == "cohorte"
    press(app, "walk.reasons")
    assert any("rf-pair" in element.body for element in app.html if "<style>" not in element.body)


def test_a_table_is_scored_kept_and_removed(open_app: OpenApp, toys: Path) -> None:
    app = open_app("portfolio")
    key = state.key(state.PORTFOLIO_FILE, 0)
    content = TABLE.format(idea=IDEA).encode()
    app.file_uploader(key=key).upload("idees.csv", content, "text/csv").run()
    assert "2 textes" in " ".join(each.value for each in app.markdown)
    press(app, "scoring.start")
    job = resources.get_jobs(str(toys.resolve())).scoring
    job.wait(60)
    assert (job.state, job.result) == (JobState.DONE, "idees.csv")

    later = open_app("portfolio")  # a reload finds it again
    opened = next(each for each in later.expander if each.label.startswith("idees"))
    assert opened.label.replace("\\", "") == "idees.csv – 2 textes"
    held = open_workspace(toys, encoder=resources.get_encoder()).scores.load("idees.csv")
    assert [text["row"] for text in held["texts"]] == [2, 4]
    assert held["texts"][0]["best"][0]["item_id"] == "pole-nord/hydrogene"
    assert [problem["row"] for problem in held["problems"]] == [3]


def test_a_workbook_is_read_too(open_app: OpenApp, toys: Path) -> None:
    columns, rows = [Column("code"), Column("title")], [("A1", "Hydrogen for ships")]
    content = write_xlsx(columns, rows, name="a")
    app = open_app("portfolio", "en")
    app.file_uploader(key=state.key(state.PORTFOLIO_FILE, 0)).upload("a.xlsx", content).run()
    assert "**a\\.xlsx**: 1 text to compare." in " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_no_table_is_refused(open_app: OpenApp, toys: Path, language: str) -> None:
    app = open_app("portfolio", language)
    app.file_uploader(key=state.key(state.PORTFOLIO_FILE, 0)).upload("a.csv", b"x;y\n1;2\n").run()
    assert "a.csv" in app.warning[0].value.replace("\\", "")
    assert not app.exception


def test_hostile_names_leave_as_texts(open_app: OpenApp, hostile: Path) -> None:
    from roadmapfit.app.widgets.project_table import write_table

    app = open_app("portfolio", "en")
    assert not app.exception
    workspace = open_workspace(hostile, encoder=resources.get_encoder())
    table = load_judged_projects(resources.get_judged_version(), workspace, "")
    assert list(table.index) == list(list_projects(workspace.generation).index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "language", lambda: "en")
        book = write_table(workspace.generation, table, {}, is_workbook=True)
        plain = write_table(workspace.generation, table, {}, is_workbook=False)
    (sheet,) = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sum(str(cell.value).startswith("=HYPERLINK") for cell in cells) > 2
    assert b",=HYPERLINK" not in plain
    assert b"'=HYPERLINK" in plain


@pytest.mark.parametrize("page", ["portfolio", "coverage"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_against_very_many_items_are_said_to_be_too_high(
    open_app: OpenApp, toys: Path, page: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = render_text("app.fit.many_items", language, n="7")
    assert said not in [each.value for each in open_app(page, language).info]
    monkeypatch.setattr("roadmapfit.app.widgets.notices.MANY_ITEMS", 5)
    assert said in [each.value for each in open_app(page, language).info]


def test_a_long_table_comes_in_pages_and_leaves_whole(
    open_app: OpenApp, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmapfit.app.widgets.project_table.MAX_ROWS", 3)
    app = open_app("portfolio")
    assert sorted(names(app)) == ["COHORTE", "HYDROHARBOUR", "HYDROPORT"]
    assert "<dd>7</dd>" in figures(app)
    assert "Pages de 3 projets" in [each.value for each in app.caption]
    assert len(app.session_state[state.WALK]) == 3
    app = open_app("portfolio", filter="sort=oldest&text=port")
    assert "Pages de 3 projets" not in [each.value for each in app.caption]
