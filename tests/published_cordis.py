"""CORDIS archives with every column that the published layouts name, their traps included.

The column lists are those of the exports as public code and documentation state them;
no real archive of H2020, of FP7 or in JSON was at hand. The texts are our own.
"""

from __future__ import annotations

import codecs
import json
import zipfile
from pathlib import Path

PROJECT, ORGANISATION, TOPIC, LEGAL_BASIS, FIELD, WEB_LINK, WEB_ITEM = map(
    str.split,
    (
        "id acronym status title startDate endDate totalCost ecMaxContribution legalBasis topics"
        " ecSignatureDate frameworkProgramme masterCall subCall fundingScheme nature objective"
        " contentUpdateDate rcn grantDoi keywords humanValidated",
        "projectID projectAcronym organisationID vatNumber name shortName SME activityType street"
        " postCode city country nutsCode geolocation organizationURL contactForm"
        " contentUpdateDate rcn order role ecContribution netEcContribution totalCost"
        " endOfParticipation active",
        "projectID topic title",
        "projectID legalBasis title uniqueProgrammePart",
        "projectID euroSciVocCode euroSciVocPath euroSciVocTitle euroSciVocDescription",
        "physUrl id availableLanguages status archivedDate type source represents projectID",
        "language availableLanguages uri title type source represents projectID",
    ),
)

LATE = ("nature", "keywords", "humanValidated")
"""Columns that older exports do not have."""

Row = dict[str, str]


def make_rows(*, programme: str = "H2020", scheme: str = "RIA") -> dict[str, list[Row]]:
    """Make the tables of two projects, one topic with a title, and five lines of partners.

    The last line repeats the one before it; the project without an amount has none.
    """
    river = {
        "id": "633080",
        "acronym": "RIVIÈRE",
        "status": "CLOSED",
        "title": "L'œuvre de l'eau – clean rivers",
        "startDate": "2014-11-01",
        "endDate": "2017-07-31",
        "totalCost": "7000000,5",
        "ecMaxContribution": "6000000",
        "legalBasis": f"{programme}-EU.2.1.6.",
        "topics": "EO-1-2014",
        "ecSignatureDate": "2014-10-01",
        "frameworkProgramme": programme,
        "masterCall": f"{programme}-EO-2014",
        "subCall": f"{programme}-EO-2014",
        "fundingScheme": scheme,
        "objective": 'Rivers are watched; "on site", and from the air.',
        "contentUpdateDate": "2022-08-15 16:27:03",
        "rcn": "193451",
        "grantDoi": "10.3030/633080",
        "keywords": "water, rivers",
        "humanValidated": "true",
    }
    wind = river | {
        "id": "97",
        "acronym": "WIND",
        "title": "Wind",
        "totalCost": "0",
        "ecMaxContribution": "",
        "topics": "",
        "objective": "Wind turns wheels.",
        "keywords": "",
    }
    lead = {
        "projectID": "633080",
        "projectAcronym": "RIVIÈRE",
        "organisationID": "999997930",
        "vatNumber": "FR40180089013",
        "name": "CENTRE DE L'EAU",
        "SME": "false",
        "activityType": "REC",
        "street": "RUE DE L'ÉCLUSE",
        "postCode": "75794",
        "city": "PARIS",
        "country": "FR",
        "nutsCode": "FR101",
        "geolocation": "48.84,2.26",
        "contactForm": "https://example.org/contact",
        "contentUpdateDate": "2021-06-01 10:00:00",
        "rcn": "1905761",
        "order": "1",
        "role": "coordinator",
        "ecContribution": "4000000,5",
        "netEcContribution": "4000000,5",
        "totalCost": "5000000",
        "endOfParticipation": "false",
        "active": "false",
    }
    partner = lead | {
        "organisationID": "999981731",
        "name": "RIVER FIRM",
        "SME": "true",
        "activityType": "PRC",
        "country": "UK",
        "order": "2",
        "role": "participant",
        "ecContribution": "1999999,5",
        "netEcContribution": "1999999,5",
    }
    athens = lead | {
        "projectID": "97",
        "organisationID": "999901234",
        "name": "WIND WORKS",
        "country": "EL",
        "role": "internationalPartner",
        "ecContribution": "0",
    }
    return {
        "project": [river, wind],
        "organization": [lead, partner, athens, partner],
        "topics": [{"projectID": "633080", "topic": "EO-1-2014", "title": "Watching rivers"}],
        "legalBasis": [
            {"projectID": "633080", "legalBasis": river["legalBasis"], "title": "Space"},
        ],
        "euroSciVoc": [{"projectID": "633080", "euroSciVocCode": "/23/47"}],
        "webLink": [{"projectID": "633080", "physUrl": "https://example.org"}],
        "webItem": [{"projectID": "633080", "uri": "https://example.org"}],
    }


_COLUMNS = {
    "project": PROJECT,
    "organization": ORGANISATION,
    "topics": TOPIC,
    "legalBasis": LEGAL_BASIS,
    "euroSciVoc": FIELD,
    "webLink": WEB_LINK,
    "webItem": WEB_ITEM,
}


def write_csv_zip(
    path: Path,
    tables: dict[str, list[Row]],
    *,
    encoding: str = "utf-8",
    without: tuple[str, ...] = (),
) -> Path:
    """Write an archive of CSV tables: semicolons, every field quoted, a byte order mark."""
    mark = codecs.BOM_UTF8 if encoding == "utf-8" else b""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            columns = [column for column in _COLUMNS[name] if column not in without]
            lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
            quoted = (
                ";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
            )
            text = "\r\n".join(quoted) + "\r\n"
            archive.writestr(f"{name}.csv", mark + text.encode(encoding))
    return path


def write_json_zip(path: Path, tables: dict[str, list[Row]]) -> Path:
    """Write an archive of JSON tables: numbers as numbers, what is empty as null."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            values = [
                {column: _value(column, row.get(column, "")) for column in _COLUMNS[name]}
                for row in rows
            ]
            text = json.dumps(values, ensure_ascii=name == "topics")
            archive.writestr(f"{name}.json", text)
    return path


def _value(column: str, cell: str) -> str | int | float | None:
    if not cell:
        return None
    if column in {"id", "projectID", "organisationID", "rcn", "order"}:
        return int(cell)
    return float(cell.replace(",", ".")) if "ontribution" in column[1:] else cell
