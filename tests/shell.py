"""The command line as a test runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fakes import WordCountEncoder
from roadmapfit.cli import app, opening
from toys import toy_model

ENGLISH = {"LANG": "C", "LC_ALL": "", "LC_MESSAGES": "", "ROADMAPFIT_LANG": ""}
# A pipe has no width, but where tests run side by side one is handed down.
NO_WIDTH = {"COLUMNS": None}


@dataclass(frozen=True)
class Shell:
    """Runs commands in a folder; ``workspace`` is the toy one, built."""

    folder: Path
    workspace: str

    def run(self, *arguments: str | Path, stdin: str | bytes = "", **env: str) -> Result:
        """Run a command; an exception that is no exit is passed on."""
        runner = CliRunner(env={**NO_WIDTH, **ENGLISH, **env})
        return runner.invoke(
            app, [str(each) for each in arguments], input=stdin, catch_exceptions=False
        )

    def read(self, *arguments: str | Path, stdin: str | bytes = "", **env: str) -> Any:  # noqa: ANN401 (JSON)
        """Run a command with ``--json`` and return its object, all that is on stdout."""
        ran = self.run(*arguments, "--json", stdin=stdin, **env)
        assert (ran.exit_code, ran.stderr) == (0, "")
        return json.loads(ran.stdout)


def use_encoder(encoder: WordCountEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command line with an encoder and the toy model."""
    model = toy_model(WordCountEncoder())
    monkeypatch.setattr(opening, "load_parts", lambda: (encoder, model))
