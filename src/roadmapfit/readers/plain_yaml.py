"""YAML as plain text, lists and mappings, with line numbers.

Every scalar stays the text that was written: a bare ``NO`` is Norway and not *false*,
``012345678`` keeps its zero, and a date that does not exist spoils one field, not the
file. No tag builds an object and no merge key is followed, which also leaves nothing
for a hostile file to blow up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import yaml

from roadmapfit.errors import InputError
from roadmapfit.readers.values import FieldReader, split_keywords, unique_words
from roadmapfit.records import Outcome

ALIAS_LIMIT = 100
DEPTH_LIMIT = 20

YamlValue: TypeAlias = "str | list[YamlValue] | YamlMapping"

# BaseLoader resolves no tag at all: it is stricter than SafeLoader. The C twin is the
# same grammar, ten times faster, where PyYAML was built with it.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MISSING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """A mapping, the 1-based line it starts on, and the line of each key."""

    line: int
    values: dict[str, YamlValue]
    lines: dict[str, int]


def parse_yaml(text: str, *, fields: FieldReader, first_line: int = 1) -> YamlValue:
    """Read one YAML document; an empty one is an empty text.

    A key that is repeated in its mapping keeps its first value; the repeat is reported.

    Parameters
    ----------
    text
        The document.
    fields
        Where repeated keys are reported.
    first_line
        The line of the file that the text starts on.

    Raises
    ------
    InputError
        ``yaml_unreadable``, ``yaml_aliases`` or ``yaml_depth``; the values are ``file``,
        ``row`` and ``found``.
    """
    try:
        _refuse_bombs(text, fields.file, first_line)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = first_line + mark.line if mark else first_line
        found = getattr(error, "problem", None) or type(error).__name__
        raise InputError("yaml_unreadable", file=fields.file, row=row, found=found) from error
    return "" if node is None else _NodeReader(fields, first_line).read(node, 0)


def _refuse_bombs(text: str, file: str, first_line: int) -> None:
    """Count aliases and nesting on the stream of events, before anything is built."""
    n_aliases = depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        row = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            n_aliases += 1
            if n_aliases > ALIAS_LIMIT:
                found = str(n_aliases)
                raise InputError("yaml_aliases", file=file, row=row, found=found)
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                raise InputError("yaml_depth", file=file, row=row, found=str(depth))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _NodeReader:
    """Turns nodes into values; a node that several aliases name is read once."""

    def __init__(self, fields: FieldReader, first_line: int) -> None:
        self.fields = fields
        self.first_line = first_line
        self.value_by_node: dict[int, YamlValue] = {}

    def read(self, node: yaml.Node, depth: int) -> YamlValue:
        if id(node) not in self.value_by_node:
            # An alias of a list inside that very list has no bottom.
            if depth > DEPTH_LIMIT:
                row = self.first_line + node.start_mark.line
                file = self.fields.file
                raise InputError("yaml_depth", file=file, row=row, found=str(depth))
            self.value_by_node[id(node)] = self._read_new(node, depth)
        return self.value_by_node[id(node)]

    def _read_new(self, node: yaml.Node, depth: int) -> YamlValue:
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, depth + 1) for child in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, depth)
        return str(node.value)

    def _read_mapping(self, node: yaml.MappingNode, depth: int) -> YamlMapping:
        values: dict[str, YamlValue] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            row = self.first_line + key_node.start_mark.line
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in values:
                self.fields.report("repeated_key", Outcome.REPAIRED, row=row, field=key, found=key)
                continue
            values[key] = self.read(value_node, depth + 1)
            lines[key] = row
        return YamlMapping(self.first_line + node.start_mark.line, values, lines)


class YamlForm:
    """Reads the fields of one mapping as values; a key nobody knows is reported."""

    def __init__(self, mapping: YamlMapping, fields: FieldReader, known: frozenset[str]) -> None:
        """Take a mapping and the keys that it may hold."""
        self.mapping = mapping
        self.fields = fields
        for key in mapping.values:
            if key not in known:
                fields.report(
                    "unknown_field", Outcome.NOTED, row=mapping.lines[key], field=key, found=key
                )

    def row(self, key: str) -> int:
        """Give the line of a key, or of the mapping where the key is missing."""
        return self.mapping.lines.get(key, self.mapping.line)

    def required(self, key: str, *, outcome: Outcome = Outcome.REFUSED) -> str:
        """Read a one-line text; its absence is reported with ``outcome``."""
        text = self.line(key)
        if not text:
            self.fields.report("missing_field", outcome, row=self.row(key), field=key, found=key)
        return text

    def line(self, key: str) -> str:
        """Read a one-line text; a missing one is empty."""
        return self.fields.line(self._scalar(key), row=self.row(key), field=key)

    def paragraphs(self, key: str) -> str:
        """Read a text of several lines; a missing one is empty."""
        return self.fields.paragraphs(self._scalar(key), row=self.row(key), field=key)

    def amount(self, key: str) -> float | None:
        """Read euros."""
        return self.fields.amount(self._scalar(key), row=self.row(key), field=key)

    def day(self, key: str) -> date | None:
        """Read a date."""
        return self.fields.day(self._scalar(key), row=self.row(key), field=key)

    def year(self, key: str) -> int | None:
        """Read a year."""
        return self.fields.year(self._scalar(key), row=self.row(key), field=key)

    def count(self, key: str) -> int | None:
        """Read a whole number."""
        return self.fields.count(self._scalar(key), row=self.row(key), field=key)

    def flag(self, key: str) -> bool:
        """Read a boolean; a missing one is false."""
        return bool(self.fields.flag(self._scalar(key), row=self.row(key), field=key))

    def words(self, key: str) -> tuple[str, ...]:
        """Read a list of words or phrases, or one text with commas or semicolons."""
        value = self.mapping.values.get(key, "")
        if not isinstance(value, list):
            return split_keywords(self.line(key))
        words = [word for word in value if isinstance(word, str)]
        if len(words) < len(value):
            self._refuse_type(key)
        return unique_words(
            [self.fields.line(word, row=self.row(key), field=key) for word in words]
        )

    def mappings(self, key: str) -> list[YamlMapping]:
        """Read a list of mappings; anything else in it is an entry lost, and refused."""
        value = self.mapping.values.get(key, "")
        entries = value if isinstance(value, list) else []
        found = [entry for entry in entries if isinstance(entry, YamlMapping)]
        if len(found) < len(entries) or (value != "" and not isinstance(value, list)):
            self.fields.n_rows += 1  # who counts the entries that are read cannot see this one
            self._refuse_type(key, outcome=Outcome.REFUSED)
        return found

    def entries(self, key: str) -> dict[str, YamlValue]:
        """Read one mapping inside this one; a missing one is empty."""
        value = self.mapping.values.get(key, "")
        if isinstance(value, YamlMapping):
            return value.values
        if value != "":
            self._refuse_type(key)
        return {}

    def _scalar(self, key: str) -> str:
        value = self.mapping.values.get(key, "")
        if not isinstance(value, str):
            self._refuse_type(key)
            return ""
        return "" if value.lower() in _MISSING else value

    def _refuse_type(self, key: str, *, outcome: Outcome = Outcome.REPAIRED) -> None:
        # The value itself is never quoted: with aliases it may be astronomically long.
        self.fields.report("wrong_type", outcome, row=self.row(key), field=key, found=key)
