"""What a page of the app says, and how a reader answers it, for AppTest."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

from roadmapfit.app import resources, state
from roadmapfit.app.imports import Import
from roadmapfit.app.project_files import ProjectFile


def bodies(app: AppTest) -> list[str]:
    """Return what was drawn as HTML, without the style sheet and what tells the language."""
    ours = "<script>document.documentElement.lang="
    return [
        element.body
        for element in app.html
        if "<style>" not in element.body and not element.body.startswith(ours)
    ]


def read(app: AppTest) -> str:
    """Return all that a page says, without its tags."""
    parts = [
        element.value
        for kind in ("title", "subheader", "markdown", "caption", "warning", "info", "success")
        for element in app.get(kind)
    ]
    parts += [re.sub(r"<[^>]+>", " ", body) for body in bodies(app)]
    return re.sub(r"\s+", " ", unescape(" ".join(parts)).replace("\\", ""))


def normal(text: str) -> str:
    """Return a message with its no-break spaces made plain."""
    return re.sub(r"\s+", " ", text)


def pick(app: AppTest, key: str, option: str) -> AppTest:
    """Choose an option of a segmented control."""
    control = next(each for each in app.button_group if each.key == key)
    return control.set_value(option).run()


def bring(app: AppTest, directory: Path, name: str, content: bytes) -> AppTest:
    """Hand a file to the Sources page and wait until it was read, or could not be."""
    picker = f"sources.file.{app.session_state[state.SOURCES_ROUND]}"
    app.file_uploader(key=picker).upload(name, content).run()
    find_import(app, directory).reading.wait(60)
    return app.run()


def bring_project(app: AppTest, directory: Path, name: str, content: bytes) -> AppTest:
    """Hand a file to the Project page and wait until it was read, or could not be."""
    picker = f"{state.PROJECT_FILE}.{app.session_state[state.PROJECT_ROUND]}"
    app.file_uploader(key=picker).upload(name, content).run()
    held = find_project_file(app, directory)
    held.reading.wait(60)
    return app.run()


def find_project_file(app: AppTest, directory: Path) -> ProjectFile:
    """Find the file that a session has brought to the Project page."""
    board = resources.get_project_files(str(directory.resolve()))
    return board.find(app.session_state[state.PROJECT_HELD])


def save(app: AppTest, directory: Path) -> AppTest:
    """Save the file that was read, and wait until it is saved and built."""
    held = find_import(app, directory)
    app.button(key="sources.save").click().run()
    held.saving.wait(60)
    app.run()
    resources.get_jobs(str(directory.resolve())).current.wait(60)
    return app.run()


def find_import(app: AppTest, directory: Path) -> Import:
    """Find the file that a session has on its way into a workspace."""
    board = resources.get_imports(str(directory.resolve()))
    return board.find(app.session_state[state.SOURCES_IMPORT])


def loose_signs(app: AppTest) -> list[str]:
    """Return the texts in which Markdown would read a script or a link of a file's.

    Such a sign means something only without a backslash before it.
    """
    texts = [each.value for kind in ("markdown", "caption") for each in app.get(kind)]
    texts += [each.label for each in app.expander]
    return [text for text in texts if re.search(r"(?<!\\)<script|(?<!\\)\]\(javascript", text)]
