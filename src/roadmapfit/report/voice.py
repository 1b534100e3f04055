"""A report's language: messages, numbers and names as its reader writes them."""

from __future__ import annotations

from roadmapfit.calibrate import Thresholds
from roadmapfit.records import Passage, Project, StrategyDocument
from roadmapfit.text import (
    load_catalogue,
    render_count,
    render_number,
    render_share,
    render_text,
)


class Voice:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        """Hold the language, one of the catalogues'."""
        self.language = language

    def say(self, key: str, /, **values: object) -> str:
        """Return a message."""
        return render_text(key, self.language, **values)

    def say_or_keep(self, prefix: str, name: str) -> str:
        """Return the message for a name; a name of a newer model stands as it is."""
        key = f"{prefix}.{name}"
        return load_catalogue(self.language).get(key, name)

    def count(self, noun: str, n: int) -> str:
        """Say how many of something."""
        return render_count(noun, n, self.language)

    def number(self, value: float, n_decimals: int = 0) -> str:
        """Write a number."""
        return render_number(value, self.language, n_decimals=n_decimals)

    def name(self, name: str, *, is_invented: bool) -> str:
        """Mark what is invented."""
        return f"{name} ({self.say('app.invented')})" if is_invented else name

    def name_document(self, document: StrategyDocument) -> str:
        """Name a strategy document."""
        return self.name(document.title, is_invented=document.is_invented)

    def name_project(self, project: Project) -> str:
        """Name a project by acronym and title."""
        acronym = f"{project.acronym} – " if project.acronym else ""
        return self.name(f"{acronym}{project.title}", is_invented=project.is_invented)

    def name_field(self, passage: Passage) -> str:
        """Name the part of a record that a passage was cut from."""
        return self.say(f"app.field.{passage.field}")

    def write_thresholds(self, thresholds: Thresholds) -> dict[str, str]:
        """Write from which probabilities the verdicts start, by the name of the verdict."""
        return {
            "examine": render_share(thresholds.examine, self.language),
            "aligned": render_share(thresholds.aligned, self.language),
        }
