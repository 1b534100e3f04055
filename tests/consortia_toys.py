"""Five projects and six organisations whose ties can be worked out by hand.

Signed on 1 January, the history ending with 2024::

    p1 2021  solar   lab, firm
    p2 2023  water   lab, town, firm
    p3 2023  wind    port
    p4 2024  solar, water   lab, firm, town, fresh     (test; fresh is a newcomer)
    p5 2022  no text        lab, school
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fakes import WordCountEncoder
from roadmapfit.competence import Competences, gather_competences
from roadmapfit.evaluate.consortium.task import ConsortiumTask, Window
from roadmapfit.history import History, build_history
from roadmapfit.records import Organisation, OrganisationKind, Participation, Project, Role
from roadmapfit.textset import TextSet
from toys import toy_text_set

DAY = date(2024, 1, 1)
KINDS = {
    "firm": (OrganisationKind.SME, "FR", "FRJ21"),
    "fresh": (OrganisationKind.SME, "ES", ""),
    "lab": (OrganisationKind.LABORATORY, "FR", "FRJ23"),
    "port": (OrganisationKind.PUBLIC, "DE", "DE212"),
    "school": (OrganisationKind.SCHOOL, "FR", "FRK11"),
    "town": (OrganisationKind.PUBLIC, "ES", "ES523"),
}
ORGANISATIONS = {
    name: Organisation(name, name.title(), kind, "test", country=country, territory=territory)
    for name, (kind, country, territory) in KINDS.items()
}
MEMBERS = {
    "p1": ("lab", "firm"),
    "p2": ("lab", "town", "firm"),
    "p3": ("port",),
    "p4": ("lab", "firm", "town", "fresh"),
    "p5": ("lab", "school"),
}
YEARS = {"p1": 2021, "p2": 2023, "p3": 2023, "p4": 2024, "p5": 2022}
TEXTS = {"p1": ("solar",), "p2": ("water",), "p3": ("wind",), "p4": ("solar", "water")}


def toy_projects(years: dict[str, int] | None = None) -> list[Project]:
    return [
        Project(
            id=name,
            title="",
            abstract=". ".join(TEXTS.get(name, ())),
            language="en",
            source="test",
            programme="RIA" if name in ("p1", "p4") else "CSA",
            signature_date=date(year, 1, 1),
        )
        for name, year in (years or YEARS).items()
    ]


def toy_participations() -> list[Participation]:
    return [
        Participation(project_id, each, Role.PARTNER)
        for project_id, own in MEMBERS.items()
        for each in own
    ]


def toy_history() -> History:
    return build_history(toy_projects(), ORGANISATIONS.values(), toy_participations(), day=DAY)


def toy_texts(names: Sequence[str] = tuple(TEXTS)) -> TextSet:
    return toy_text_set([(name, "en", TEXTS[name]) for name in names], WordCountEncoder())


def toy_competences() -> Competences:
    return gather_competences(toy_history(), toy_texts())


def toy_consortia(projects: Sequence[Project] | None = None) -> ConsortiumTask:
    return ConsortiumTask(
        name="toys",
        projects=projects or toy_projects(),
        organisations=list(ORGANISATIONS.values()),
        participations=toy_participations(),
        windows={
            "test": Window(DAY),
            "development": Window(date(2023, 1, 1), DAY),
        },
    )
