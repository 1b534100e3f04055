from __future__ import annotations

import resource
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmapfit.errors import InputError
from roadmapfit.records import OwnerKind, Passage
from roadmapfit.segment import (
    MAX_CHARS,
    MAX_WORDS,
    PIECE_CHARS,
    Detection,
    FieldText,
    count_words,
    cut_passages,
    detect_language,
    extract_key_phrases,
    settle_language,
)

FRENCH = "Le projet produit de l'hydrogène par électrolyse au pied des quais du port."
FRENCH_TOO = "Une station distribue cet hydrogène aux navires et aux camions de la zone."
ENGLISH = "The consortium builds a pilot plant for green ammonia near the harbour of the city."
ENGLISH_TOO = "It will deliver the first tonnes to the farmers of the region by next spring."
GERMAN = (
    "Das Museum restauriert mittelalterliche Handschriften und öffnet sein Archiv für Besucher."
)


def field(text: str, *, language: str = "", owner_id: str = "p") -> FieldText:
    return FieldText(OwnerKind.PROJECT, owner_id, "abstract", text, language)


def cut(text: str, *, language: str = "") -> list[Passage]:
    return list(cut_passages([field(text, language=language)]))


def texts_of(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


# --- words and languages --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "n_words"),
    [
        ("", 0),
        ("– … !", 0),
        ("L'aube d'un système-clé.", 3),
        ("l’eau, 3,5 km", 4),
        ("CO2 / H₂O", 2),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, n_words: int) -> None:
    assert count_words(text) == n_words


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ENGLISH, "en"), (GERMAN, "de")])
def test_languages_are_told_with_confidence(text: str, language: str) -> None:
    found = detect_language(text)
    assert (found.language, found.confidence > 0.9) == (language, True)


def test_a_few_words_tell_no_language() -> None:
    assert detect_language("l'hydrogène vert du port") == Detection("und", 0.0)


@pytest.mark.parametrize("n_times", [1, 10, 1000])
def test_a_long_text_is_told_with_as_much_confidence(n_times: int) -> None:
    assert detect_language(f"{FRENCH} {FRENCH_TOO} " * n_times).confidence > 0.99


@pytest.mark.parametrize(
    ("text", "declared", "settled"),
    [
        ("Réseaux électriques", "fr", "fr"),  # too short to contradict
        ("Réseaux électriques", "", "und"),
        (ENGLISH, "fr", "en"),  # contradicted firmly
        (ENGLISH * 200, "fr", "en"),
        (FRENCH, "", "fr"),
        (GERMAN, "fr", "de"),
    ],
)
def test_a_declared_language_is_believed_unless_contradicted(
    text: str, declared: str, settled: str
) -> None:
    assert settle_language(text, declared) == settled


# --- passages -------------------------------------------------------------------


def test_sentences_become_passages_with_their_places() -> None:
    text = f"  {FRENCH}\n{FRENCH_TOO} "
    first, second = cut_passages(
        [
            FieldText(
                owner_kind=OwnerKind.ITEM,
                owner_id="d/a",
                field="text",
                text=text,
                declared_language="fr",
                document_id="d",
                year=2020,
            )
        ]
    )
    assert first == Passage(
        id="item:d/a:text:2",
        owner_kind=OwnerKind.ITEM,
        owner_id="d/a",
        field="text",
        start=2,
        end=2 + len(FRENCH),
        text=FRENCH,
        language="fr",
        document_id="d",
        year=2020,
    )
    assert (second.id, second.text) == (f"item:d/a:text:{3 + len(FRENCH)}", FRENCH_TOO)


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        # A short sentence joins the next one, the last one the one before it.
        (f"Un verrou. {FRENCH}", [f"Un verrou. {FRENCH}"]),
        (f"{FRENCH} C'est tout.", [f"{FRENCH} C'est tout."]),
        (f"{FRENCH} Voici. {FRENCH_TOO}", [FRENCH, f"Voici. {FRENCH_TOO}"]),
        ("Un. Deux. Trois.", ["Un. Deux. Trois."]),
        ("Hydrogène", ["Hydrogène"]),
        ("---", ["---"]),
        (" \n\t", []),
        ("", []),
    ],
)
def test_short_sentences_join_their_neighbour(text: str, passages: list[str]) -> None:
    assert texts_of(cut(text, language="fr")) == passages


def test_fields_keep_their_order_whatever_their_language() -> None:
    fields = [
        field(FRENCH, owner_id="a"),
        field(ENGLISH, owner_id="b"),
        field(GERMAN, owner_id="c"),
        field(FRENCH_TOO, owner_id="d"),
    ]
    found = list(cut_passages(fields * 200))
    assert [(each.owner_id, each.language) for each in found] == [
        ("a", "fr"),
        ("b", "en"),
        ("c", "de"),
        ("d", "fr"),
    ] * 200


def test_a_mixed_text_has_passages_in_both_languages() -> None:
    found = cut(f"{FRENCH} {FRENCH_TOO} {ENGLISH} {ENGLISH_TOO}", language="fr")
    assert [(each.text, each.language) for each in found] == [
        (FRENCH, "fr"),
        (FRENCH_TOO, "fr"),
        (ENGLISH, "en"),
        (ENGLISH_TOO, "en"),
    ]


def test_a_long_sentence_is_cut_at_the_end_of_a_clause() -> None:
    half = " ".join(["mot"] * 59)
    found = texts_of(cut(f"{half} fin, {half} fin; {half} fin.", language="fr"))
    assert found == [f"{half} fin,", f"{half} fin;", f"{half} fin."]


def test_a_number_with_a_comma_is_not_cut() -> None:
    text = " ".join(["mot"] * 60 + ["3,5"] * 60)
    found = texts_of(cut(text, language="fr"))
    assert [count_words(each) for each in found] == [90, 90]
    assert " ".join(found) == text


def test_a_text_without_a_space_is_cut_too() -> None:
    found = texts_of(cut("x" * 10_000, language="en"))
    assert found == ["x" * 4000, "x" * 4000, "x" * 2000]


WORDS = st.sampled_from(
    ["hydrogène", "de", "l'eau", "and", "the", "pump", "M.", "3,5", "(a)", "“", "…", "?", ".", ";"]
    + ["\n", "\n\n", "\u00a0", "\u202f", "\t", "-", "e\u0301", "\U0001f600", "水素", "\x00", ","]
)


@settings(max_examples=60)
@given(
    words=st.lists(WORDS, max_size=80),
    n_times=st.sampled_from([1, 1, 3, 40]),
    glue=st.sampled_from([" ", " ", ""]),
    language=st.sampled_from(["fr", "en", "de", ""]),
)
def test_passages_are_the_text_and_lose_nothing_but_white_space(
    words: list[str], n_times: int, glue: str, language: str
) -> None:
    text = glue.join(words * n_times)
    found = cut(text, language=language)
    end = 0
    for passage in found:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert text[end : passage.start].strip() == ""
        assert 0 < len(passage.text) <= MAX_CHARS
        end = passage.end
    assert text[end:].strip() == ""
    assert len({passage.id for passage in found}) == len(found)


@settings(max_examples=40)
@given(
    n_words=st.lists(st.integers(1, 200), min_size=1, max_size=30),
    language=st.sampled_from(["fr", "en"]),
)
def test_no_passage_is_longer_than_an_encoder_reads(n_words: list[int], language: str) -> None:
    text = " ".join(" ".join(["mot"] * count) + "." for count in n_words)
    counts = [count_words(passage.text) for passage in cut(text, language=language)]
    assert max(counts) <= MAX_WORDS
    assert sum(counts) == sum(n_words)


# --- size -----------------------------------------------------------------------


def test_ten_megabytes_in_one_field_take_seconds() -> None:
    text = f"{FRENCH} {FRENCH_TOO}\n" * 67_000
    begun = time.process_time()
    found = cut(text, language="fr")
    assert time.process_time() - begun < 20  # about 5 on a free core
    assert (len(text) > 10_000_000, len(found)) == (True, 134_000)
    assert texts_of(found[:2]) == [FRENCH, FRENCH_TOO]


@pytest.mark.parametrize(
    "text",
    ["mot " * 250_000, "x" * 1_000_000, ". " * 500_000, "!\n\n" * 330_000, "a," * 500_000],
    ids=["words", "one-word", "full-stops", "short-lines", "commas"],
)
def test_a_megabyte_without_sentences_is_cut(text: str) -> None:
    found = cut(text, language="fr")
    assert "".join("".join(texts_of(found)).split()) == "".join(text.split())
    assert max(len(passage.text) for passage in found) <= MAX_CHARS


def test_many_long_fields_stay_within_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = f"{FRENCH} {FRENCH_TOO} " * 600
    assert PIECE_CHARS * 0.8 < len(text) < PIECE_CHARS
    found = list(cut_passages(field(text, owner_id=str(number)) for number in range(6)))
    assert len(found) == 7200
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # kilobytes


# --- key phrases ----------------------------------------------------------------


def test_french_phrases_span_their_prepositions() -> None:
    text = (
        "Le projet conçoit une pile à combustible pour la péniche. La pile à combustible "
        "reçoit l'hydrogène d'un réservoir composite."
    )
    found = extract_key_phrases(text, "fr", n_phrases=3)
    assert found[0] == "pile à combustible"
    assert "réservoir composite" in found


def test_english_phrases_keep_their_adjectives() -> None:
    text = "The project tests a solid oxide fuel cell. A fuel cell stack powers the harbour crane."
    found = extract_key_phrases(text, "en")
    assert "solid oxide fuel cell" in found
    assert "project" not in found


def test_no_more_phrases_than_wanted() -> None:
    assert len(extract_key_phrases(f"{FRENCH} {FRENCH_TOO}", "fr", n_phrases=2)) == 2
    assert extract_key_phrases("", "fr") == []


def test_phrases_of_another_language_are_refused() -> None:
    with pytest.raises(InputError, match="the language “de” is not read; languages read: fr, en;"):
        extract_key_phrases(GERMAN, "de")
