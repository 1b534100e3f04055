"""The package's own source as syntax trees, for the tests that read it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "roadmapfit"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the package; ``name`` is dotted, without ``roadmapfit.``."""

    name: str
    file: Path
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name; ``target`` is absolute and dotted.

    ``is_lazy`` holds inside a function, ``is_for_types`` under ``TYPE_CHECKING``.
    """

    module: str
    target: str
    line: int
    is_lazy: bool = False
    is_for_types: bool = False


@cache
def load_modules() -> tuple[Module, ...]:
    """Parse every file of the package, sorted by name."""
    modules = [parse_module(file) for file in PACKAGE.rglob("*.py")]
    return tuple(sorted(modules, key=lambda module: module.name))


def parse_module(file: Path) -> Module:
    """Parse one file of the package."""
    parts = list(file.relative_to(PACKAGE).with_suffix("").parts)
    is_package = parts[-1] == "__init__" and len(parts) > 1
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name, file, ast.parse(file.read_text(encoding="utf-8"), filename=str(file)))


def list_imports(module: Module) -> list[Import]:
    """List what a module imports, at its top and inside its functions."""
    found: list[Import] = []
    _collect(module.tree, module, is_lazy=False, is_for_types=False, into=found)
    return found


def _collect(
    node: ast.AST, module: Module, *, is_lazy: bool, is_for_types: bool, into: list[Import]
) -> None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        into += [
            Import(module.name, target, node.lineno, is_lazy, is_for_types)
            for target in _targets(node, module)
        ]
    # The body of a function runs later; its decorators and defaults run at once.
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        late = node.body if isinstance(node.body, list) else [node.body]
    else:
        late = []
    guarded = node.body if isinstance(node, ast.If) and _is_type_checking(node.test) else []
    for child in ast.iter_child_nodes(node):
        _collect(
            child,
            module,
            is_lazy=is_lazy or child in late,
            is_for_types=is_for_types or child in guarded,
            into=into,
        )


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _targets(node: ast.Import | ast.ImportFrom, module: Module) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        folders = ("roadmapfit", *module.file.relative_to(PACKAGE).parts[:-1])
        base = ".".join((*folders[: len(folders) - node.level + 1], *filter(None, [node.module])))
    return [f"{base}.{alias.name}" for alias in node.names]
