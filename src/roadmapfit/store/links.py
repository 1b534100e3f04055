"""The table of links: which records of several sources are held to be one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, inspect, select, update

from roadmapfit.identity import Link, Method
from roadmapfit.records import OrganisationKind
from roadmapfit.store.tables import LINKS, ORGANISATIONS, PARTICIPATIONS


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A link as it is kept, and whether a person has undone it."""

    link: Link
    is_undone: bool


def read_links(connection: Connection) -> list[KeptLink]:
    """Read all links, by kind and surest first."""
    if not inspect(connection).has_table(LINKS.name):
        return []
    query = select(LINKS).order_by(
        LINKS.c.kind, LINKS.c.confidence.desc(), LINKS.c.left_id, LINKS.c.right_id
    )
    return [
        KeptLink(
            Link(
                kind=row["kind"],
                left_id=row["left_id"],
                right_id=row["right_id"],
                method=Method(row["method"]),
                confidence=row["confidence"],
                evidence=row["evidence"],
            ),
            row["is_undone"],
        )
        for row in connection.execute(query).mappings()
    ]


def replace_links(connection: Connection, links: Sequence[Link]) -> bool:
    """Write links in the place of all that no person has undone; say whether any differ."""
    before = {kept.link for kept in read_links(connection) if not kept.is_undone}
    if before == set(links):
        return False
    LINKS.create(connection, checkfirst=True)
    connection.execute(delete(LINKS).where(LINKS.c.is_undone.is_(False)))
    if links:
        connection.execute(
            insert(LINKS).prefix_with("OR IGNORE"),
            [
                {
                    "kind": link.kind,
                    "left_id": link.left_id,
                    "right_id": link.right_id,
                    "method": str(link.method),
                    "confidence": link.confidence,
                    "evidence": link.evidence,
                    "is_undone": False,
                }
                for link in links
            ],
        )
    return True


def mark_link(connection: Connection, first: str, second: str, *, is_undone: bool) -> bool:
    """Undo a link, or take that back; say whether there is such a link."""
    if not inspect(connection).has_table(LINKS.name):
        return False
    left, right = sorted((first, second))
    condition = (LINKS.c.left_id == left) & (LINKS.c.right_id == right)
    changed = connection.execute(update(LINKS).where(condition).values(is_undone=is_undone))
    return bool(changed.rowcount)


def join_organisations(connection: Connection, links: Sequence[Link]) -> None:
    """Put one organisation in the place of each linked group, in a snapshot.

    The one with identifiers stands for the others, of several the first by id; what it
    does not say of itself is taken from them. Where a project has two of a group in one
    role, both stay: which share is whose is not said.
    """
    for group in _list_groups(links):
        # A source may have gone since its records were linked.
        query = select(ORGANISATIONS).where(ORGANISATIONS.c.id.in_(group))
        found = [dict(row) for row in connection.execute(query).mappings()]
        found.sort(key=lambda row: (not row["identifiers"], row["id"], row["source_name"]))
        if len({row["id"] for row in found}) < 2:
            continue
        kept = found[0]["id"]
        others = sorted({row["id"] for row in found} - {kept})
        connection.execute(
            update(ORGANISATIONS).where(ORGANISATIONS.c.id == kept).values(_complete(found))
        )
        is_other = PARTICIPATIONS.c.organisation_id.in_(others)
        connection.execute(
            update(PARTICIPATIONS)
            .prefix_with("OR IGNORE")
            .where(is_other)
            .values(organisation_id=kept)
        )
        still = select(PARTICIPATIONS.c.organisation_id).where(is_other)
        connection.execute(
            delete(ORGANISATIONS).where(
                ORGANISATIONS.c.id.in_(others), ORGANISATIONS.c.id.not_in(still)
            )
        )


def _complete(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Fill what the first row leaves empty from the next that says it; schemes are joined."""
    filled = {
        name: next((row[name] for row in rows if row[name]), rows[0][name])
        for name in ("short_name", "country", "territory", "n_employees", "competences")
    }
    told = next((row for row in rows if row["description"]), rows[0])
    kinds = (row["kind"] for row in rows if row["kind"] != OrganisationKind.OTHER)
    schemes: dict[str, str] = {}
    for row in rows:
        for scheme, value in row["identifiers"]:
            schemes.setdefault(scheme, value)
    return filled | {
        "description": told["description"],
        "language": told["language"],
        "kind": str(next(kinds, OrganisationKind.OTHER)),
        "identifiers": [list(pair) for pair in schemes.items()],
    }


def _list_groups(links: Sequence[Link]) -> list[list[str]]:
    """List the organisations that links hold together."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.kind == "organisation":
            neighbours[link.left_id].add(link.right_id)
            neighbours[link.right_id].add(link.left_id)
    groups: list[list[str]] = []
    seen: set[str] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, waiting = [], [start]
        seen.add(start)
        while waiting:
            each = waiting.pop()
            group.append(each)
            fresh = neighbours[each] - seen
            seen |= fresh
            waiting += sorted(fresh)
        groups.append(sorted(group))
    return groups
