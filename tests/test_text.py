"""The catalogues agree with one another and with the code that reads them."""

from __future__ import annotations

import ast
import json
import re
import string
from itertools import pairwise

import pytest

from message_uses import find_renderers, find_uses
from roadmapfit import text
from source import PACKAGE, load_modules

MODULES = load_modules()


# --- the catalogues ---------------------------------------------------------


def read_catalogue(language: str) -> dict[str, str]:
    """Read a catalogue from its file; a key given twice is an error."""

    def refuse_twice(pairs: list[tuple[str, str]]) -> dict[str, str]:
        keys = sorted(key for key, _ in pairs)
        assert [one for one, other in pairwise(keys) if one == other] == []
        return dict(pairs)

    raw = (PACKAGE / "locale" / f"{language}.json").read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(raw, object_pairs_hook=refuse_twice)
    return catalogue


CATALOGUES = {language: read_catalogue(language) for language in text.LANGUAGES}


def placeholders(message: str) -> set[str]:
    """Return the names that a message wants values for."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_every_language_has_its_file() -> None:
    files = {file.stem for file in (PACKAGE / "locale").glob("*.json")}
    assert files == set(text.LANGUAGES)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_all_languages_have_the_same_keys(language: str) -> None:
    everywhere = set().union(*CATALOGUES.values())
    assert sorted(everywhere - set(CATALOGUES[language])) == []


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_all_languages_have_the_same_placeholders(language: str) -> None:
    first = CATALOGUES[text.LANGUAGES[0]]
    differing = {
        key: (placeholders(first[key]), placeholders(message))
        for key, message in CATALOGUES[language].items()
        if placeholders(first.get(key, message)) != placeholders(message)
    }
    assert differing == {}


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_message_is_empty_or_padded(language: str) -> None:
    bad = [key for key, said in CATALOGUES[language].items() if not said or said != said.strip()]
    assert bad == []


def test_the_space_before_a_french_sign_does_not_break() -> None:
    """Full before a colon and within quotation marks, thin before ; ? ! and %."""
    wrong = re.compile("[ \u202f](?=[:»])|«(?!\u00a0)|[ \u00a0](?=[;?!%])")
    found = {
        key: message[max(0, match.start() - 20) : match.end() + 5]
        for key, message in CATALOGUES["fr"].items()
        for match in wrong.finditer(message)
    }
    assert found == {}


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_placeholders_are_names(language: str) -> None:
    unnamed = {
        key: placeholders(message)
        for key, message in CATALOGUES[language].items()
        if not all(name.isidentifier() for name in placeholders(message))
    }
    assert unnamed == {}


# --- the code that reads them -----------------------------------------------


RENDERERS = find_renderers(module.tree for module in MODULES)
USES = [
    use for module in MODULES for use in find_uses(module.name, module.tree, renderers=RENDERERS)
]


def test_every_message_that_the_code_names_exists() -> None:
    known = CATALOGUES["en"]
    whole = [
        f"{use.place}: {use.key}" for use in USES if not use.is_prefix and use.key not in known
    ]
    begun = [
        f"{use.place}: {use.key}..."
        for use in USES
        if use.is_prefix and not any(key.startswith(use.key) for key in known)
    ]
    assert whole + begun == [], "\n".join(whole + begun)


def test_every_message_gets_its_values() -> None:
    missing = {
        f"{use.place}: {use.key}": sorted(wanted)
        for use in USES
        if use.given is not None
        and not use.is_prefix
        and (wanted := placeholders(CATALOGUES["en"].get(use.key, "")) - use.given)
    }
    assert missing == {}, "\n".join(f"{use}: {names}" for use, names in missing.items())


def test_uses_are_found_in_an_example() -> None:
    tree = ast.parse(
        "def say(key, **values):\n"
        "    return render_text(key, language(), **values)\n"
        "say('app.title')\n"
        "state.say(f'verdict.{verdict}', n=1)\n"
        "raise InputError('too_long', found=3, expected=2)\n"
        "Problem('a.csv', 'row_short', Outcome.REFUSED)\n"
        "Problem(file='a.csv', code='row_long', outcome=Outcome.REFUSED)\n"
        "render_text('one' if n == 1 else 'many', 'fr', n=n)\n"
    )
    renderers = find_renderers([tree])
    found = list(find_uses("example", tree, renderers=renderers))
    assert renderers == {"render_text": 0, "say": 0}
    assert {(use.key, use.is_prefix, use.given) for use in found} == {
        ("", True, None),
        ("app.title", False, frozenset()),
        ("verdict.", True, frozenset({"n"})),
        ("error.too_long", False, frozenset({"found", "expected"})),
        ("problem.row_short", False, None),
        ("problem.row_long", False, None),
        ("one", False, frozenset({"n"})),
        ("many", False, frozenset({"n"})),
    }
