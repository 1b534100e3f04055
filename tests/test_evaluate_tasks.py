"""Tasks made from a small data folder: every query, candidate and judgement by value."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from roadmapfit.errors import InputError
from roadmapfit.evaluate.tasks import (
    TASKS,
    Task,
    Text,
    check_task,
    is_held_out,
    load_anr_committees,
    load_anr_titles,
    load_cordis_topics,
    load_destinations,
    load_fields,
    load_laureate_domains,
    load_laureates,
    load_policies,
    load_siblings,
    load_targets,
)
from roadmapfit.records import OwnerKind
from task_data import LONG, write_csv, write_data_folder

AIR = "cordis-he-cl5/horizon-cl5-2021-d2-01-01"
HEAT = "cordis-he-cl5/horizon-cl5-2021-d2-01-02"
BIO = "cordis-he-cl6/horizon-cl6-2022-circbio-01-03"
WASTE = "cordis-he-cl6/horizon-cl6-2022-circbio-01-04"
DIGITAL = "Numérique, technologies logicielles & communication"
LIFE = "Pharmacie, Sciences du vivant & Biotechnologies"
ENERGY = "climate-energy-and-mobility/energy-supply"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data_folder(tmp_path)


@pytest.fixture
def topics(data: Path) -> Task:
    return load_cordis_topics(data)


def list_ids(texts: tuple[Text, ...]) -> list[str]:
    return [text.id for text in texts]


def test_one_key_in_five_is_for_testing() -> None:
    keys = [str(number) for number in range(5000)]
    assert sum(is_held_out(key) for key in keys) == 1042
    assert [is_held_out(topic) for topic in (AIR, HEAT, BIO)] == [True, False, False]


def test_thematic_projects_have_their_topic(topics: Task) -> None:
    assert topics.name == "cordis-topics"
    assert topics.query_kind is OwnerKind.PROJECT
    # Not the fellowship, the starting grant, nor those without an abstract.
    assert list_ids(topics.queries) == ["cordis:1", "cordis:2", "cordis:3", "cordis:4"]
    assert topics.queries[1] == Text(
        "cordis:2",
        "FILTER",
        "A filter takes carbon dioxide out of the air of a large city.",
        "en",
    )
    assert topics.candidates == (
        Text(AIR, "Direct air capture", "", "en"),
        Text(HEAT, "Storage of heat", "", "en"),
        Text(BIO, "Bio-based plastics", "", "en"),
        Text(WASTE, "Circular use of waste", "", "en"),
        Text("cordis-he-erc/erc-2021-stg", "ERC starting grants", "", "en"),
        Text("cordis-he-msca/horizon-msca-2021-pf-01-01", "Postdoctoral fellowships", "", "en"),
    )
    assert topics.relevant == {
        "cordis:1": {AIR},
        "cordis:2": {AIR},
        "cordis:3": {HEAT},
        "cordis:4": {BIO},
    }


def test_topics_of_the_same_call_are_ambiguous(topics: Task) -> None:
    assert topics.ambiguous == {
        "cordis:1": {HEAT},
        "cordis:2": {HEAT},
        "cordis:3": {AIR},
        "cordis:4": {WASTE},
    }


def test_projects_of_one_topic_are_in_one_split(topics: Task) -> None:
    assert topics.held_out == {"cordis:1", "cordis:2"}


def test_a_project_is_found_by_the_number_that_cordis_gives_it(topics: Task) -> None:
    assert topics.find_queries(["2", "5", "cordis:1"]) == (["cordis:2", "cordis:1"], ["5"])


def test_the_first_sentences_of_a_sibling_stand_for_a_topic(topics: Task) -> None:
    siblings = load_siblings(topics, n_sentences=1)
    # Short sentences are one passage with the next.
    bodies = {text.id: text.body for text in siblings.candidates}
    assert bodies == {
        AIR: "Carbon from the air. It becomes fuel. The sun drives it all day long.",
        HEAT: "Molten salt keeps the heat of the summer until the winter comes.",
        BIO: "Algae become a plastic that rots in the sea within a single year.",
    }
    assert list_ids(siblings.queries) == ["cordis:2"]
    assert siblings.relevant == {"cordis:2": {AIR}}
    assert siblings.ambiguous == {"cordis:2": {HEAT}}
    assert siblings.held_out == {"cordis:2"}
    assert siblings.aliases == {"2": ("cordis:2",)}


def test_fields_are_labels_and_those_above_are_ambiguous(data: Path, topics: Task) -> None:
    fields = load_fields(data, language="fr", topics=topics)
    assert fields.name == "cordis-fields-fr"
    assert fields.candidates == (
        Text("/23", "sciences naturelles", "", "fr"),
        Text("/23/49", "chimie", "", "fr"),
        Text("/23/49/7", "polymères", "", "fr"),
        Text("/25", "ingénierie", "", "fr"),
    )
    # An unknown code is passed over, and so is a project that is not thematic.
    assert list_ids(fields.queries) == ["cordis:1", "cordis:4"]
    assert fields.relevant == {"cordis:1": {"/23/49", "/25"}, "cordis:4": {"/23/49/7", "/23"}}
    assert fields.ambiguous == {"cordis:1": {"/23"}, "cordis:4": {"/23/49"}}
    assert fields.held_out == {"cordis:1"}


def test_fields_may_be_english(data: Path, topics: Task) -> None:
    fields = load_fields(data, language="en", topics=topics)
    assert fields.candidates[2] == Text("/23/49/7", "polymers", "", "en")


def test_destinations_are_those_of_sure_rows(data: Path, topics: Task) -> None:
    task = load_destinations(data, topics=topics)
    assert task.candidates == (
        Text(ENERGY, "Climate, Energy and Mobility: Energy Supply", "", "en"),
        Text(
            "climate-energy-and-mobility/climate-science",
            "Climate, Energy and Mobility: Climate Science",
            "",
            "en",
        ),
        Text("missions/energy-supply", "Missions: Energy Supply", "", "en"),
    )
    assert task.relevant == {
        "cordis:1": {ENERGY},
        "cordis:2": {ENERGY},
        "cordis:3": {"climate-energy-and-mobility/climate-science"},
    }
    assert list_ids(task.queries) == ["cordis:1", "cordis:2", "cordis:3"]
    assert task.held_out == {"cordis:1", "cordis:2"}


def test_a_destination_under_another_cluster_is_ambiguous(data: Path, topics: Task) -> None:
    assert load_destinations(data, topics=topics).ambiguous == {
        "cordis:1": {"missions/energy-supply"},
        "cordis:2": {"missions/energy-supply"},
        "cordis:3": set(),
    }


def test_policies_are_graded(data: Path) -> None:
    task = load_policies(data)
    assert task.candidates == (
        Text("/climate", "Climate action", "Less warming.", "en"),
        Text("/ai", "Artificial intelligence", "AI.", "en"),
    )
    assert task.grades == {
        "cordis:1": {"/climate": 1.0, "/ai": 0.4},
        "cordis:2": {"/climate": 1.0, "/ai": 1.0},
        "cordis:4": {"/ai": 1.0},
        "cordis:6": {"/ai": 1.0},
    }
    assert task.relevant == {
        "cordis:1": {"/climate"},
        "cordis:2": {"/climate", "/ai"},
        "cordis:4": {"/ai"},
        "cordis:6": {"/ai"},
    }
    assert task.ambiguous == {
        "cordis:1": {"/ai"},
        "cordis:2": set(),
        "cordis:4": set(),
        "cordis:6": set(),
    }


def test_policies_leave_fellowships_out_and_split_by_topic(data: Path) -> None:
    task = load_policies(data)
    # 3 has no policy in full, 5 is a fellowship, 99 is not in the export.
    assert list_ids(task.queries) == ["cordis:1", "cordis:2", "cordis:4", "cordis:6"]
    assert task.held_out == {"cordis:1", "cordis:2"}


def test_a_weight_that_is_no_number_is_named(data: Path) -> None:
    write_csv(
        data / "cordis" / "policy_priorities.csv",
        ("project_id", "code", "weight"),
        [("1", "/ai", "lots")],
    )
    with pytest.raises(InputError, match=r"policy_priorities\.csv.*'lots'") as caught:
        load_policies(data)
    assert caught.value.code == "task_file_damaged"


def test_titles_have_the_abstract_of_their_project(data: Path) -> None:
    task = load_anr_titles(data, title="fr", abstract="en")
    assert task.name == "anr-titles-fr-en"
    assert task.query_kind is OwnerKind.ITEM
    # One project has no English abstract, and nothing else could be right for its title.
    assert task.queries == (
        Text("ANR-20-CE05-0001", "Chaleur", "", "fr"),
        Text("ANR-19-CE38-0007", "Musique", "", "fr"),
        Text("ANR-11-BLAN-0001", "Roches", "", "fr"),
    )
    assert task.candidates == (
        Text("ANR-20-CE05-0001", "", "Heat is stored.", "en"),
        Text("ANR-19-CE38-0007", "", "Music is played.", "en"),
        Text("ANR-11-BLAN-0001", "", "Rocks melt.", "en"),
    )
    assert task.relevant["ANR-19-CE38-0007"] == {"ANR-19-CE38-0007"}
    assert task.held_out == {"ANR-19-CE38-0007", "ANR-11-BLAN-0001"}


@pytest.mark.parametrize(
    ("title", "abstract", "queries", "n_candidates"),
    [
        ("en", "fr", ["Heat", "Music", "Dance"], 4),
        ("fr", "fr", ["Chaleur", "Musique", "Danse", "Roches"], 4),
        ("en", "en", ["Heat", "Music"], 3),
    ],
)
def test_titles_in_each_pair_of_languages(
    data: Path, title: str, abstract: str, queries: list[str], n_candidates: int
) -> None:
    task = load_anr_titles(data, title=title, abstract=abstract)
    assert [query.title for query in task.queries] == queries
    assert len(task.candidates) == n_candidates


def test_committees_are_read_from_the_code(data: Path) -> None:
    task = load_anr_committees(data, language="en")
    assert task.candidates == (
        Text("CE05", "Une énergie durable", "", "fr"),
        Text("CE38", "Interfaces numériques", "", "fr"),
    )
    assert task.queries == (
        Text("ANR-20-CE05-0001", "Heat", "Heat is stored.", "en"),
        Text("ANR-19-CE38-0007", "Music", "Music is played.", "en"),
    )
    assert task.relevant == {"ANR-20-CE05-0001": {"CE05"}, "ANR-19-CE38-0007": {"CE38"}}
    assert task.held_out == {"ANR-19-CE38-0007"}


def test_laureates_have_the_present_name_of_their_domain(data: Path) -> None:
    task = load_laureate_domains(data)
    # Once each, by hash; not the short one, the unknown domain, nor the empty one.
    digests = {name: hashlib.sha256(f"{name}. {LONG}".encode()).hexdigest()[:16] for name in "AB"}
    assert task.queries == (
        Text(f"ilab-{digests['B']}", "", f"B. {LONG}", "fr"),
        Text(f"ilab-{digests['A']}", "", f"A. {LONG}", "fr"),
    )
    assert list(task.relevant.values()) == [{DIGITAL}, {LIFE}]
    assert DIGITAL in list_ids(task.candidates)
    assert load_laureates(data, n_texts=1) == task.queries[:1]
    assert load_laureate_domains(data, n_texts=1).queries == task.queries[:1]


def test_a_laureate_is_found_by_each_number_it_has(data: Path) -> None:
    task = load_laureate_domains(data)
    computing, pharmacy = (query.id for query in task.queries)
    found, unknown = task.find_queries(["J01", "J02", "J03", "J04"])
    assert (found, unknown) == ([pharmacy, computing], ["J04"])


def test_targets_are_those_in_the_language_asked_for(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "sdg-targets" / "sdg_goals_targets_indicators_en_fr.csv",
        ("level", "key", "en", "fr"),
        [("goal", "1-short", "No poverty", "Pas de pauvreté"), ("target", "1-1", "End", "Finir")],
    )
    assert load_targets(tmp_path, language="fr") == (Text("sdg-1-1-fr", "", "Finir", "fr"),)


@pytest.mark.parametrize("name", list(TASKS))
def test_every_task_loads_under_its_name(data: Path, name: str) -> None:
    task = TASKS[name](data)
    known = {candidate.id for candidate in task.candidates}
    ids = {query.id for query in task.queries}
    assert task.name == name
    assert [query for query, right in task.relevant.items() if not right or right - known] == []
    assert ids == task.relevant.keys() | task.matches.keys()
    assert ids >= task.held_out | task.ambiguous.keys() | task.past.keys() | task.grades.keys()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cordis-topics", "cordis/cordis-HORIZONprojects-csv.zip"),
        ("cordis-destinations", "horizon-destinations/topic_to_destination.csv"),
        ("cordis-policies", "cordis/policy_priorities.csv"),
        ("cordis-policies", "cordis/policy_priority_definitions.csv"),
        ("cordis-fields-en", "euroscivoc/euroscivoc_labels_6lang.csv"),
        ("anr-titles-fr-fr", "anr/anr-projets-fr-en.json"),
        ("anr-committees-fr", "anr/anr_ces_committees_aapg2022.csv"),
        ("ilab-domains", "ilab/ilab_laureates_deidentified.parquet"),
        ("undp-ria", "undp-ria/brasil/matches.jsonl"),
        ("undp-ria", "undp-ria/brasil/passages.jsonl"),
        ("bahamas-coverage", "undp-ria/Bahamas.xlsx"),
    ],
)
def test_a_missing_file_is_named_with_its_place(data: Path, name: str, file: str) -> None:
    (data / file).unlink()
    with pytest.raises(InputError) as caught:
        TASKS[name](data)
    assert caught.value.code == "task_file_missing"
    assert caught.value.values == {"file": file, "folder": str(data)}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cordis-destinations", "horizon-destinations/topic_to_destination.csv"),
        ("anr-titles-fr-fr", "anr/anr-projets-fr-en.json"),
        ("ilab-domains", "ilab/ilab_laureates_deidentified.parquet"),
        ("undp-ria", "undp-ria/brasil/matches.jsonl"),
        ("bahamas-coverage", "undp-ria/Bahamas.xlsx"),
    ],
)
def test_a_damaged_file_is_named(data: Path, name: str, file: str) -> None:
    (data / file).write_bytes(b"\xff\xfe\x00 nothing of the kind")
    with pytest.raises(InputError) as caught:
        TASKS[name](data)
    assert caught.value.code == "task_file_damaged"
    assert caught.value.values["file"] == file


@pytest.mark.parametrize(
    ("name", "file", "content", "missing", "found"),
    [
        ("anr-committees-fr", "anr/anr_ces_committees_aapg2022.csv", "ces\n", "comite_fr", "ces"),
        ("anr-committees-fr", "anr/anr_ces_committees_aapg2022.csv", "", "ces, comite_fr", "–"),
        ("undp-ria", "undp-ria/brasil/passages.jsonl", '{"id": "1"}', "text", "id"),
        (
            "cordis-fields-fr",
            "euroscivoc/euroscivoc_labels_6lang.csv",
            "code,label_en\n",
            "label_fr",
            "code, label_en",
        ),
    ],
)
def test_missing_columns_are_named(
    data: Path, name: str, file: str, content: str, missing: str, found: str
) -> None:
    (data / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        TASKS[name](data)
    assert caught.value.code == "task_columns_missing"
    assert caught.value.values == {"file": file, "missing": missing, "columns": found}


def test_a_task_without_queries_says_so(data: Path) -> None:
    write_csv(
        data / "anr" / "anr_ces_committees_aapg2022.csv", ("ces", "comite_fr"), [("CE99", "")]
    )
    with pytest.raises(InputError, match="0 queries and 1 candidates") as caught:
        TASKS["anr-committees-fr"](data)
    assert caught.value.code == "task_empty"


def test_two_texts_of_one_id_are_refused() -> None:
    twice = (Text("a", "One", "", "en"), Text("a", "Two", "", "en"))
    task = Task("t", twice[:1], twice, {"a": frozenset("a")}, {}, frozenset())
    with pytest.raises(InputError, match="2 texts with the id “a”") as caught:
        check_task(task, folder="data")
    assert caught.value.code == "task_repeated_id"
