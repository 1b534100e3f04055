"""RoadmapFit: how well projects fit the roadmaps of clusters and national programmes.

The public API is what this module hands on; ``docs/python-api.md`` shows it at work.
A name is imported when it is first asked for, so that ``import roadmapfit`` is cheap.

============================  =======================================================
to                            call
============================  =======================================================
hold a corpus                 ``create_workspace``, ``open_workspace``; of the workspace
                              ``add``, ``build``, ``count``, ``generation``
ask about one project         ``prepare_project`` or ``prepare_text``, and then
                              ``align_text``, ``explain``, ``find_reasons``,
                              ``find_close_projects``, ``find_partners``
ask about all projects        ``measure_portfolio``, ``judge_projects``, ``judge_pairs``,
                              ``list_projects``, ``list_duplicates``
judge a table of texts        ``read_text_table``, ``score_texts``
compare strategies            ``compare_documents``, ``find_neighbours``
ask about an item             ``prepare_item``, ``find_carriers``, ``map_item``
ask about an organisation     ``profile_organisation``, ``place_organisation``
write down what people say    ``decide`` of the workspace, ``decisions_of``, ``recalibrate``
============================  =======================================================

Every error raised on purpose is a ``RoadmapFitError``; ``dir(roadmapfit)`` lists all names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roadmapfit.absent_phrases import list_absent_phrases as list_absent_phrases
    from roadmapfit.align import Alignment as Alignment
    from roadmapfit.analysis import DocumentComparison as DocumentComparison
    from roadmapfit.analysis import PreparedText as PreparedText
    from roadmapfit.analysis import align_text as align_text
    from roadmapfit.analysis import compare_documents as compare_documents
    from roadmapfit.analysis import explain as explain
    from roadmapfit.analysis import find_close_projects as find_close_projects
    from roadmapfit.analysis import measure_portfolio as measure_portfolio
    from roadmapfit.analysis import prepare_project as prepare_project
    from roadmapfit.analysis import prepare_text as prepare_text
    from roadmapfit.bulk import ScoredText as ScoredText
    from roadmapfit.bulk import score_texts as score_texts
    from roadmapfit.calibrate import Thresholds as Thresholds
    from roadmapfit.calibrate import Verdict as Verdict
    from roadmapfit.carriers import Carrier as Carrier
    from roadmapfit.carriers import find_carriers as find_carriers
    from roadmapfit.carriers import prepare_item as prepare_item
    from roadmapfit.cautions import Caution as Caution
    from roadmapfit.cautions import CautionKind as CautionKind
    from roadmapfit.clusters import find_clusters as find_clusters
    from roadmapfit.competence_map import CompetenceMap as CompetenceMap
    from roadmapfit.competence_map import map_item as map_item
    from roadmapfit.competence_map import map_project as map_project
    from roadmapfit.competence_map import map_territory as map_territory
    from roadmapfit.competence_profile import CompetenceProfile as CompetenceProfile
    from roadmapfit.competence_profile import profile_organisation as profile_organisation
    from roadmapfit.concentration import Concentration as Concentration
    from roadmapfit.concentration import measure_concentration as measure_concentration
    from roadmapfit.consortium_network import Network as Network
    from roadmapfit.consortium_network import (
        draw_organisation_network as draw_organisation_network,
    )
    from roadmapfit.consortium_network import draw_portfolio_network as draw_portfolio_network
    from roadmapfit.consortium_network import draw_project_network as draw_project_network
    from roadmapfit.consortium_network import list_supporting as list_supporting
    from roadmapfit.contribution import Contribution as Contribution
    from roadmapfit.contribution import Origin as Origin
    from roadmapfit.corpus import Addition as Addition
    from roadmapfit.coverage import ItemCoverage as ItemCoverage
    from roadmapfit.coverage import PortfolioCoverage as PortfolioCoverage
    from roadmapfit.coverage import Support as Support
    from roadmapfit.decided import decisions_of as decisions_of
    from roadmapfit.decided import recalibrate as recalibrate
    from roadmapfit.duplicates import Duplicate as Duplicate
    from roadmapfit.duplicates import list_duplicates as list_duplicates
    from roadmapfit.duplicates import load_duplicate_passages as load_duplicate_passages
    from roadmapfit.encoder import Encoder as Encoder
    from roadmapfit.encoder import load_encoder as load_encoder
    from roadmapfit.errors import ArgumentError as ArgumentError
    from roadmapfit.errors import DimensionError as DimensionError
    from roadmapfit.errors import EncoderError as EncoderError
    from roadmapfit.errors import InputError as InputError
    from roadmapfit.errors import LockedError as LockedError
    from roadmapfit.errors import RoadmapFitError as RoadmapFitError
    from roadmapfit.errors import WorkspaceError as WorkspaceError
    from roadmapfit.evidence import Evidence as Evidence
    from roadmapfit.feasibility import Feasibility as Feasibility
    from roadmapfit.neighbours import Neighbour as Neighbour
    from roadmapfit.neighbours import find_neighbours as find_neighbours
    from roadmapfit.partner_roles import RoleNeed as RoleNeed
    from roadmapfit.partner_sets import PartnerSet as PartnerSet
    from roadmapfit.partnering import PartnerQuestion as PartnerQuestion
    from roadmapfit.partnering import answer_partners as answer_partners
    from roadmapfit.partnering import ask_partners as ask_partners
    from roadmapfit.partnering import find_partner_set as find_partner_set
    from roadmapfit.partnering import find_partners as find_partners
    from roadmapfit.partnering import list_needs as list_needs
    from roadmapfit.partnering import list_role_needs as list_role_needs
    from roadmapfit.partners import Closure as Closure
    from roadmapfit.partners import Gain as Gain
    from roadmapfit.partners import Need as Need
    from roadmapfit.partners import PartnerFit as PartnerFit
    from roadmapfit.placement import Placement as Placement
    from roadmapfit.placement import place_organisation as place_organisation
    from roadmapfit.portfolio import judge_pairs as judge_pairs
    from roadmapfit.portfolio import judge_projects as judge_projects
    from roadmapfit.portfolio import list_projects as list_projects
    from roadmapfit.portfolio import list_target_items as list_target_items
    from roadmapfit.readers import read_path as read_path
    from roadmapfit.readers.text_table import TextRow as TextRow
    from roadmapfit.readers.text_table import read_text_table as read_text_table
    from roadmapfit.reasons import Absence as Absence
    from roadmapfit.reasons import Reasons as Reasons
    from roadmapfit.reasons import find_absence as find_absence
    from roadmapfit.reasons import find_instructions as find_instructions
    from roadmapfit.reasons import find_nearest_missed as find_nearest_missed
    from roadmapfit.reasons import find_reasons as find_reasons
    from roadmapfit.recalibration import Recalibration as Recalibration
    from roadmapfit.records import Batch as Batch
    from roadmapfit.records import Decision as Decision
    from roadmapfit.records import Organisation as Organisation
    from roadmapfit.records import Participation as Participation
    from roadmapfit.records import Passage as Passage
    from roadmapfit.records import Problem as Problem
    from roadmapfit.records import Project as Project
    from roadmapfit.records import StrategyDocument as StrategyDocument
    from roadmapfit.records import StrategyItem as StrategyItem
    from roadmapfit.revision import FitChange as FitChange
    from roadmapfit.revision import compare_alignments as compare_alignments
    from roadmapfit.scenario import ItemShift as ItemShift
    from roadmapfit.scenario import compare_coverage as compare_coverage
    from roadmapfit.similar import Closeness as Closeness
    from roadmapfit.similar import SimilarProject as SimilarProject
    from roadmapfit.workspace import Workspace as Workspace
    from roadmapfit.workspace import create_workspace as create_workspace
    from roadmapfit.workspace import open_workspace as open_workspace

# The same names again, for they must be known without importing anything;
# tests/test_cli.py compares the two lists.
_NAMES = {
    "align": "Alignment",
    "analysis": "DocumentComparison PreparedText align_text compare_documents explain"
    " find_close_projects measure_portfolio prepare_project prepare_text",
    "absent_phrases": "list_absent_phrases",
    "bulk": "ScoredText score_texts",
    "calibrate": "Thresholds Verdict",
    "cautions": "Caution CautionKind",
    "clusters": "find_clusters",
    "concentration": "Concentration measure_concentration",
    "competence_profile": "CompetenceProfile profile_organisation",
    "competence_map": "CompetenceMap map_item map_project map_territory",
    "consortium_network": "Network draw_organisation_network draw_portfolio_network"
    " draw_project_network list_supporting",
    "contribution": "Contribution Origin",
    "coverage": "ItemCoverage PortfolioCoverage Support",
    "decided": "decisions_of recalibrate",
    "duplicates": "Duplicate list_duplicates load_duplicate_passages",
    "carriers": "Carrier find_carriers prepare_item",
    "neighbours": "Neighbour find_neighbours",
    "placement": "Placement place_organisation",
    "encoder": "Encoder load_encoder",
    "errors": "ArgumentError DimensionError EncoderError InputError LockedError RoadmapFitError"
    " WorkspaceError",
    "evidence": "Evidence",
    "feasibility": "Feasibility",
    "partner_roles": "RoleNeed",
    "partner_sets": "PartnerSet",
    "partnering": "PartnerQuestion answer_partners ask_partners find_partner_set find_partners"
    " list_needs list_role_needs",
    "partners": "Closure Gain Need PartnerFit",
    "portfolio": "judge_pairs judge_projects list_projects list_target_items",
    "readers": "read_path",
    "readers.text_table": "TextRow read_text_table",
    "reasons": "Absence Reasons find_absence find_instructions find_nearest_missed find_reasons",
    "recalibration": "Recalibration",
    "records": "Batch Decision Organisation Participation Passage Problem Project"
    " StrategyDocument StrategyItem",
    "revision": "FitChange compare_alignments",
    "scenario": "ItemShift compare_coverage",
    "similar": "Closeness SimilarProject",
    "corpus": "Addition",
    "workspace": "Workspace create_workspace open_workspace",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import a public name's module when the name is first asked for.

    Raises
    ------
    AttributeError
        If the name is not public.
    """
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(_HOMES)
