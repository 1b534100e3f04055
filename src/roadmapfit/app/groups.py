"""The columns of the coverage picture: which group a project counts in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from roadmapfit.app.words import say
from roadmapfit.generation import Generation
from roadmapfit.portfolio import find_leader

YEAR, LEADER, TERRITORY, SCHEME = "year", "leader", "territory", "scheme"
CLUSTER = "cluster"
GROUPINGS = (YEAR, LEADER, TERRITORY, SCHEME, CLUSTER)
# More columns than this are no picture any more: the rest is one column.
MAX_COLUMNS = 14


def name_group(
    generation: Generation, grouping: str, *, clusters: Mapping[str, str]
) -> Callable[[str], Sequence[str]]:
    """Return the function that names a project's group, in the reader's language.

    ``clusters`` are needed where projects are grouped by them. What is no project of the
    generation was put in by the reader, and is a group of its own.
    """
    projects = generation.project_heads
    unknown = say("app.unknown")

    def year_of(project_id: str) -> Sequence[str]:
        year = projects[project_id].year
        return (str(year) if year else unknown,)

    def kind_of(project_id: str) -> Sequence[str]:
        leader = find_leader(generation, project_id)
        return (say(f"kind.{leader.kind}") if leader else unknown,)

    def territory_of(project_id: str) -> Sequence[str]:
        leader = find_leader(generation, project_id)
        return (((leader.territory or leader.country) if leader else "") or unknown,)

    def scheme_of(project_id: str) -> Sequence[str]:
        return (projects[project_id].programme or unknown,)

    def cluster_of(project_id: str) -> Sequence[str]:
        return (clusters.get(project_id) or say("app.group.no_cluster"),)

    of_stored = {
        YEAR: year_of,
        LEADER: kind_of,
        TERRITORY: territory_of,
        SCHEME: scheme_of,
        CLUSTER: cluster_of,
    }[grouping]
    put_in = (say("app.group.put_in"),)
    return lambda project_id: of_stored(project_id) if project_id in projects else put_in


def order_columns(
    counts: Mapping[tuple[str, str], int], grouping: str
) -> tuple[list[str], dict[str, str]]:
    """Order the columns, and fold what is too many into one.

    Parameters
    ----------
    counts
        Projects by item and group.
    grouping
        One of ``GROUPINGS``.

    Returns
    -------
    tuple[list[str], dict[str, str]]
        The columns from left to right (years in order, all else by size, the unknown
        last), and the column of each group.
    """
    sizes: Counter[str] = Counter()
    for (_item, group), n in counts.items():
        sizes[group] += n
    others = say("app.others")
    last = [say(key) for key in ("app.unknown", "app.group.no_cluster", "app.group.put_in")]

    def rank(group: str) -> int:
        return last.index(group) + 1 if group in last else 0

    if grouping == YEAR:
        ordered = sorted(sizes, key=lambda group: (rank(group), group))
        kept = ordered[-MAX_COLUMNS:]
    else:
        ordered = sorted(sizes, key=lambda group: (rank(group), -sizes[group], group))
        kept = ordered[:MAX_COLUMNS]
    folded = {group: group if group in kept else others for group in ordered}
    columns = kept if len(kept) == len(ordered) else [*kept, others]
    return columns, folded
