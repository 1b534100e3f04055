"""Records to and from a SQLite database (SQLAlchemy Core).

One table a record type, one column a field; tuples are JSON. Every row
remembers the source it came from, so that adding a source again replaces what
it brought before and removing it takes away just that. Where two sources bring
the same record (two exports name one organisation), both rows are kept and the
source that was added last is the one that is read.

What people decided is kept otherwise: one decision a pair, whoever brought it, and
never in a snapshot, for decisions are read live. A source that is removed is set aside
until it is put back, added anew or forgotten. What records were before an update, and
what people said of the columns of their tables, stay out of snapshots too.
"""

from __future__ import annotations

from roadmapfit.store.history import RecordChange, Version
from roadmapfit.store.links import KeptLink
from roadmapfit.store.queries import Step
from roadmapfit.store.removed import RemovedSource
from roadmapfit.store.rows import Record
from roadmapfit.store.sources import Change, Source, count_records
from roadmapfit.store.store import Store

__all__ = [
    "Change",
    "KeptLink",
    "Record",
    "RecordChange",
    "RemovedSource",
    "Source",
    "Step",
    "Store",
    "Version",
    "count_records",
]
