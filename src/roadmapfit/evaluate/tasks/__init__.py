"""Real texts with ground truth, as queries, candidates and judgements.

The folder of open data holds one folder a provider, under the names that each module
gives. Splits go by topic or by project code, never by row: rows of one topic share
wording and labels.
"""

from __future__ import annotations

from roadmapfit.evaluate.tasks.anr import load_anr_committees, load_anr_titles
from roadmapfit.evaluate.tasks.bahamas import load_bahamas
from roadmapfit.evaluate.tasks.cordis import load_cordis_topics, load_fields, load_siblings
from roadmapfit.evaluate.tasks.destinations import load_destinations
from roadmapfit.evaluate.tasks.ilab import load_laureate_domains, load_laureates
from roadmapfit.evaluate.tasks.policies import load_policies
from roadmapfit.evaluate.tasks.registry import TASKS
from roadmapfit.evaluate.tasks.ria import load_ria
from roadmapfit.evaluate.tasks.sdg import load_targets
from roadmapfit.evaluate.tasks.task import (
    Task,
    Text,
    check_task,
    is_held_out,
)

__all__ = [
    "TASKS",
    "Task",
    "Text",
    "check_task",
    "is_held_out",
    "load_anr_committees",
    "load_anr_titles",
    "load_bahamas",
    "load_cordis_topics",
    "load_destinations",
    "load_fields",
    "load_laureate_domains",
    "load_laureates",
    "load_policies",
    "load_ria",
    "load_siblings",
    "load_targets",
]
