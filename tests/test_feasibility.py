from __future__ import annotations

from datetime import date

from roadmapfit.feasibility import Feasibility, measure_feasibility
from roadmapfit.records import Organisation, OrganisationKind, Participation, Project, Role

DAY = date(2024, 6, 1)
FIRM = Organisation("firm", "Firm", OrganisationKind.SME, "test", country="FR", territory="FRJ21")


def project(name: str, start: date | None, end: date | None) -> Project:
    return Project(name, name, "", "en", "test", start_date=start, end_date=end)


PROJECTS = {
    each.id: each
    for each in (
        project("old", date(2020, 1, 1), date(2024, 5, 31)),
        project("last-day", date(2021, 1, 1), DAY),
        project("now", date(2023, 1, 1), date(2026, 1, 1)),
        project("later", date(2025, 1, 1), date(2027, 1, 1)),
        project("endless", date(2023, 1, 1), None),
        project("undated", None, date(2025, 1, 1)),
    )
}


def part(project_id: str, euros: float | None = None, *, has_ended: bool = False) -> Participation:
    return Participation(project_id, "firm", Role.PARTNER, funding_eur=euros, has_ended=has_ended)


def measure(*parts: Participation, member: Organisation | None = None) -> Feasibility:
    members = [member] if member else []
    return measure_feasibility(FIRM, members, participations=parts, projects=PROJECTS, day=DAY)


def test_projects_run_to_their_last_day() -> None:
    found = measure(*(part(name) for name in PROJECTS))
    assert found.n_running == 3  # last-day, now and undated
    assert found.is_stretched
    # Who left is not busy there, and what is in no workspace is not known.
    found = measure(part("now"), part("last-day", has_ended=True), part("elsewhere"))
    assert (found.n_running, found.is_stretched) == (1, False)


def test_the_usual_funding_is_the_median_of_what_is_known() -> None:
    assert measure(part("old", 100.0), part("now", 400.0), part("later", 200.0)).typical_eur == 200
    assert measure(part("old", 100.0), part("now"), part("later", 0.0)).typical_eur == 100
    assert measure(part("old")).typical_eur is None


def test_place_is_compared_with_the_members() -> None:
    def member(country: str, territory: str) -> Organisation:
        return Organisation(
            "m", "M", OrganisationKind.PUBLIC, "test", country=country, territory=territory
        )

    near = measure(member=member("FR", "FRJ23"))
    assert (near.shares_region, near.shares_country) == (True, True)
    far = measure(member=member("FR", "FRK11"))
    assert (far.shares_region, far.shares_country) == (False, True)
    nowhere = measure(member=member("", ""))
    assert (nowhere.shares_region, nowhere.shares_country) == (False, False)
