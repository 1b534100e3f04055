"""CORDIS zips: small ones worked out by hand, and the real one where it is at hand."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from roadmapfit.errors import InputError
from roadmapfit.readers.cordis import read_cordis
from roadmapfit.readers.cordis_programmes import find_part
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Problem,
    Project,
    Role,
    StrategyItem,
)

Row = dict[str, str]

PROJECT_COLUMNS = (
    "id acronym status title startDate endDate totalCost ecMaxContribution legalBasis topics"
    " ecSignatureDate frameworkProgramme masterCall subCall fundingScheme nature objective"
    " contentUpdateDate rcn grantDoi keywords"
)
ORGANISATION_COLUMNS = (
    "projectID projectAcronym organisationID vatNumber name shortName SME activityType street"
    " postCode city country nutsCode geolocation organizationURL contactForm contentUpdateDate rcn"
    " order role ecContribution netEcContribution totalCost endOfParticipation active"
)
SOLAR = {
    "id": "101069359",
    "acronym": "SolDAC",
    "status": "SIGNED",
    "title": "Solar direct air  capture",
    "startDate": "2022-09-01",
    "endDate": "2025-08-31",
    "totalCost": "2073781,25",
    "ecMaxContribution": "1000000,5",
    "legalBasis": "HORIZON.2.5",
    "topics": "HORIZON-CL5-2021-D2-01-11",
    "ecSignatureDate": "2022-05-12",
    "frameworkProgramme": "HORIZON",
    "masterCall": "HORIZON-CL5-2021-D2-01",
    "subCall": "HORIZON-CL5-2021-D2-01",
    "fundingScheme": "HORIZON-RIA",
    "objective": "Ethylene from air;\nand from the sun.",
    "keywords": "solar energy,  air mining, Solar Energy",
}
STARTING = {
    "id": "101039572",
    "acronym": "GRANT",
    "status": "CLOSED",
    "title": "A starting grant",
    "startDate": "2022-01-01",
    "endDate": "2026-12-31",
    "totalCost": "0",
    "ecMaxContribution": "1500000",
    "legalBasis": "HORIZON.1.1",
    "topics": "ERC-2021-STG",
    "ecSignatureDate": "",
    "frameworkProgramme": "HORIZON",
    "masterCall": "ERC-2021-STG",
    "fundingScheme": "HORIZON-ERC",
    "objective": "Frontier research.",
}
LAB = {
    "projectID": "101069359",
    "organisationID": "999997930",
    "vatNumber": "FR40180089013",
    "name": "CENTRE NATIONAL",
    "shortName": "CNRS",
    "SME": "false",
    "activityType": "REC",
    "street": "RUE MICHEL ANGE 3",
    "postCode": "75016",
    "city": "PARIS",
    "country": "FR",
    "nutsCode": "FR",
    "contactForm": "https://example.org/form",
    "order": "1",
    "role": "coordinator",
    "ecContribution": "600000,25",
    "netEcContribution": "600000,25",
    "totalCost": "1200000",
    "endOfParticipation": "false",
}
FIRM = {
    "projectID": "101069359",
    "organisationID": "912743326",
    "name": "LOMARTOV SL",
    "SME": "true",
    "activityType": "PRC",
    "city": "LONDON",
    "country": "UK",
    "nutsCode": "UKI32",
    "order": "2",
    "role": "participant",
    "ecContribution": "500000",
    "netEcContribution": "400000,25",
    "totalCost": "0",
    "endOfParticipation": "true",
}
SCHOOL = {
    "projectID": "101039572",
    "organisationID": "999988939",
    "name": "UNIVERSITY OF ATHENS",
    "SME": "false",
    "activityType": "HES",
    "city": "ATHINA",
    "country": "EL",
    "nutsCode": "EL303",
    "order": "1",
    "role": "coordinator",
    "ecContribution": "1500000",
}
TOPICS = [
    {"projectID": "101069359", "topic": "HORIZON-CL5-2021-D2-01-11", "title": "Air capture"},
    {"projectID": "101039572", "topic": "ERC-2021-STG", "title": "ERC STARTING GRANTS"},
]
LEGAL_BASES = [
    {"projectID": "101069359", "legalBasis": "HORIZON.2.5", "title": "Climate, Energy and Mobility"}
]


def render_csv(columns: str, rows: list[Row]) -> str:
    """Write rows as CORDIS does: a byte order mark, semicolons, every field in quotes."""
    names = columns.split()
    lines = [names] + [[row.get(name, "") for name in names] for row in rows]
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    return "\ufeff" + "\n".join(quoted) + "\n"


def render_members(
    projects: list[Row],
    organisations: list[Row],
    topics: list[Row] = TOPICS,
) -> dict[str, str | bytes]:
    return {
        "project.csv": render_csv(PROJECT_COLUMNS, projects),
        "organization.csv": render_csv(ORGANISATION_COLUMNS, organisations),
        "topics.csv": render_csv("projectID topic title", topics),
        "legalBasis.csv": render_csv("projectID legalBasis title uniqueProgrammePart", LEGAL_BASES),
    }


def write_zip(folder: Path, members: dict[str, str | bytes]) -> Path:
    path = folder / "cordis.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read_rows(
    folder: Path, projects: list[Row], organisations: list[Row], topics: list[Row] = TOPICS
) -> Batch:
    return read_cordis(write_zip(folder, render_members(projects, organisations, topics)))


def list_problems(batch: Batch) -> list[tuple[str, int | None, str, str]]:
    """Give code, row, field and found of each problem."""
    return [(one.code, one.row, one.field, one.found) for one in batch.problems]


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    return read_rows(tmp_path, [SOLAR, STARTING], [LAB, FIRM, SCHOOL])


def test_a_project_is_read_whole(batch: Batch) -> None:
    assert batch.projects[0] == Project(
        id="cordis:101069359",
        title="Solar direct air capture",
        abstract="Ethylene from air;\nand from the sun.",
        language="en",
        source="cordis",
        acronym="SolDAC",
        start_date=date(2022, 9, 1),
        end_date=date(2025, 8, 31),
        signature_date=date(2022, 5, 12),
        total_cost_eur=2073781.25,
        funding_eur=1000000.5,
        status="SIGNED",
        programme="HORIZON-RIA",
        keywords=("solar energy", "air mining"),
        declared_item_ids=("cordis-he-cl5/horizon-cl5-2021-d2-01-11",),
    )


def test_a_cost_of_zero_is_an_unknown_cost(batch: Batch) -> None:
    assert [one.total_cost_eur for one in batch.projects] == [2073781.25, None]
    assert [one.signature_date for one in batch.projects] == [date(2022, 5, 12), None]


def test_organisations_have_iso_countries_and_no_address(batch: Batch) -> None:
    assert batch.organisations == [
        Organisation(
            id="pic:999997930",
            name="CENTRE NATIONAL",
            kind=OrganisationKind.LABORATORY,
            source="cordis",
            short_name="CNRS",
            country="FR",
            territory="PARIS",  # the NUTS code "FR" says no more than the country
            identifiers=(("pic", "999997930"),),
        ),
        Organisation(
            id="pic:912743326",
            name="LOMARTOV SL",
            kind=OrganisationKind.SME,
            source="cordis",
            country="GB",
            territory="UKI32",
            identifiers=(("pic", "912743326"),),
        ),
        Organisation(
            id="pic:999988939",
            name="UNIVERSITY OF ATHENS",
            kind=OrganisationKind.SCHOOL,
            source="cordis",
            country="GR",
            territory="EL303",
            identifiers=(("pic", "999988939"),),
        ),
    ]


def test_participations_take_the_net_contribution_where_there_is_one(batch: Batch) -> None:
    assert batch.participations == [
        Participation("cordis:101069359", "pic:999997930", Role.COORDINATOR, 600000.25, 1200000.0),
        Participation(
            "cordis:101069359", "pic:912743326", Role.PARTNER, 400000.25, None, has_ended=True
        ),
        Participation("cordis:101039572", "pic:999988939", Role.COORDINATOR, 1500000.0, None),
    ]


def test_topics_are_items_under_their_call(batch: Batch) -> None:
    titles = [(one.id, one.kind, one.title, one.start_year) for one in batch.documents]
    assert titles == [
        (
            "cordis-he-cl5",
            DocumentKind.PROGRAMME,
            "Horizon Europe – Cluster 5: Climate, Energy and Mobility",
            2021,
        ),
        (
            "cordis-he-erc",
            DocumentKind.PROGRAMME,
            "Horizon Europe – European Research Council (ERC)",
            2021,
        ),
    ]
    assert [one.summary for one in batch.documents] == [
        "Legal bases of its projects in CORDIS: HORIZON.2.5 Climate, Energy and Mobility.",
        "Legal bases of its projects in CORDIS: HORIZON.1.1.",
    ]
    assert batch.items == [
        StrategyItem(
            id="cordis-he-cl5/call/horizon-cl5-2021-d2-01",
            document_id="cordis-he-cl5",
            title="HORIZON-CL5-2021-D2-01",
            text="",
            language="en",
            position=0,
            is_heading=True,
            reference_ids=("cordis",),
        ),
        StrategyItem(
            id="cordis-he-cl5/horizon-cl5-2021-d2-01-11",
            document_id="cordis-he-cl5",
            title="Air capture",
            text="",
            language="en",
            position=1,
            parent_id="cordis-he-cl5/call/horizon-cl5-2021-d2-01",
            reference_ids=("cordis",),
        ),
        # This topic has the code of its call, so the call would group nothing.
        StrategyItem(
            id="cordis-he-erc/erc-2021-stg",
            document_id="cordis-he-erc",
            title="ERC STARTING GRANTS",
            text="",
            language="en",
            position=0,
            reference_ids=("cordis",),
        ),
    ]


def test_a_sound_file_has_no_problems(batch: Batch) -> None:
    assert batch.problems == []


def test_reading_twice_gives_the_same(tmp_path: Path, batch: Batch) -> None:
    assert read_rows(tmp_path, [SOLAR, STARTING], [LAB, FIRM, SCHOOL]) == batch


@pytest.mark.parametrize(
    ("change", "code", "field", "found"),
    [
        ({"id": "Frontier research."}, "shifted_row", "id", "Frontier research."),
        ({"id": "²"}, "shifted_row", "id", "²"),
        ({"id": ""}, "shifted_row", "id", ""),
        (
            {"frameworkProgramme": "2022-01-01"},
            "shifted_row",
            "frameworkProgramme",
            "2022-01-01",
        ),
        ({"title": " "}, "empty_title", "title", "101039572"),
        ({"id": "101069359"}, "repeated_id", "id", "101069359"),
    ],
)
def test_projects_that_are_refused(
    tmp_path: Path, change: Row, code: str, field: str, found: str
) -> None:
    batch = read_rows(tmp_path, [SOLAR, STARTING | change], [LAB, FIRM], TOPICS[:1])
    assert [one.id for one in batch.projects] == ["cordis:101069359"]
    # SOLAR's objective holds a line end, so STARTING starts on the file's fourth line.
    assert batch.problems == [
        Problem("project.csv", code, Outcome.REFUSED, row=4, field=field, found=found)
    ]


@pytest.mark.parametrize(
    ("change", "problem", "attribute", "value"),
    [
        (
            {"startDate": "1622-01-01"},
            Problem("project.csv", "absurd_date", Outcome.REPAIRED, 2, "startDate", "1622-01-01"),
            "start_date",
            None,
        ),
        (
            {"endDate": "2026-02-30"},
            Problem("project.csv", "unreadable_date", Outcome.REPAIRED, 2, "endDate", "2026-02-30"),
            "end_date",
            None,
        ),
        (
            {"endDate": "2021-12-31"},
            Problem(
                "project.csv",
                "end_before_start",
                Outcome.NOTED,
                2,
                "endDate",
                "2022-01-01 > 2021-12-31",
            ),
            "end_date",
            date(2021, 12, 31),
        ),
        (
            {"totalCost": "-5"},
            Problem("project.csv", "absurd_amount", Outcome.REPAIRED, 2, "totalCost", "-5"),
            "total_cost_eur",
            None,
        ),
        (
            {"totalCost": "100000000000,01"},
            Problem(
                "project.csv", "absurd_amount", Outcome.REPAIRED, 2, "totalCost", "100000000000,01"
            ),
            "total_cost_eur",
            None,
        ),
        (
            {"ecMaxContribution": "a lot"},
            Problem(
                "project.csv",
                "unreadable_amount",
                Outcome.REPAIRED,
                2,
                "ecMaxContribution",
                "a lot",
            ),
            "funding_eur",
            None,
        ),
        (
            {"objective": ""},
            Problem("project.csv", "empty_abstract", Outcome.NOTED, 2, "objective", "101039572"),
            "abstract",
            "",
        ),
        (
            {"objective": "So\x00lar\x0bpower"},
            Problem("project.csv", "forbidden_characters", Outcome.REPAIRED, 2, "objective", "2"),
            "abstract",
            "Solar power",
        ),
        (
            {"topics": "ERC-2021-STG;ERC-2021-COG"},
            Problem("project.csv", "untitled_topic", Outcome.NOTED, 2, "topics", "ERC-2021-COG"),
            "declared_item_ids",
            ("cordis-he-erc/erc-2021-stg", "cordis-he-erc/erc-2021-cog"),
        ),
    ],
)
def test_projects_that_are_kept_with_a_problem(
    tmp_path: Path, change: Row, problem: Problem, attribute: str, value: object
) -> None:
    batch = read_rows(tmp_path, [STARTING | change], [SCHOOL], TOPICS[1:])
    assert [getattr(one, attribute) for one in batch.projects] == [value]
    assert batch.problems == [problem]


def test_ten_megabytes_in_one_field_are_cut(tmp_path: Path) -> None:
    words = random.Random(1).randbytes(5_000_000).hex(" ", 4)[:10_000_000]
    batch = read_rows(tmp_path, [STARTING | {"objective": words}], [SCHOOL], TOPICS[1:])
    assert batch.projects[0].abstract == words[:200_000].strip()
    assert list_problems(batch) == [("text_cut", 2, "objective", "10000000 > 200000")]


@pytest.mark.parametrize(
    ("change", "code", "field", "found"),
    [
        ({"projectID": "SolDAC"}, "shifted_row", "projectID", "SolDAC"),
        ({"organisationID": "LOMARTOV"}, "shifted_row", "organisationID", "LOMARTOV"),
        ({"role": "299250,5"}, "shifted_row", "role", "299250,5"),
        ({"role": "friend"}, "unknown_cordis_role", "role", "friend"),
        ({"projectID": "999"}, "unknown_project", "projectID", "999"),
        ({"name": ""}, "empty_name", "name", "912743326"),
    ],
)
def test_participations_that_are_refused(
    tmp_path: Path, change: Row, code: str, field: str, found: str
) -> None:
    solar = SOLAR | {"ecMaxContribution": "600000,25"}
    batch = read_rows(tmp_path, [solar], [LAB, FIRM | change], TOPICS[:1])
    assert [one.organisation_id for one in batch.participations] == ["pic:999997930"]
    assert [one.id for one in batch.organisations] == ["pic:999997930"]
    assert batch.problems == [
        Problem("organization.csv", code, Outcome.REFUSED, row=3, field=field, found=found)
    ]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("coordinator", Role.COORDINATOR),
        ("participant", Role.PARTNER),
        ("thirdParty", Role.THIRD_PARTY),
        ("associatedPartner", Role.ASSOCIATE),
        ("partner", Role.ASSOCIATE),
        ("internationalPartner", Role.ASSOCIATE),
    ],
)
def test_roles(tmp_path: Path, role: str, expected: Role) -> None:
    batch = read_rows(tmp_path, [STARTING], [SCHOOL | {"role": role}], TOPICS[1:])
    assert [one.role for one in batch.participations] == [expected]


@pytest.mark.parametrize(
    ("activity", "is_sme", "expected"),
    [
        ("PRC", "true", OrganisationKind.SME),
        ("PRC", "false", OrganisationKind.COMPANY),
        ("PRC", "", OrganisationKind.COMPANY),
        ("REC", "true", OrganisationKind.LABORATORY),
        ("HES", "false", OrganisationKind.SCHOOL),
        ("PUB", "false", OrganisationKind.PUBLIC),
        ("OTH", "true", OrganisationKind.OTHER),
    ],
)
def test_kinds(tmp_path: Path, activity: str, is_sme: str, expected: OrganisationKind) -> None:
    row = SCHOOL | {"activityType": activity, "SME": is_sme}
    batch = read_rows(tmp_path, [STARTING], [row], TOPICS[1:])
    assert ([one.kind for one in batch.organisations], batch.problems) == ([expected], [])


def test_an_unknown_activity_and_country_are_reported(tmp_path: Path) -> None:
    row = SCHOOL | {"activityType": "ZOO", "country": "Greece"}
    batch = read_rows(tmp_path, [STARTING], [row], TOPICS[1:])
    assert [(one.kind, one.country) for one in batch.organisations] == [
        (OrganisationKind.OTHER, "")
    ]
    assert list_problems(batch) == [
        ("unknown_activity", 2, "activityType", "ZOO"),
        ("unknown_country", 2, "country", "GREECE"),
    ]


def test_two_lines_of_one_share_are_added(tmp_path: Path) -> None:
    # As in 101058572: a line that ended and the one that took over, in one role.
    left = FIRM | {"order": "7", "netEcContribution": "48753,45", "totalCost": "48753,45"}
    taken_over = FIRM | {
        "order": "9",
        "netEcContribution": "90621,55",
        "totalCost": "90621,55",
        "endOfParticipation": "false",
    }
    solar = SOLAR | {"ecMaxContribution": "139375"}
    batch = read_rows(tmp_path, [solar], [left, taken_over], TOPICS[:1])
    assert batch.participations == [
        Participation("cordis:101069359", "pic:912743326", Role.PARTNER, 139375.0, 139375.0)
    ]
    found = "cordis:101069359, pic:912743326 (participant, 2)"
    assert batch.problems == [
        Problem("organization.csv", "merged_participation", Outcome.REPAIRED, 3, found=found)
    ]


def test_a_line_that_repeats_another_is_refused(tmp_path: Path) -> None:
    solar = SOLAR | {"ecMaxContribution": "400000,25"}
    batch = read_rows(tmp_path, [solar], [FIRM, FIRM], TOPICS[:1])
    assert [one.funding_eur for one in batch.participations] == [400000.25]
    found = "cordis:101069359, pic:912743326 (participant, 2)"
    assert batch.problems == [
        Problem("organization.csv", "repeated_participation", Outcome.REFUSED, 3, found=found)
    ]


def test_one_organisation_in_two_roles_takes_part_twice(tmp_path: Path) -> None:
    third = FIRM | {"role": "thirdParty", "netEcContribution": "0", "ecContribution": "0"}
    solar = SOLAR | {"ecMaxContribution": "400000,25"}
    batch = read_rows(tmp_path, [solar], [FIRM, third], TOPICS[:1])
    assert [(one.role, one.funding_eur) for one in batch.participations] == [
        (Role.PARTNER, 400000.25),
        (Role.THIRD_PARTY, 0.0),
    ]
    assert batch.problems == []


def test_the_most_frequent_description_of_an_organisation_is_kept(tmp_path: Path) -> None:
    later = {"projectID": "101039572", "name": "LOMARTOV SA", "SME": "false"}
    rows = [
        LAB,
        FIRM,
        FIRM | {"role": "thirdParty", "netEcContribution": "0"},
        SCHOOL,
        FIRM | later | {"netEcContribution": "0"},
    ]
    batch = read_rows(tmp_path, [SOLAR, STARTING], rows)
    assert batch.organisations[1].name == "LOMARTOV SL"
    found = "pic:912743326 LOMARTOV SL: name, kind"
    assert list_problems(batch) == [("differing_organisation", 3, "", found)]


def test_at_a_tie_the_newest_project_describes_the_organisation(tmp_path: Path) -> None:
    newer = STARTING | {"id": "101200000"}
    renamed = FIRM | {"projectID": "101200000", "name": "LOMARTOV SA", "netEcContribution": "0"}
    school = SCHOOL | {"projectID": "101200000"}
    topics = [TOPICS[0], TOPICS[1] | {"projectID": "101200000"}]
    forward = read_rows(tmp_path, [SOLAR, newer], [LAB, FIRM, school, renamed], topics)
    backward = read_rows(tmp_path, [SOLAR, newer], [renamed, school, FIRM, LAB], topics)
    names = [
        {one.id: one.name for one in batch.organisations}["pic:912743326"]
        for batch in (forward, backward)
    ]
    assert names == ["LOMARTOV SA", "LOMARTOV SA"]


def test_shares_that_do_not_add_up_are_noted(tmp_path: Path) -> None:
    batch = read_rows(tmp_path, [STARTING], [SCHOOL | {"ecContribution": "1499998"}], TOPICS[1:])
    found = "1499998.00 / 1500000.00"
    assert list_problems(batch) == [("funding_sum_differs", 2, "ecMaxContribution", found)]


def test_topics_that_are_refused(tmp_path: Path) -> None:
    topics = [
        TOPICS[1],
        TOPICS[1],
        {"projectID": "7", "topic": "ERC-2021-STG", "title": "ERC STARTING GRANTS"},
        {"projectID": "ERC-2021-STG", "topic": "x", "title": ""},
        {"projectID": "101039572", "topic": "", "title": "x"},
    ]
    batch = read_rows(tmp_path, [STARTING], [SCHOOL], topics)
    assert batch.projects[0].declared_item_ids == ("cordis-he-erc/erc-2021-stg",)
    assert list_problems(batch) == [
        ("shifted_row", 5, "projectID", "ERC-2021-STG"),
        ("empty_topic", 6, "topic", "101039572"),
        ("repeated_topic", 3, "topic", "ERC-2021-STG"),
        ("unknown_project", 4, "projectID", "7"),
    ]


def test_a_topic_with_two_titles_takes_the_more_frequent(tmp_path: Path) -> None:
    projects = [STARTING | {"id": str(number)} for number in (1, 2, 3)]
    titles = ("Starting", "Grants", "Grants")
    topics = [
        TOPICS[1] | {"projectID": str(number), "title": title}
        for number, title in enumerate(titles, start=1)
    ]
    batch = read_rows(tmp_path, projects, [], topics)
    assert [one.title for one in batch.items] == ["Grants"]
    found = "ERC-2021-STG: Grants / Starting"
    assert list_problems(batch) == [("differing_titles", None, "title", found)]


def test_unescaped_quotes_lose_their_own_row_only(tmp_path: Path) -> None:
    members = render_members([SOLAR, STARTING], [LAB, FIRM, SCHOOL])
    broken = str(members["project.csv"]).replace(
        "Ethylene from air;\nand", 'Ethylene "from";"air"; and'
    )
    batch = read_cordis(write_zip(tmp_path, members | {"project.csv": broken}))
    assert [one.id for one in batch.projects] == ["cordis:101039572"]
    assert list_problems(batch) == [
        ("field_count", 2, "", "23 / 21"),
        ("unknown_project", 2, "projectID", "101069359"),
        ("unknown_project", 2, "projectID", "101069359"),
        ("unknown_project", 3, "projectID", "101069359"),
    ]


def test_the_order_and_case_of_columns_do_not_matter(tmp_path: Path, batch: Batch) -> None:
    members = render_members([SOLAR, STARTING], [LAB, FIRM, SCHOOL])
    columns = " ".join(reversed(PROJECT_COLUMNS.split()))
    turned = render_csv(columns, [SOLAR, STARTING]).replace('"objective"', '"Objective"')
    assert read_cordis(write_zip(tmp_path, members | {"project.csv": turned})) == batch


def test_an_older_export_lacks_keywords(tmp_path: Path) -> None:
    members = render_members([SOLAR, STARTING], [LAB, FIRM, SCHOOL])
    columns = PROJECT_COLUMNS.replace(" keywords", "").replace(" nature", "")
    older = members | {"project.csv": render_csv(columns, [SOLAR, STARTING])}
    batch = read_cordis(write_zip(tmp_path, older))
    assert [one.keywords for one in batch.projects] == [(), ()]
    assert batch.problems == [
        Problem("project.csv", "column_absent", Outcome.NOTED, 1, "keywords", "keywords")
    ]


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    members = render_members([], []) | {"project.csv": '"id";"title"\n"1";"x"\n'}
    with pytest.raises(InputError) as caught:
        read_cordis(write_zip(tmp_path, members))
    assert (caught.value.code, caught.value.values) == (
        "columns_missing",
        {
            "file": "project.csv",
            "missing": "acronym, status, startDate, endDate, totalCost, ecMaxContribution, topics,"
            " ecSignatureDate, frameworkProgramme, masterCall, fundingScheme, objective",
            "columns": "id, title",
        },
    )


def test_a_line_that_is_not_utf8_is_read_as_windows_1252(tmp_path: Path) -> None:
    members = render_members(
        [STARTING | {"title": "Électron"}, SOLAR | {"title": "Hydrogène"}], [LAB, FIRM, SCHOOL]
    )
    raw = str(members["project.csv"]).encode()
    mixed = raw.replace("Hydrogène".encode(), "Hydrogène".encode("cp1252"))
    batch = read_cordis(write_zip(tmp_path, members | {"project.csv": mixed}))
    assert [one.title for one in batch.projects] == ["Électron", "Hydrogène"]
    assert batch.problems == [Problem("project.csv", "not_utf8", Outcome.NOTED, 3, found="1")]


def test_members_may_lie_in_a_folder_and_others_are_noted(tmp_path: Path, batch: Batch) -> None:
    members = render_members([SOLAR, STARTING], [LAB, FIRM, SCHOOL])
    nested = {f"csv/{name}": content for name, content in members.items()}
    extra: dict[str, str | bytes] = {"csv/euroSciVoc.csv": "x", "csv/notes.txt": "y"}
    found = read_cordis(write_zip(tmp_path, nested | extra))
    assert found.projects == batch.projects
    assert found.problems == [
        Problem("csv/notes.txt", "member_not_used", Outcome.NOTED, found="csv/notes.txt")
    ]


def test_progress_counts_bytes_to_the_end(tmp_path: Path) -> None:
    # Random letters: a repeated one would be packed so well that it passes for a bomb.
    rng = random.Random(1)
    rows = [STARTING | {"id": str(n), "objective": rng.randbytes(5000).hex()} for n in range(300)]
    members = render_members(rows, [], [])
    total = sum(len(str(content).encode()) for content in members.values())
    heard: list[tuple[int, int]] = []
    path = write_zip(tmp_path, members)
    read_cordis(path, on_progress=lambda done, total: heard.append((done, total)))
    done = [one for one, _ in heard]
    assert {one for _, one in heard} == {total}
    assert (done == sorted(done), done[-1]) == (True, total)
    assert 1_000_000 <= done[0] < 1_100_000


@pytest.mark.parametrize(
    ("framework", "topic", "document_id"),
    [
        ("HORIZON", "HORIZON-HLTH-2021-CARE-05-01", "cordis-he-cl1"),
        ("HORIZON", "HORIZON-CL2-2021-DEMOCRACY-01-01", "cordis-he-cl2"),
        ("HORIZON", "HORIZON-CL3-2021-BM-01-01", "cordis-he-cl3"),
        ("HORIZON", "HORIZON-CL4-2021-DATA-01-01", "cordis-he-cl4"),
        ("HORIZON", "HORIZON-CL6-2021-BIODIV-01-02", "cordis-he-cl6"),
        ("HORIZON", "HORIZON-ERC-2021-VICECHAIRS-IBA", "cordis-he-erc"),
        ("HORIZON", "HORIZON-MSCA-2024-PF-01-01", "cordis-he-msca"),
        ("HORIZON", "HORIZON-EIC-2021-ACCELERATOROPEN-01", "cordis-he-eic"),
        ("HORIZON", "Horizon-EIT-2024-NCP-IBA", "cordis-he-eit"),
        ("HORIZON", "EURATOM-2023-IFMIF-DONES-2-IBA", "cordis-he-euratom"),
        ("HORIZON", "HORIZON-EURATOM-2021-NRT-01-01", "cordis-he-euratom"),
        ("HORIZON", "HORIZON-JTI-CLEANH2-2022-01-01", "cordis-he-ju-cleanh2"),
        ("HORIZON", "HORIZON-JU-CLEAN-AVIATION-2022-01-HER-01", "cordis-he-ju-clean-aviation"),
        ("HORIZON", "HORIZON-KDT-JU-2021-1-IA", "cordis-he-ju-chips"),
        ("HORIZON", "HORIZON-JU-Chips-2024-1-IA", "cordis-he-ju-chips"),
        ("HORIZON", "HORIZON-ER-JU-2022-FA6-01", "cordis-he-ju-rail"),
        ("HORIZON", "HORIZON-JU-NEW-2026-01", "cordis-he-ju-other"),
        ("HORIZON", "HORIZON-HORIZONTAL-2021-INDICATORS-IBA", "cordis-he-other"),
        ("HORIZON", "HORIZON-CL50-2021", "cordis-he-other"),
        ("H2020", "LC-SC3-RES-1-2019-2020", "cordis-h2020"),
        ("FP7", "ENERGY.2011.1-1", "cordis-fp7"),
    ],
)
def test_topic_codes_name_their_programme_part(
    framework: str, topic: str, document_id: str
) -> None:
    assert find_part(framework, topic).id == document_id


def write_raw(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a readable zip archive .*; download it again"):
        read_cordis(write_raw(tmp_path / "cordis.zip", b"no archive"))


def test_a_zip_without_the_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds project\.json; project\.csv, organization\.csv"):
        read_cordis(write_zip(tmp_path, {"project.json": "[]"}))


def test_a_member_that_unpacks_too_far_is_refused(tmp_path: Path) -> None:
    members = render_members([], []) | {"project.csv": "0" * 1_000_000}
    with pytest.raises(InputError, match="project.csv claims 1 MB unpacked, [0-9]{3,4} times"):
        read_cordis(write_zip(tmp_path, members))


def test_a_member_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.csv", "id\n")
    # The claimed size stands 24 bytes into the entry of the central directory.
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = (2_000_000_001).to_bytes(4, "little")
    with pytest.raises(InputError, match="claims 2000 MB unpacked"):
        read_cordis(write_raw(path, bytes(raw)))


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path, render_members([SOLAR, STARTING], [LAB, FIRM, SCHOOL]))
    raw = bytearray(path.read_bytes())
    start = raw.index(b"project.csv") + len("project.csv") + 40
    raw[start : start + 20] = bytes(20)
    with pytest.raises(InputError, match=r"project\.csv is damaged .*; download"):
        read_cordis(write_raw(path, bytes(raw)))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path, render_members([SOLAR], [LAB]))
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    for _ in range(4):
        raw[entry + 8] |= 1  # the first flag of each entry of the central directory
        entry = raw.find(b"PK\x01\x02", entry + 4)
    with pytest.raises(InputError, match="is encrypted; an archive without a password"):
        read_cordis(write_raw(path, bytes(raw)))


@pytest.fixture(scope="module")
def horizon(shared_data: Path) -> Batch:
    path = shared_data / "data" / "cordis" / "cordis-HORIZONprojects-csv.zip"
    if not path.is_file():
        pytest.skip(f"{path} is missing: the CORDIS export of Horizon Europe")
    return read_cordis(path)


@pytest.mark.data
def test_horizon_europe_is_read_whole(horizon: Batch) -> None:
    problems = Counter((one.code, one.outcome.value) for one in horizon.problems)
    assert problems == {
        ("differing_organisation", "noted"): 111,
        ("funding_sum_differs", "noted"): 63,
        ("merged_participation", "repaired"): 28,
    }
    assert (len(horizon.documents), len(horizon.projects)) == (27, 18_174)
    # 102,858 lines, of which 28 are second lines of one share.
    assert (len(horizon.participations), len(horizon.organisations)) == (102_858 - 28, 27_406)
    assert Counter(one.is_heading for one in horizon.items) == {False: 1_859, True: 430}
    assert Counter(one.role.value for one in horizon.participations) == {
        "partner": 61_653,
        "associate": 18_736,
        "coordinator": 18_174,
        "third-party": 4_267,
    }


@pytest.mark.data
def test_every_project_of_horizon_europe_declares_items_that_exist(horizon: Batch) -> None:
    known = {one.id for one in horizon.items if not one.is_heading}
    declared = Counter(len(set(one.declared_item_ids) & known) for one in horizon.projects)
    assert declared == {1: 18_174}


@pytest.mark.data
def test_a_take_over_in_horizon_europe_is_one_share(horizon: Batch) -> None:
    # Lines 7 and 9 of the project: 48,753.45 and 90,621.55 euros; the first has ended.
    shares = [
        one
        for one in horizon.participations
        if (one.project_id, one.organisation_id) == ("cordis:101058572", "pic:880988630")
    ]
    assert shares == [
        Participation("cordis:101058572", "pic:880988630", Role.PARTNER, 139375.0, 139375.0)
    ]
