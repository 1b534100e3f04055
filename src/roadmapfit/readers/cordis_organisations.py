"""Rows of CORDIS organisations: what each says of an organisation and of its part."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from roadmapfit.readers.organisation_ids import make_organisation_id
from roadmapfit.readers.organisation_votes import OrganisationVotes
from roadmapfit.readers.shares import Shares
from roadmapfit.readers.values import FieldReader, parse_amount
from roadmapfit.records import Organisation, OrganisationKind, Outcome, Participation, Role

SOURCE = "cordis"
NUMBER = re.compile(r"\d{1,12}", re.ASCII)

# Two lines of one share that agree in all of these are one line, written twice.
_LINE_COLUMNS = (
    "order",
    "ecContribution",
    "netEcContribution",
    "totalCost",
    "endOfParticipation",
)
_ROLES = {
    "coordinator": Role.COORDINATOR,
    "participant": Role.PARTNER,
    "thirdparty": Role.THIRD_PARTY,
    "associatedpartner": Role.ASSOCIATE,
    "partner": Role.ASSOCIATE,
    "internationalpartner": Role.ASSOCIATE,
}
_KINDS = {
    "HES": OrganisationKind.SCHOOL,
    "REC": OrganisationKind.LABORATORY,
    "PRC": OrganisationKind.COMPANY,
    "PUB": OrganisationKind.PUBLIC,
    "OTH": OrganisationKind.OTHER,
}
_ISO_COUNTRIES = {"UK": "GB", "EL": "GR"}
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class Consortia:
    """Collects organisations and participations from the rows of one table.

    Parameters
    ----------
    fields
        Of the table of organisations.
    """

    def __init__(self, fields: FieldReader) -> None:
        self.fields = fields
        self.votes = OrganisationVotes()
        self.shares = Shares()

    def take(
        self, row: int, values: Mapping[str, str], *, known_projects: Container[str] | None
    ) -> None:
        """Take one row; a project that is not known refuses it, unless none is asked for."""
        refusal = _refuse(values, known_projects)
        if refusal:
            code, column = refusal
            found = values[column] or values["organisationID"]
            self.fields.report(code, Outcome.REFUSED, row=row, field=column, found=found)
            return
        organisation = self._make_organisation(row, values)
        self.votes.add(organisation, row=row, age=int(values["projectID"]))
        self._add_share(row, values)

    def take_names(
        self, row: int, project_id: str, names: Mapping[Role, list[tuple[str, str]]]
    ) -> None:
        """Take partners of which only name and country are known, as in the old layout."""
        for role, partners in names.items():
            for name, country in partners:
                organisation = Organisation(
                    id=make_organisation_id((), source=SOURCE, known=[name, country]),
                    name=self.fields.line(name, row=row, field=role.value),
                    kind=OrganisationKind.OTHER,
                    source=SOURCE,
                    country=self._read_country(row, country),
                )
                self.votes.add(organisation, row=row, age=int(project_id))
                self.shares.add(
                    Participation(f"cordis:{project_id}", organisation.id, role),
                    line=(),
                    said_role=role.value,
                    row=row,
                    fields=self.fields,
                )

    def _make_organisation(self, row: int, values: Mapping[str, str]) -> Organisation:
        fields = self.fields
        pic = values["organisationID"]
        kind = self._read_kind(row, values)
        country = self._read_country(row, values["country"])
        nuts = fields.line(values["nutsCode"], row=row, field="nutsCode")
        city = fields.line(values["city"], row=row, field="city")
        return Organisation(
            id=f"pic:{pic}",
            name=fields.line(values["name"], row=row, field="name"),
            kind=kind,
            source=SOURCE,
            short_name=fields.line(values["shortName"], row=row, field="shortName"),
            country=country,
            territory=nuts if len(nuts) > 2 else city,
            identifiers=(("pic", pic),),
        )

    def _read_country(self, row: int, text: str) -> str:
        country = text.strip().upper()
        if country and not _COUNTRY.fullmatch(country):
            self.fields.report(
                "unknown_country", Outcome.REPAIRED, row=row, field="country", found=country
            )
            country = ""
        return _ISO_COUNTRIES.get(country, country)

    def _read_kind(self, row: int, values: Mapping[str, str]) -> OrganisationKind:
        activity = values["activityType"].upper()
        if activity not in _KINDS:
            self.fields.report(
                "unknown_activity", Outcome.REPAIRED, row=row, field="activityType", found=activity
            )
        kind = _KINDS.get(activity, OrganisationKind.OTHER)
        is_small = self.fields.flag(values["SME"], row=row, field="SME")
        return OrganisationKind.SME if kind is OrganisationKind.COMPANY and is_small else kind

    def _add_share(self, row: int, values: Mapping[str, str]) -> None:
        fields = self.fields
        net = values["netEcContribution"]
        funding_column = "netEcContribution" if net else "ecContribution"
        participation = Participation(
            project_id=f"cordis:{values['projectID']}",
            organisation_id=f"pic:{values['organisationID']}",
            role=_ROLES[values["role"].lower()],
            funding_eur=fields.amount(values[funding_column], row=row, field=funding_column),
            total_cost_eur=fields.amount(
                values["totalCost"], row=row, field="totalCost", zero_is_missing=True
            ),
            has_ended=bool(
                fields.flag(values["endOfParticipation"], row=row, field="endOfParticipation")
            ),
        )
        line = tuple(values[name] for name in _LINE_COLUMNS)
        self.shares.add(participation, line=line, said_role=values["role"], row=row, fields=fields)


def _refuse(
    values: Mapping[str, str], known_projects: Container[str] | None
) -> tuple[str, str] | None:
    """Name the problem that a row is refused for, and the column that shows it."""
    for column in ("projectID", "organisationID"):
        if not NUMBER.fullmatch(values[column]):
            return "shifted_row", column
    if values["role"].lower() not in _ROLES:
        return ("shifted_row" if _is_amount(values["role"]) else "unknown_cordis_role"), "role"
    if known_projects is not None and values["projectID"] not in known_projects:
        return "unknown_project", "projectID"
    return None if values["name"] else ("empty_name", "name")


def _is_amount(text: str) -> bool:
    try:
        return parse_amount(text) is not None
    except ValueError:
        return False
