"""A folder of open data, laid out as the real one and small enough to be worked out by hand.

By hash, the first topic is in the test split and the others are not; of the ANR codes,
``ANR-19-CE38-0007`` and ``ANR-11-BLAN-0001`` are.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

AIR, HEAT, BIO, WASTE, ERC, MSCA = (
    "HORIZON-CL5-2021-D2-01-01",
    "HORIZON-CL5-2021-D2-01-02",
    "HORIZON-CL6-2022-CIRCBIO-01-03",
    "HORIZON-CL6-2022-CIRCBIO-01-04",
    "ERC-2021-STG",
    "HORIZON-MSCA-2021-PF-01-01",
)
TOPIC_TITLES = {
    AIR: "Direct air capture",
    HEAT: "Storage of heat",
    BIO: "Bio-based plastics",
    WASTE: "Circular use of waste",
    ERC: "ERC starting grants",
    MSCA: "Postdoctoral fellowships",
}
# Number, topic, title, objective.
CORDIS_PROJECTS = (
    ("1", AIR, "SOLAR", "Carbon from the air. It becomes fuel. The sun drives it all day long."),
    ("2", AIR, "FILTER", "A filter takes carbon dioxide out of the air of a large city."),
    ("3", HEAT, "SALT", "Molten salt keeps the heat of the summer until the winter comes."),
    ("4", BIO, "ALGAE", "Algae become a plastic that rots in the sea within a single year."),
    ("5", MSCA, "FELLOW", "A fellow studies how the clouds form above the warm oceans."),
    ("6", ERC, "PROOF", "A proof of an old theorem on prime numbers in short intervals."),
    ("7", BIO, "BLANK", " "),
)
GRADES = (
    ("1", "/climate", "100"),
    ("1", "/ai", "40"),
    ("2", "/climate", "100"),
    ("2", "/ai", "100"),
    ("3", "/climate", "40"),
    ("4", "/climate", "0"),
    ("4", "/ai", "100"),
    ("5", "/climate", "100"),
    ("6", "/ai", "100"),
    ("6", "/oceans", "100"),
    ("99", "/climate", "100"),
)
FIELD_LABELS = (
    ("/23", "natural sciences", "sciences naturelles"),
    ("/23/49", "chemistry", "chimie"),
    ("/23/49/7", "polymers", "polymères"),
    ("/25", "engineering", "ingénierie"),
)
PROJECT_FIELDS = (
    ("1", "/23/49"),
    ("1", "/25"),
    ("4", "/23/49/7"),
    ("4", "/23"),
    ("5", "/25"),
    ("3", "/99"),
)
# Topic code, numbered cluster, destination, whether the code begins as the call's.
DESTINATIONS = (
    (AIR, "5. Climate, Energy and Mobility", "Energy Supply", "True"),
    (HEAT, "5. Climate, Energy and Mobility", "Climate Science", "True"),
    (BIO, "6. Food", "Food Systems", "False"),
    (WASTE, "Missions", "Energy Supply", "True"),
    ("HORIZON-OLD", "", "Energy Supply", "True"),
)
COMMITTEES = (("CE05", "Une énergie durable "), ("CE38", "Interfaces numériques"))
# Code, French title and abstract, English title and abstract.
ANR_PROJECTS = (
    ("ANR-20-CE05-0001", "Chaleur", "La chaleur se stocke.", "Heat", "Heat is stored."),
    ("ANR-19-CE38-0007", "Musique", "La musique se joue.", "Music", "Music is played."),
    ("ANR-19-CE38-0002", "Danse", "La danse se filme.", "Dance", None),
    ("ANR-11-BLAN-0001", "Roches", "Les roches fondent.", "", "Rocks melt."),
)
LONG = "Un abrégé assez long pour être lu. " * 6
# Abstract, domain, number.
LAUREATES = (
    (f"A. {LONG}", "Biotechnologies et pharmacie", "J01"),
    (f"B. {LONG}", "Informatique, logiciel & TIC", "J02"),
    (f"B. {LONG}", "Informatique, logiciel & TIC", "J03"),
    (f"C. {LONG}", "Cuisine", "J04"),
    ("D. Trop court.", "Technologies médicales", "J05"),
    (None, "Technologies médicales", None),
)
PASSAGES = {
    "avalon": (("avalon-0", "Food for all."), ("avalon-1", "New roads."), ("avalon-2", " ")),
    "brasil": (("brasil-0", "Clean rivers."), ("brasil-1", "More schools.")),
    "cocagne": (("cocagne-0", "Rivers are protected."),),
}
# Target, its text, the experts' sentence, the paragraphs that carry it.
MATCHES = {
    "avalon": (
        ("2.1", "End hunger", "ü\u00a0 Food for all[1] ", ("avalon-0",)),
        ("2.1", "End hunger", "Roads to the markets", ("avalon-0", "avalon-1", "gone-9")),
        ("2.1", "End hunger", "More land", ()),
        ("6.3", "Clean water", "(Lakes) are clean[12];", ()),
    ),
    "brasil": (("6.3", "Clean water", "- Rivers are clean", ("brasil-0",)),),
    "cocagne": (
        ("6.3", "Clean water", "Rivers are clean", ("cocagne-0",)),
        ("2.1", "End hunger", "Roads to the markets", ()),
    ),
}

HEADINGS = {
    "A2": "SDGs Goals/Targets",
    "D2": "National Development Plan\nIdentify closest Goal/Target",
    "E2": "Identify National Indicators for the Specific Targets",
    "G2": "Alignment?\n(partial=P; total=T)",
    "I2": "Any relevant comment?",
    "B3": "Goal 2. End hunger",
    "B4": "2.1 End hunger by 2030",
    "B5": "6.3 Improve the quality of water",
    "B6": "Trade 17.11 Increase exports",
    "B7": "6.b Support local communities",
    "B149": "Document title",
}
SHEETS = {
    "Overview": {"A1": "Everything", "B4": "2.1 End hunger by 2030"},
    "Sectoral Plan 1": {
        **HEADINGS,
        "D4": "¬ Strategy 1.1: Grow food\nStrategy 1.2: Irrigate",
        "E4": "1. Tonnes of food\n2.Farms with water",
        "G4": "T",
        "I4": "A comment of the experts",
        "D5": "Strategy 1.2: Irrigate",
        "D6": "Strategy 1.3: Sell abroad",
        "E6": "1. Tonnes of food",
        "G6": "p",
        "B150": "Goal 1: Agriculture",
    },
    "Sectoral Plan 2": {**HEADINGS, "B150": "enter name here", "I4": "Nothing"},
    # Another order of columns, and no title.
    "Sectoral Plan 3": {
        "H2": "Alignment? (partial=P; total=T)",
        "C2": "National Development Plan identify closest Goal/Target",
        "B4": "2.1 End hunger by 2030",
        "C4": "Feed the cities",
        "H4": "P",
        "B149": "Document title",
        "B150": "enter name here",
    },
}


def write_data_folder(root: Path) -> Path:
    """Write every file that a task reads, and return the folder."""
    write_cordis(root)
    write_csv(
        root / "cordis" / "policy_priorities.csv",
        ("project_id", "code", "title", "weight"),
        [(project, code, "", weight) for project, code, weight in GRADES],
    )
    write_csv(
        root / "cordis" / "policy_priority_definitions.csv",
        ("code", "title", "description"),
        [
            ("/climate", "Climate action", "Less warming."),
            ("/ai", "Artificial intelligence", "AI."),
        ],
    )
    write_csv(
        root / "euroscivoc" / "euroscivoc_labels_6lang.csv",
        ("code", "notation", "label_en", "label_fr"),
        [(code, "", english, french) for code, english, french in FIELD_LABELS],
    )
    write_csv(
        root / "horizon-destinations" / "topic_to_destination.csv",
        ("topic_code", "topic_title", "clusterName", "destination", "call_prefix_ok"),
        [(code, "", cluster, name, is_sure) for code, cluster, name, is_sure in DESTINATIONS],
    )
    write_csv(
        root / "anr" / "anr_ces_committees_aapg2022.csv",
        ("axe_aapg_2022", "ces", "comite_fr", "category_repo"),
        [("", code, title, "") for code, title in COMMITTEES],
    )
    write_anr(root)
    write_laureates(root)
    for country in PASSAGES:
        write_country(root, country)
    write_workbook(root / "undp-ria" / "Bahamas.xlsx", SHEETS)
    return root


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (",".join(f'"{cell}"' for cell in row) for row in (header, *rows))
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")


def write_cordis(root: Path) -> None:
    path = root / "cordis" / "cordis-HORIZONprojects-csv.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    projects = [
        {
            "id": number,
            "title": title,
            "topics": topic,
            "masterCall": topic.rpartition("-")[0],
            "objective": objective,
            "frameworkProgramme": "HORIZON",
        }
        for number, topic, title, objective in CORDIS_PROJECTS
    ]
    # A topic without a project comes with a project that has no text.
    projects.append(
        {
            "id": "8",
            "title": "EMPTY",
            "topics": WASTE,
            "masterCall": WASTE.rpartition("-")[0],
            "frameworkProgramme": "HORIZON",
        }
    )
    topics = [
        {"projectID": row["id"], "topic": row["topics"], "title": TOPIC_TITLES[row["topics"]]}
        for row in projects
    ]
    fields = [{"projectID": number, "euroSciVocCode": code} for number, code in PROJECT_FIELDS]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.csv", _render_cordis(_PROJECT_COLUMNS, projects))
        archive.writestr("organization.csv", _render_cordis(_ORGANISATION_COLUMNS, []))
        archive.writestr("topics.csv", _render_cordis("projectID topic title", topics))
        archive.writestr("euroSciVoc.csv", _render_cordis("projectID euroSciVocCode", fields))


_PROJECT_COLUMNS = (
    "id acronym status title startDate endDate totalCost ecMaxContribution legalBasis topics"
    " ecSignatureDate frameworkProgramme masterCall fundingScheme objective keywords"
)
_ORGANISATION_COLUMNS = (
    "projectID organisationID name SME activityType city country role ecContribution"
)


def _render_cordis(columns: str, rows: Sequence[dict[str, str]]) -> str:
    names = columns.split()
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "\ufeff" + "".join(";".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def write_anr(root: Path) -> None:
    columns = ["Projet.Code_Decision_ANR"]
    columns += [f"Projet.{part}.Francais" for part in ("Titre", "Resume")]
    columns += [f"Projet.{part}.Anglais" for part in ("Titre", "Resume")]
    content = {"columns": columns, "data": ANR_PROJECTS}
    path = root / "anr" / "anr-projets-fr-en.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def write_laureates(root: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = root / "ilab" / "ilab_laureates_deidentified.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ("Résumé", "Domaine technologique", "Identifiant")
    cells = zip(*LAUREATES, strict=True)
    pq.write_table(pa.table(dict(zip(columns, cells, strict=True))), path)


def write_country(root: Path, country: str) -> None:
    folder = root / "undp-ria" / country
    folder.mkdir(parents=True, exist_ok=True)
    passages = [
        {"id": found, "document": "plan", "text": text} for found, text in PASSAGES[country]
    ]
    matches = [
        {"target": target, "target_text": text, "match": sentence, "passage_ids": found}
        for target, text, sentence, found in MATCHES[country]
    ]
    for name, rows in (("passages", passages), ("matches", matches)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(f"{lines}\n", encoding="utf-8")


def write_workbook(path: Path, sheets: dict[str, dict[str, str]]) -> None:
    """Write the few parts of an Excel workbook that hold its cells.

    Texts are shared strings, as Excel writes them; the first of a sheet stands in its
    cell instead, and the second is the value of a formula.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    shared: list[str] = []
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links, listed, members = "", "", {}
    for number, (name, cells) in enumerate(sheets.items(), start=1):
        links += f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.xml"/>'
        listed += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        written = ""
        for order, (place, text) in enumerate(cells.items()):
            kinds = {
                0: f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>',
                1: f'<c r="{place}" t="str"><f>A1</f><v>{escape(text)}</v></c>',
            }
            written += kinds.get(order, f'<c r="{place}" t="s"><v>{len(shared)}</v></c>')
            shared.append(text)
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet {main}><sheetData><row>{written}<c r="Z9"/></row></sheetData></worksheet>'
        )
    # A text whose font changes midway is in runs.
    entries = "".join(
        f"<si><r><t>{escape(text[:3])}</t></r><r><t>{escape(text[3:])}</t></r></si>"
        for text in shared
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}>{entries}</sst>")
        for member, content in members.items():
            archive.writestr(member, content)
