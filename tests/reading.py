"""What a page of the app says, and how a reader answers it, for AppTest."""

from __future__ import annotations

import re
from html import unescape

from streamlit.testing.v1 import AppTest


def bodies(app: AppTest) -> list[str]:
    """Return what was drawn as HTML, the style sheet left out."""
    return [element.body for element in app.html if "<style>" not in element.body]


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
