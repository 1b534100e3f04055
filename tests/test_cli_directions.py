"""The commands that ask for partners from the other side."""

from __future__ import annotations

import pytest

from shell import Shell

SOLAR_TEXT = "Solar panels feed a battery at night for the farmers of two cities."


def test_carriers_name_who_already_works_on_the_item(shell: Shell) -> None:
    found = shell.read("carriers", "toys", "pole-nord/solaire", "--set", "2")
    carriers = {each["organisation_id"]: each["aligned_project_ids"] for each in found["carriers"]}
    assert carriers == {"labo-batterie": [], "ecole-solaire": ["helios"]}
    assert [each["organisation_id"] for each in found["set"]["partners"]] == ["ecole-solaire"]
    said = shell.run("carriers", "toys", "pole-nord/solaire", "--set", "2").stdout
    assert said.startswith("Who could carry “Énergie solaire” (Feuille de route du Pôle Nord")
    assert "École du solaire works on it already: HELIOS" in said
    assert "One small set closes 100% of the open need:" in said


def test_an_unknown_item_or_organisation_is_refused(shell: Shell) -> None:
    for command in ("carriers", "organisation", "neighbours"):
        ran = shell.run(command, "toys", "nobody")
        assert (ran.exit_code, "nobody" in ran.stderr) == (1, True)


def test_an_organisation_is_shown_with_proof_and_place(shell: Shell) -> None:
    found = shell.read("organisation", "toys", "electrolys")
    assert [(each["project_id"], each["role"]) for each in found["competences"]] == [
        (None, None),
        ("hydroport", "coordinator"),
    ]
    assert found["n_left"] == 1
    assert [each["item_id"] for each in found["items"]] == ["pole-nord/hydrogene"]
    assert found["documents"] == [{"document_id": "pole-nord", "n_aligned": 1, "n_items": 2}]
    said = shell.run("organisation", "toys", "electrolys").stdout
    assert said.splitlines()[0] == "Électrolys [invented] · SME · Hauts-de-France"
    assert "Projects that it left, which prove nothing: 1" in said
    assert "1 of 2" in said


def test_neighbours_say_what_they_add(shell: Shell) -> None:
    (found,) = shell.read("neighbours", "toys", "pole-nord")["neighbours"]
    assert (found["document_id"], found["shared"], found["complement"]) == ("pole-sud", [], 0)
    assert found["new_item_ids"] == ["pole-sud/health-data", "pole-sud/water"]
    said = shell.run("neighbours", "toys", "pole-nord").stdout
    assert "What you do not have: Health data, Water reuse" in said


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (("--kind", "laboratory"), ["labo-batterie"]),
        (("--territory", "Occitanie"), ["ecole-solaire", "labo-batterie"]),
        (("--country", "DE"), []),
    ],
)
def test_partners_can_be_kept_to_types_and_places(
    shell: Shell, options: tuple[str, ...], kept: list[str]
) -> None:
    found = shell.read("partners", "toys", "--text", SOLAR_TEXT, *options)
    both = [*found["partners"], *found["newcomers"]]
    assert [each["organisation_id"] for each in both] == kept


def test_needs_roles_and_feasibility_are_told(shell: Shell) -> None:
    asked = ("partners", "toys", "--text", SOLAR_TEXT, "--why")
    found = shell.read(*asked)
    assert found["needs"] == [
        {"need": SOLAR_TEXT, "openness": 1.0, "is_telling": True, "facets": ["role"]}
    ]
    roles = {each["role"]: each["word"] for each in found["roles"] if each["is_open"]}
    assert roles == {"end-user": "farmers", "territory": "cities"}
    assert found["partners"][0]["feasibility"]["typical_eur"] == 200_000
    said = shell.run(*asked).stdout
    assert "Missing: an end user; the text speaks of it (“farmers”) and no member can be it" in said
    assert "Feasibility: usually gets €200k a project" in said


def test_a_budget_leaves_out_who_has_no_price(shell: Shell) -> None:
    asked = ("partners", "toys", "--text", SOLAR_TEXT, "--set", "3", "--budget", "250000")
    found = shell.read(*asked)["set"]
    assert [each["organisation_id"] for each in found["partners"]] == ["ecole-solaire"]
    assert (found["typical_eur"], found["n_without_price"]) == (200_000, 1)
    assert "Left out, for no past funding of theirs is known: 1" in shell.run(*asked).stdout
