"""Where the columns of a table stand, found by name whatever their order and case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roadmapfit.errors import InputError
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome


def place_columns(
    header: Sequence[str],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    aliases: Mapping[str, Sequence[str]] | None = None,
    fields: FieldReader,
) -> dict[str, int | None]:
    """Find the place of each wanted column; of two of one name the first counts.

    Parameters
    ----------
    header
        The names as the table spells them.
    required, optional
        The wanted names, which are the keys of the answer. A missing optional one is
        noted and has no place.
    aliases
        Other names of a column, in the order in which they are tried.
    fields
        Where a missing column is reported.

    Raises
    ------
    InputError
        ``columns_missing``, with those missing and those found.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(fold_heading(name), place)
    found: dict[str, int | None] = {}
    for name in (*required, *optional):
        spellings = (name, *(aliases or {}).get(name, ()))
        known = [places[key] for key in map(fold_heading, spellings) if key in places]
        found[name] = known[0] if known else None
    missing = [name for name in required if found[name] is None]
    if missing:
        raise InputError(
            "columns_missing",
            file=fields.file,
            missing=", ".join(missing),
            columns=", ".join(header)[:500] or "–",
        )
    taken = {place for place in found.values() if place is not None}
    wanted = {fold_heading(header[place]) for place in taken}
    for place, name in enumerate(header):
        if fold_heading(name) in wanted and place not in taken:
            fields.report("repeated_column", Outcome.NOTED, row=1, field=name, found=name)
    for name in optional:
        if found[name] is None:
            fields.report("column_absent", Outcome.NOTED, row=1, field=name, found=name)
    return found
