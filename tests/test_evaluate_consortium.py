from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from consortia_toys import ORGANISATIONS, toy_consortia, toy_history, toy_projects
from fakes import WordCountEncoder
from roadmapfit.errors import InputError
from roadmapfit.evaluate.consortium.measures import (
    Ranked,
    find_large_countries,
    find_parts,
    find_rank,
    measure_ranked,
)
from roadmapfit.evaluate.consortium.runner import encode_history, evaluate_consortia, measure_blanks
from roadmapfit.evaluate.consortium.sources import load_anr_consortia
from roadmapfit.evaluate.consortium.systems import CONSORTIUM_SYSTEMS
from roadmapfit.evaluate.consortium.task import ConsortiumTask, Window, draw_blanks, open_history
from roadmapfit.evaluate.runner import Chosen
from roadmapfit.evaluate.sides import Tools
from roadmapfit.partner_model import load_partner_model
from roadmapfit.records import Project
from toys import toy_model

LATE = date(2024, 1, 1)


def tools(tmp_path: Path) -> Tools:
    encoder = WordCountEncoder()
    return Tools(load_parts=lambda: (encoder, toy_model(encoder)), cache=tmp_path)


def measure(task: ConsortiumTask, tmp_path: Path) -> dict[str, np.ndarray]:
    """Measure every blank of p4, by hidden member."""
    blanks = draw_blanks(task, split="test", seed=1, project_ids=["p4"])
    history = open_history(task, split="test")
    competences, queries = encode_history(task, history, blanks, tools=tools(tmp_path))
    found = measure_blanks(blanks, competences, queries, ORGANISATIONS, load_partner_model())
    return {each.blank.hidden_id: each.case.measured for each in found}


# --- what is asked ------------------------------------------------------------------


def test_each_member_is_hidden_in_turn() -> None:
    found = draw_blanks(toy_consortia(), split="test", seed=1)
    assert {each.hidden_id: (each.project.id, each.rest) for each in found} == {
        "fresh": ("p4", ("firm", "lab", "town")),
        "firm": ("p4", ("fresh", "lab", "town")),
        "lab": ("p4", ("firm", "fresh", "town")),
        "town": ("p4", ("firm", "fresh", "lab")),
    }


def test_a_window_takes_its_first_day_and_not_the_next_windows() -> None:
    window = Window(date(2023, 1, 1), LATE)
    days = {each.id: window.holds(each) for each in toy_projects()}
    assert days == {"p1": False, "p2": True, "p3": True, "p4": False, "p5": False}
    assert not window.holds(Project("p", "", "", "en", "test"))
    # Of the two in the window, one has a member only.
    found = draw_blanks(toy_consortia(), split="development", seed=1)
    assert {each.project.id for each in found} == {"p2"}


def test_projects_can_be_named() -> None:
    named = draw_blanks(toy_consortia(), split="test", seed=1, project_ids=["p4"])
    assert {each.project.id for each in named} == {"p4"}
    with pytest.raises(InputError, match="p2"):
        draw_blanks(toy_consortia(), split="test", seed=1, project_ids=["p4", "p2"])


def test_nothing_to_hide_is_refused() -> None:
    early = [each for each in toy_projects() if each.id != "p4"]
    with pytest.raises(InputError):
        draw_blanks(toy_consortia(early), split="test", seed=1)


# --- no measure sees the future ------------------------------------------------------


def test_no_measure_sees_what_was_signed_later(tmp_path: Path) -> None:
    plain = measure(toy_consortia(), tmp_path / "one")
    # A later project that would tie the port to everybody, with a text like the query's.
    later = replace(toy_projects()[3], id="p6", signature_date=date(2024, 6, 1), abstract="solar")
    task = toy_consortia([*toy_projects(), later])
    ended = [replace(each, has_ended=True) for each in task.participations]
    joined = [replace(each, project_id="p6") for each in task.participations[:6]]
    future = replace(task, participations=[*ended, *joined])
    found = measure(future, tmp_path / "other")
    assert set(plain) == {"firm", "lab", "town"}
    for name, measured in plain.items():
        np.testing.assert_array_equal(found[name], measured)


# --- figures ------------------------------------------------------------------------


def test_ranks_leave_members_out_and_break_ties_by_column() -> None:
    values = np.array([0.5, 0.9, 0.5, 0.1, 0.9], dtype=np.float32)
    none = np.array([], dtype=np.int64)
    assert [find_rank(values, column, none) for column in range(5)] == [3, 1, 4, 5, 2]
    assert find_rank(values, 2, np.array([0, 1])) == 2


def test_figures_are_means_over_members_drawn_by_project() -> None:
    ranked = [
        Ranked("a", {"s": 1}, frozenset({"all"})),
        Ranked("a", {"s": 50}, frozenset({"all", "cold"})),
        Ranked("b", {"s": 200}, frozenset({"all"})),
    ]
    found = measure_ranked(ranked, system="s", part="all")
    assert found["hits@10"].mean == pytest.approx(1 / 3)
    assert found["hits@100"].mean == pytest.approx(2 / 3)
    assert found["MRR"].mean == pytest.approx((1 + 1 / 50 + 1 / 200) / 3)
    assert found["hits@100"].values.tolist() == [1, 0]
    assert found["hits@100"].weights.tolist() == [2, 1]
    assert measure_ranked(ranked, system="s", part="cold")["hits@100"].mean == 1


def test_parts_say_for_whom_a_figure_is() -> None:
    history = toy_history()
    assert find_large_countries(history) == frozenset({"FR", "ES", "DE"})

    def parts(hidden: str, *rest: str) -> frozenset[str]:
        return find_parts(
            history,
            history.columns[hidden],
            history.find_columns(rest),
            hidden=ORGANISATIONS[hidden],
            rest=[ORGANISATIONS[each] for each in rest],
            large_countries=frozenset({"FR"}),
        )

    # The firm shared two projects with the lab, and one with the town.
    assert parts("firm", "lab") == {"all", "new_kind", "sme", "large_countries", "few_projects"}
    assert parts("firm", "town", "fresh") == {
        "all",
        "cold",
        "sme",
        "large_countries",
        "few_projects",
    }
    assert parts("port", "town") == {
        "all",
        "cold",
        "other_kinds",
        "other_countries",
        "one_project",
    }


def test_a_task_is_measured_with_every_system(tmp_path: Path) -> None:
    found = evaluate_consortia(toy_consortia(), tools=tools(tmp_path))
    assert (found.n_queries, found.n_judged, found.n_candidates) == (4, 3, 5)
    assert list(found.figures) == list(CONSORTIUM_SYSTEMS)
    assert found.n_in_parts["newcomers"] == 1
    assert found.n_in_parts["all"] == 3
    assert found.main_measure == "hits@100"
    # Lab (3 projects) and firm (2) lead by popularity; the town is one of three with one.
    assert found.runs["popularity"]["p4/lab"] == ["lab", "port", "school"]
    assert found.figures["popularity"]["MRR"].value == pytest.approx((1 + 1 + 1 / 3) / 3)
    # Hidden, the town shared p2 with firm and lab; nobody else that is left met them but
    # the school, once with the lab.
    assert found.runs["co-participation"]["p4/town"] == ["town", "school", "port"]
    assert {each.ours for each in found.comparisons} == {"roadmapfit", "no-network"}


def test_all_splits_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="window by window"):
        evaluate_consortia(toy_consortia(), tools=tools(tmp_path), chosen=Chosen.ALL)
    with pytest.raises(InputError):
        evaluate_consortia(toy_consortia(), tools=tools(tmp_path), systems=["bm25"])


# --- ANR ----------------------------------------------------------------------------


def test_anr_partners_become_consortia(tmp_path: Path) -> None:
    header = (
        "Projet.Code_Decision_ANR;Projet.Acronyme;Projet.Partenaire.Est_coordinateur;"
        "Projet.Partenaire.Nom_organisme;Projet.Partenaire.Categorie_organisme;"
        "Projet.Partenaire.Code_RNSR;Projet.Partenaire.Adresse.Region;"
        "Projet.Partenaire.Adresse.Pays"
    )
    rows = (
        "ANR-20-CE05-0001;SOL;True;Labo du Sud;Laboratoire public;200012345X;Occitanie;France",
        "ANR-20-CE05-0001;SOL;False;Société Éole, S.A.;Entreprise autre que TPE ou PME;;;France",
        "ANR-21-PETQ-0002;MER;True;SOCIETE EOLE SA;PME;;Bretagne;France",
        "autre;X;True;Personne;PME;;;France",
    )
    home = tmp_path / "anr"
    home.mkdir()
    (home / "anr-partenaires.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    (home / "anr-projets-fr-en.json").write_text(
        '{"columns": ["Projet.Code_Decision_ANR", "Projet.Titre.Francais",'
        ' "Projet.Resume.Francais"], "data": [["ANR-20-CE05-0001", "Soleil", "Il chauffe."]]}',
        encoding="utf-8",
    )
    task = load_anr_consortia(tmp_path)
    assert [(each.id, each.title, each.programme) for each in task.projects] == [
        ("anr:ANR-20-CE05-0001", "Soleil", "AAPG"),
        ("anr:ANR-21-PETQ-0002", "", "PETQ"),
    ]
    # Names are compared without case, accents and punctuation, and no further.
    assert [(each.id, str(each.kind)) for each in task.organisations] == [
        ("rnsr:200012345X", "laboratory"),
        ("name:societe eole s a", "company"),
        ("name:societe eole sa", "sme"),
    ]
    assert len(task.participations) == 3
    assert task.windows["test"].holds(task.projects[1])
    assert not task.windows["test"].holds(task.projects[0])


def test_projects_without_any_text_are_measured_by_the_rest(tmp_path: Path) -> None:
    blank = [replace(each, abstract="") for each in toy_projects()]
    found = evaluate_consortia(toy_consortia(blank), tools=tools(tmp_path))
    assert found.n_judged == 3
    assert found.figures["roadmapfit"]["hits@10"].value == 1
