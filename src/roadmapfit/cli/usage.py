"""Usage errors in the language of the run: typer has them in English alone.

They are told apart by what they carry, and what was wrong with a value by the words that
typer has for it; words that are not known here stand as they are.
"""

from __future__ import annotations

import re
from typing import Any

from roadmapfit.cli.terminal import Terminal

# What typer says of a value, and the key of our words for it.
_VALUES = (
    (re.compile(r"'(?P<found>.*)' is not one of (?P<known>.+?)\.?$", re.DOTALL), "choice"),
    (re.compile(r"greater than or equal to (?P<least>\S+)"), "at_least"),
    (re.compile(r"valid integer"), "integer"),
    (re.compile(r"valid number"), "number"),
)
_EXTRA = re.compile(r"unexpected extra argument\(?s?\)? \((?P<found>.*)\)", re.DOTALL)
_COMMAND = re.compile(r"No such command '(?P<found>[^']*)'(?:.*Did you mean (?P<close>.*)\?)?")


def say_usage_error(terminal: Terminal, error: Any) -> str:  # noqa: ANN401 (typer's own type)
    """Say what was wrong with a command line, then where its help is.

    Parameters
    ----------
    terminal
        Whose language to speak.
    error
        What the parser raised, or a command that looked at its options.
    """
    context = error.ctx
    is_command = context is not None and context.parent is not None
    path = f"roadmapfit {context.info_name}" if is_command else "roadmapfit"
    return terminal.say("usage.error", message=_say(terminal, error), command=f"{path} --help")


def _say(terminal: Terminal, error: Any) -> str:  # noqa: ANN401
    kind = type(error).__name__
    if kind == "NoSuchOption":
        close = ", ".join(sorted(error.possibilities or ()))
        key = "usage.no_option_close" if close else "usage.no_option"
        return terminal.say(key, found=error.option_name, close=close)
    if kind == "BadOptionUsage":
        return terminal.say("usage.option_value", found=error.option_name)
    parameter = getattr(error, "param", None)
    if kind == "MissingParameter" and parameter is not None:
        return terminal.say("usage.missing", found=_name(parameter))
    if parameter is not None:
        value = _say_value(terminal, str(error.message))
        return terminal.say("usage.value", found=_name(parameter), message=value)
    return _say_other(terminal, str(error.message))


def _say_value(terminal: Terminal, message: str) -> str:
    for pattern, name in _VALUES:
        match = pattern.search(message)
        if match:
            said = {key: value.replace("'", "") for key, value in match.groupdict().items()}
            return terminal.say(f"usage.value.{name}", **said)
    return message


def _say_other(terminal: Terminal, message: str) -> str:
    if match := _EXTRA.search(message):
        return terminal.say("usage.extra", found=match["found"])
    if match := _COMMAND.search(message):
        key = "usage.no_command_close" if match["close"] else "usage.no_command"
        return terminal.say(key, found=match["found"], close=(match["close"] or "").strip("'"))
    return message


def _name(parameter: Any) -> str:  # noqa: ANN401
    """Name an option as it is typed, an argument as the help does."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).upper()
