"""Which records of several sources are the same organisation or the same project.

Identifiers come first, names second, each link with the confidence that was measured for
its way (``docs/open-data.md``). Records whose identifiers of one scheme differ are never
joined, neither directly nor by way of a third. What a person has undone stays apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz

from roadmapfit.readers.headings import fold_heading
from roadmapfit.records import Organisation, Project

NEAR_RATIO = 92.0
"""Names less alike than this, of 100 (Indel ratio of sorted words), are not linked."""

_WORD_RATIO = 84.0
_MIN_NEAR_CHARS = 12
_MIN_TITLE_CHARS = 20
# A word that more names hold tells nothing of which organisations may be one.
_MAX_SHARED_BY = 60
# A part of the work is told in so many steps, heard of after so many records at most.
_PART, _PER_STEP = 100, 500

# And the words between others, which sources leave out or not.
_UNTOLD = """
sa sas sasu sarl eurl snc sci scop gie gip epic epst asbl aisbl gmbh ag kg mbh ug ev ltd limited
plc llp inc corp bv nv srl spa sl slu sau lda oy oyj ab as aps sro doo kft
the le la les l de du des d et and of
"""
_LEGAL_FORMS = frozenset(_UNTOLD.split())
_ANR_CODE = re.compile(r"ANR-\d\d-[A-Z0-9]{4}-\d{4}(?:-\d\d)?")
_CORDIS_CODE = re.compile(r"\d{5,9}", re.ASCII)
_EU_PROGRAMMES = ("H2020", "HORIZON", "FP7", "FP6", "EUROPE")


class Method(StrEnum):
    """By what two records were found to be one, the surest first."""

    IDENTIFIER = "identifier"
    NAME = "name"
    NEAR_NAME = "near-name"


# Shares of right links among names of French laboratories whose codes can tell, half of the
# codes hidden (benchmarks/import_open_data.py); an identifier is taken at its word.
CONFIDENCE = {Method.IDENTIFIER: 1.0, Method.NAME: 0.87, Method.NEAR_NAME: 0.84}


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that are held to be one; ``left_id`` comes before ``right_id``.

    ``confidence`` is the share of right links among those found this way, in [0, 1].
    ``evidence`` is the identifier they share, or the two names.
    """

    kind: str
    left_id: str
    right_id: str
    method: Method
    confidence: float
    evidence: str


T = TypeVar("T")
Pair = tuple[str, str]
Step = Callable[[int, int], None]
"""Called with how much is done and how much there is; it may raise to stop."""
Identifiers = Mapping[str, str]


def link_organisations(
    organisations: Iterable[Organisation],
    *,
    apart: Collection[Pair] = (),
    on_step: Step | None = None,
) -> list[Link]:
    """Link organisations by identifiers, then by equal, then by near names.

    Names count within one country. Within one source two places are two organisations.

    Parameters
    ----------
    organisations
        Of all sources; ids are unique.
    apart
        Pairs of ids, in either order, that must not come together.
    on_step
        Called as the work goes on.

    Returns
    -------
    list[Link]
        The fewest links that hold each group together, surest first.
    """
    known = {one.id: one for one in organisations}
    groups = _Groups({key: dict(one.identifiers) for key, one in known.items()}, apart)
    steps = _Steps(3, on_step)
    names = {key: fold_name(known[key].name) for key in steps.go_through(known)}
    links = _link_identifiers(
        "organisation", {key: one.identifiers for key, one in known.items()}, groups
    )
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, one in known.items():
        if len(names[key]) > 3:
            by_name[names[key], one.country].append(key)
    for same in steps.go_through(by_name.values()):
        if _has_one_identity(groups, same):
            links += _chain(known, same, groups, Method.NAME)
    for left, right in _list_near(known, names, steps):
        links += _chain(known, (left, right), groups, Method.NEAR_NAME)
    return sorted(links, key=lambda link: (-link.confidence, link.left_id, link.right_id))


def link_projects(
    projects: Iterable[Project],
    *,
    apart: Collection[Pair] = (),
    on_step: Step | None = None,
) -> list[Link]:
    """Link projects by the codes of ANR and CORDIS, then by equal titles of one year.

    Two projects of one source are never linked by their titles. The parameters and what
    is returned are those of ``link_organisations``.
    """
    known = {one.id: one for one in projects}
    steps = _Steps(2, on_step)
    codes = {key: find_codes(one) for key, one in known.items()}
    groups = _Groups({key: dict(pairs) for key, pairs in codes.items()}, apart)
    links = _link_identifiers("project", codes, groups)
    by_title: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    for key in steps.go_through(known):
        one = known[key]
        title = fold_name(one.title)
        if len(title) >= _MIN_TITLE_CHARS:
            by_title[title, one.year].append(key)
    for same in steps.go_through(by_title.values()):
        sources = [known[key].source for key in same]
        if len(set(sources)) != len(sources):
            continue
        for left, right in zip(same, same[1:], strict=False):
            if groups.join(left, right):
                evidence = known[left].title
                links.append(_make_link("project", left, right, Method.NAME, evidence))
    return sorted(links, key=lambda link: (-link.confidence, link.left_id, link.right_id))


def find_codes(project: Project) -> tuple[tuple[str, str], ...]:
    """Find the codes of ANR and CORDIS in a project's id.

    Examples
    --------
    >>> water = Project("scanr:ANR-16-CE23-0001", "Eau", "", "fr", "scanr")
    >>> find_codes(water)
    (('anr', 'ANR-16-CE23-0001'),)
    """
    source, _, tail = project.id.partition(":")
    if source in ("anr", "scanr") and _ANR_CODE.fullmatch(tail):
        return (("anr", tail),)
    is_european = source == "cordis" or (
        source == "scanr" and project.programme.upper().startswith(_EU_PROGRAMMES)
    )
    if is_european and _CORDIS_CODE.fullmatch(tail):
        return (("cordis", tail),)
    return ()


def fold_name(name: str) -> str:
    """Take out of a name what sources differ in: case, accents, signs, legal forms.

    Examples
    --------
    >>> fold_name("Société de l'Étang, S.A.S."), fold_name("LOMARTOV SL")
    ('societe etang', 'lomartov')
    """
    joined = re.sub(
        r"\b(?:[a-z]\.){2,}", lambda found: found[0].replace(".", ""), fold_heading(name)
    )
    words = re.sub(r"[^\w]+", " ", joined).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)


@dataclass(slots=True)
class _Steps:
    """Parts of the work, of equal weight, and who hears of them."""

    n_parts: int
    on_step: Step | None
    n_begun: int = 0

    def go_through(self, each_of: Collection[T]) -> Iterator[T]:
        """Go through one part; whoever listens hears of it now and then, and may stop it."""
        before, n, total = self.n_begun, len(each_of), self.n_parts * _PART
        self.n_begun += 1
        for number, each in enumerate(each_of):
            if self.on_step is not None and number % _PER_STEP == 0:
                self.on_step(before * _PART + _PART * number // n, total)
            yield each


@dataclass(slots=True)
class _Groups:
    """Records that were joined, with what is known of each group."""

    identifiers: dict[str, dict[str, str]]
    apart: Collection[Pair]
    _parent: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _kept_apart: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for left, right in self.apart:
            self._kept_apart[left].add(right)
            self._kept_apart[right].add(left)

    def find(self, key: str) -> str:
        """Name the group of a record."""
        while (above := self._parent.get(key, key)) != key:
            key = above
        return key

    def told(self, key: str) -> Identifiers:
        """Give the identifiers of a record's group, by scheme."""
        return self.identifiers[self.find(key)]

    def join(self, left: str, right: str) -> bool:
        """Join two groups; say whether they were apart and may be one."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return False
        first, second = self.identifiers[one], self.identifiers[other]
        if any(first.get(scheme, value) != value for scheme, value in second.items()):
            return False
        ours = self._members.get(one, [one])
        theirs = self._members.get(other, [other])
        if any(
            not self._kept_apart[key].isdisjoint(theirs) for key in ours if key in self._kept_apart
        ):
            return False
        self._parent[other] = one
        self._members[one] = ours + theirs
        self.identifiers[one] = {**first, **second}
        return True


def _link_identifiers(
    kind: str, identifiers: Mapping[str, Sequence[tuple[str, str]]], groups: _Groups
) -> list[Link]:
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, pairs in identifiers.items():
        for pair in pairs:
            holders[pair].append(key)
    return [
        _make_link(kind, same[0], other, Method.IDENTIFIER, f"{scheme} {value}")
        for (scheme, value), same in holders.items()
        for other in same[1:]
        if groups.join(same[0], other)
    ]


def _has_one_identity(groups: _Groups, same: Sequence[str]) -> bool:
    """Tell whether no two records of one name are known to be two."""
    told: dict[str, set[str]] = defaultdict(set)
    for key in same:
        for scheme, value in groups.told(key).items():
            told[scheme].add(value)
    return all(len(values) == 1 for values in told.values())


def _chain(
    known: Mapping[str, Organisation], same: Sequence[str], groups: _Groups, method: Method
) -> list[Link]:
    """Link each record to the first that it may be one with."""
    links = []
    for place, right in enumerate(same):
        for left in same[:place]:
            one, other = known[left], known[right]
            # Sources write places in ways of their own, so only within one do they tell.
            places = {one.territory, other.territory} - {""}
            if one.source == other.source and len(places) > 1:
                continue
            if groups.join(left, right):
                evidence = one.name if method is Method.NAME else f"{one.name} / {other.name}"
                links.append(_make_link("organisation", left, right, method, evidence))
                break
    return links


def _list_near(
    known: Mapping[str, Organisation], names: Mapping[str, str], steps: _Steps
) -> Iterable[tuple[str, str]]:
    """Find names that are nearly equal among those that share their rarest word, by likeness."""
    long = {key: name for key, name in names.items() if len(name) >= _MIN_NEAR_CHARS}
    n_names = Counter(word for name in long.values() for word in set(name.split()))
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, name in long.items():
        rare = sorted(set(name.split()), key=lambda word: (n_names[word], word))[:2]
        for word in rare:
            if n_names[word] <= _MAX_SHARED_BY:
                blocks[word, known[key].country].append(key)
    found: dict[Pair, float] = {}
    for same in steps.go_through(blocks.values()):
        for place, right in enumerate(same):
            for left in same[:place]:
                if long[left] == long[right] or _numbers(long[left]) != _numbers(long[right]):
                    continue
                ratio = fuzz.token_sort_ratio(long[left], long[right], score_cutoff=NEAR_RATIO)
                if ratio and differs_by_spelling(long[left], long[right]):
                    found[left, right] = ratio
    return sorted(found, key=lambda pair: (-found[pair], pair))


def differs_by_spelling(left: str, right: str) -> bool:
    """Tell a name that is spelt otherwise from one that names another place.

    Words that stand in one name alone must be nearly those of the other, or its initials.

    Examples
    --------
    >>> differs_by_spelling("sorbonne universite", "sorbonne univeriste")
    True
    >>> differs_by_spelling("consiglio nazionale ricerche", "consiglio nazionale ricerche cnr")
    True
    >>> differs_by_spelling("universita studi pavia", "universita studi parma")
    False
    """
    first, second = Counter(left.split()), Counter(right.split())
    ours, theirs = list((first - second).elements()), list((second - first).elements())
    for word in list(ours):
        near = next((one for one in theirs if fuzz.ratio(word, one) >= _WORD_RATIO), None)
        if near is not None:
            ours.remove(word)
            theirs.remove(near)
    initials = "".join(word[0] for word in left.split() if word in second)
    return all(_is_within(word, initials) for word in (*ours, *theirs))


def _is_within(word: str, initials: str) -> bool:
    """Tell whether a word's letters come in this order among initials."""
    rest = iter(initials)
    return len(word) > 1 and all(letter in rest for letter in word)


def _numbers(name: str) -> list[str]:
    """List the words with digits in them: UMR 8212 is not UMR 8213."""
    return sorted(word for word in name.split() if any(sign.isdigit() for sign in word))


def _make_link(kind: str, left: str, right: str, method: Method, evidence: str) -> Link:
    first, second = sorted((left, right))
    return Link(kind, first, second, method, CONFIDENCE[method], evidence)
