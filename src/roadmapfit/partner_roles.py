"""Which roles a project's text asks for, and which of them its consortium lacks.

A text asks for a role where it says one of its words; a consortium has it where a member's
type can play it. Both are read off facts that a reader can check: the sentence, the type.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from roadmapfit.records import Organisation, OrganisationKind, Passage


class PartnerRole(StrEnum):
    """What a partner is needed as, in the order in which committees ask."""

    SME = "sme"
    LARGE = "large"
    LABORATORY = "laboratory"
    TRAINING = "training"
    END_USER = "end-user"
    TERRITORY = "territory"


class Facet(StrEnum):
    """What kind of need a passage states."""

    TECHNOLOGY = "technology"
    MARKET = "market"
    ROLE = "role"


PLAYED_BY = MappingProxyType(
    {
        PartnerRole.SME: (OrganisationKind.SME,),
        PartnerRole.LARGE: (OrganisationKind.LARGE, OrganisationKind.MIDCAP),
        PartnerRole.LABORATORY: (OrganisationKind.LABORATORY, OrganisationKind.SCHOOL),
        PartnerRole.TRAINING: (OrganisationKind.SCHOOL,),
        # No type says who uses or buys; a laboratory, a school or an SME seldom does.
        PartnerRole.END_USER: (
            OrganisationKind.PUBLIC,
            OrganisationKind.LARGE,
            OrganisationKind.MIDCAP,
            OrganisationKind.COMPANY,
            OrganisationKind.OTHER,
        ),
        PartnerRole.TERRITORY: (OrganisationKind.PUBLIC,),
    }
)
"""Role to the types of organisation that can play it."""

# Words by language, without accents or capitals. ``former`` is training in French only.
_ROLE_WORDS = MappingProxyType(
    {
        "fr": {
            PartnerRole.SME: r"pme|tpe|start-?ups?|jeunes? pousses?|petites? et moyennes?",
            PartnerRole.LARGE: r"grands? groupes?|grandes? entreprises?|donneurs? d'ordres?|"
            r"constructeurs?|equipementiers?|integrateurs?",
            PartnerRole.LABORATORY: r"laboratoires?|unites? de recherche|academiques?|"
            r"universit\w+|organismes? de recherche",
            PartnerRole.TRAINING: r"formations?|formateurs?|former|apprentissage professionnel|"
            r"apprentis?|competences professionnelles|lycees?",
            PartnerRole.END_USER: r"utilisateurs?|utilisatrices?|usagers?|exploitants?|"
            r"operateurs?|clients?|patients?|agriculteurs?|hopita(?:l|ux)",
            PartnerRole.TERRITORY: r"collectivites?|territoires?|communes?|metropoles?|villes?|"
            r"departements?|intercommunalites?",
        },
        "en": {
            PartnerRole.SME: r"smes?|start-?ups?|small and medium",
            PartnerRole.LARGE: r"large (?:compan|group|industr)\w*|oems?|system integrators?",
            PartnerRole.LABORATORY: r"laborator(?:y|ies)|universit\w+|academi(?:a|c partners?)|"
            r"research (?:institut|organi[sz]ation|cent)\w*",
            PartnerRole.TRAINING: r"training (?:course|programme|material|of)\w*|trainees?|"
            r"trainers?|curricul\w+|upskill\w*|reskill\w*|apprentice\w*|vocational",
            PartnerRole.END_USER: r"end[- ]?users?|users?|operators?|customers?|patients?|"
            r"farmers?|hospitals?|utilities",
            PartnerRole.TERRITORY: r"cities|municipalit\w+|local authorit\w+|"
            r"public authorit\w+|local communit\w+|regional authorit\w+",
        },
    }
)
_MARKET_WORDS = MappingProxyType(
    {
        "fr": r"marches?|commercial\w*|clients?|ventes?|vendre|vendus?|chiffre d'affaires|"
        r"debouches?|filieres?|normes?|normalisation|certification|homologation|"
        r"reglementations?|sites? pilotes?|demonstrateurs?|deploiements?|industrialis\w+|"
        r"valorisation|prix|couts?",
        "en": r"markets?|commercial\w*|customers?|business(?:es)?|sales|sold|revenues?|exports?|"
        r"standards?|standardi[sz]ation|certification|regulat\w+|pilot sites?|demonstrators?|"
        r"deploy\w*|industriali[sz]\w+|prices?|costs?",
    }
)


def _compile(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.ASCII)


_ROLES = {
    language: {role: _compile(words) for role, words in by_role.items()}
    for language, by_role in _ROLE_WORDS.items()
}
_MARKET = {language: _compile(words) for language, words in _MARKET_WORDS.items()}


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """One role: whether the text asks for it, and who has it.

    Attributes
    ----------
    asked_in
        The first passage that names the role; ``None`` where none does.
    word
        The word of that passage that names it; empty where none does.
    member_ids
        Members of the consortium whose type can play it.
    """

    role: PartnerRole
    asked_in: Passage | None
    word: str
    member_ids: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether no member can play it."""
        return not self.member_ids

    @property
    def is_open(self) -> bool:
        """Whether the text asks for it and no member can play it."""
        return self.asked_in is not None and self.is_missing


def find_role_needs(
    passages: Sequence[Passage], members: Iterable[Organisation]
) -> tuple[RoleNeed, ...]:
    """Say of each role where a text asks for it and which members can play it.

    Parameters
    ----------
    passages
        Of the project, in reading order.
    members
        The present consortium.

    Returns
    -------
    tuple
        One a role, in the order of ``PartnerRole``.
    """
    present = sorted(members, key=lambda each: each.id)
    needs = []
    for role in PartnerRole:
        asked = next(
            (
                (passage, passage.text[found.start() : found.end()])
                for passage in passages
                if (found := _search_role(role, passage))
            ),
            None,
        )
        needs.append(
            RoleNeed(
                role=role,
                asked_in=asked[0] if asked else None,
                word=asked[1] if asked else "",
                member_ids=tuple(each.id for each in present if each.kind in PLAYED_BY[role]),
            )
        )
    return tuple(needs)


def name_facets(passage: Passage) -> tuple[Facet, ...]:
    """Say what kinds of need a passage states: technology unless its words say otherwise."""
    folded = _fold(passage.text)
    market = _MARKET.get(passage.language)
    facets = [Facet.MARKET] * bool(market and market.search(folded))
    facets += [Facet.ROLE] * any(_search_role(role, passage) for role in PartnerRole)
    return tuple(facets) or (Facet.TECHNOLOGY,)


def _search_role(role: PartnerRole, passage: Passage) -> re.Match[str] | None:
    """Find the first word that names a role; in a third language there is none."""
    words = _ROLES.get(passage.language)
    return words[role].search(_fold(passage.text)) if words else None


@lru_cache(maxsize=256)
def _fold(text: str) -> str:
    """Take case and accents away, sign by sign, so that places stay those of the text.

    A passage is asked about every role, so what it folds to is kept.
    """
    return "".join(_fold_sign(sign) for sign in text)


def _fold_sign(sign: str) -> str:
    plain = unicodedata.normalize("NFD", sign)[0].lower()
    return "'" if plain == "\N{RIGHT SINGLE QUOTATION MARK}" else plain[0]
