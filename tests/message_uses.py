"""Where the package's code names a message of the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roadmapfit import errors


@dataclass(frozen=True, slots=True)
class Use:
    """One place in the code that names a message.

    ``key`` is whole, or only its beginning where ``is_prefix``. ``given`` are the
    values handed over, ``None`` where they cannot be read off the call.
    """

    place: str
    key: str
    is_prefix: bool
    given: frozenset[str] | None


def find_renderers(trees: Iterable[ast.AST]) -> dict[str, int]:
    """Find ``render_text`` and every function that hands its own argument on to it.

    Returns
    -------
    dict[str, int]
        By name, which argument of a call is the key; ``self`` does not count.
    """
    functions = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    renderers = {"render_text": 0}
    for _ in range(3):  # a wrapper of a wrapper of a wrapper; more is too many
        for function in functions:
            names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
            names = [name for name in names if name not in ("self", "cls")]
            for call in _calls_in(function):
                key = _argument(call, renderers.get(_called(call)))
                if isinstance(key, ast.Name) and key.id in names:
                    renderers[function.name] = names.index(key.id)
    return renderers


def find_uses(name: str, tree: ast.AST, *, renderers: dict[str, int]) -> Iterator[Use]:
    """Yield every message that a module names: rendered, raised, or as a problem."""
    raised = _error_classes()
    for call in _calls_in(tree):
        called = _called(call)
        given = _given(call)
        if called in raised:
            family, key = "error.", _argument(call, 0)
        elif called == "Problem":  # its values are the record's own fields
            family, key, given = "problem.", _keyword(call, "code") or _argument(call, 1), None
        else:
            family, key = "", _argument(call, renderers.get(called))
        for value in _possible(key):
            start, is_prefix = _read_key(value)
            yield Use(f"{name}, line {call.lineno}", family + start, is_prefix, given)


def _error_classes() -> set[str]:
    family = [errors.RoadmapFitError]
    for parent in family:  # grows while it is read: children, then theirs
        family += parent.__subclasses__()
    return {one.__name__ for one in family}


def _calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _argument(call: ast.Call, place: int | None) -> ast.expr | None:
    if place is None or place >= len(call.args):
        return None
    return call.args[place]


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _given(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _possible(value: ast.expr | None) -> list[ast.expr]:
    if value is None:
        return []
    if isinstance(value, ast.IfExp):
        return [*_possible(value.body), *_possible(value.orelse)]
    return [value]


def _read_key(value: ast.expr) -> tuple[str, bool]:
    match value:
        case ast.Constant(value=str(key)):
            return key, False
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            return start, True
    return "", True  # a variable: nothing is known of it
