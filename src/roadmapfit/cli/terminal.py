"""What a command says and where: its language, tables or JSON on stdout, the rest on stderr."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import typer

from roadmapfit.text import LANGUAGES, join_lines, render_share, render_text

if TYPE_CHECKING:
    from rich.console import Console

LANGUAGE_VARIABLE = "ROADMAPFIT_LANG"
# A pipe has no width; wide enough for a long title beside its figures.
PIPE_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the key of its heading, and how it is laid out."""

    key: str
    justify: Literal["left", "right"] = "left"
    ratio: int | None = None


@dataclass(slots=True)
class Terminal:
    """Where one run of a command writes.

    ``resume_command`` is what to type to go on when the run is interrupted now.
    """

    language: str
    as_json: bool = False
    resume_command: str = ""

    def say(self, key: str, /, **values: object) -> str:
        """Render a message in the language of this run."""
        return render_text(key, self.language, **values)

    def write_line(self, key: str, /, **values: object) -> None:
        """Write a message on stdout, unless stdout is kept for JSON."""
        if not self.as_json:
            self.write_text(render_text(key, self.language, **values))

    def write_detail(self, key: str, /, **values: object) -> None:
        """Write a message on stdout, set in under the line before."""
        self.write_text(textwrap.indent(render_text(key, self.language, **values), "  "))

    def write_text(self, text: str) -> None:
        """Write a text on stdout as it stands."""
        _open_console().print(text, soft_wrap=True)

    def write_json(self, content: Mapping[str, Any]) -> None:
        """Write the one object that ``--json`` promises; undefined numbers become null."""
        typer.echo(json.dumps(_plain(content), ensure_ascii=False, indent=2))

    def write_table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Draw a table on stdout, as wide as the terminal; a table without rows is said."""
        if not rows:
            self.write_line("cli.none")
            return
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(
                self.say(column.key),
                justify=column.justify,
                ratio=column.ratio,
                no_wrap=column.ratio is None,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*row)
        _open_console().print(table)

    def fail(self, message: str) -> None:
        """Write an error on stderr, in one line."""
        typer.echo(self.say("cli.error", message=join_lines(message)), err=True)

    def mark_invented(self, title: str, *, is_invented: bool) -> str:
        """Return a title, followed by a notice when what it names does not exist."""
        return self.say("cli.invented", title=title) if is_invented else title

    def render_interval(self, low: float, high: float) -> str:
        """Write an interval of probabilities in per cent; an undefined one as a dash."""
        if low != low:  # nan is the only value unequal to itself
            return render_share(low, self.language)
        ends = [render_share(value, self.language) for value in (low, high)]
        return self.say("cli.interval", low=ends[0], high=ends[1])


def set_up(ctx: typer.Context, *, as_json: bool, lang: str | None) -> Terminal:
    """Give the run's terminal what the options of its command say."""
    terminal = ctx.find_root().obj
    if not isinstance(terminal, Terminal):
        raise TypeError(f"the context holds {terminal!r}; run the command through cli.app")
    terminal.as_json = as_json
    terminal.language = lang or terminal.language
    return terminal


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Choose a language before any option is parsed: help and usage errors need one.

    ``--lang`` comes first, then ``ROADMAPFIT_LANG``, then the locale.

    Examples
    --------
    >>> choose_language(["align", "--lang", "fr"], {})
    'fr'
    >>> choose_language([], {"LANG": "fr_FR.UTF-8"}), choose_language([], {"LANG": "C"})
    ('fr', 'en')
    """
    named = [
        value
        for option, following in zip(arguments, [*arguments[1:], ""], strict=False)
        for value in ([following] if option == "--lang" else [option.removeprefix("--lang=")])
        if option.startswith("--lang")
    ]
    for wanted in [*named, environment.get(LANGUAGE_VARIABLE, "")]:
        if wanted in LANGUAGES:
            return wanted
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if locale.lower().startswith("fr") else "en"


def _open_console() -> Console:
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to the frame, which does so for what rich does not print too."""
            raise BrokenPipeError

    # Titles hold brackets, colons and figures: nothing in them is markup.
    is_fixed = sys.stdout.isatty() or "COLUMNS" in os.environ
    return PlainConsole(
        file=sys.stdout,
        width=None if is_fixed else PIPE_WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 (anything that JSON can hold)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value != value:
        return None
    return value
