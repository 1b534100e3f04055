"""Drawings of Office documents: the words of diagrams are text, charts are left out."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from roadmapfit.readers.documents.packed_xml import XmlPackage
from roadmapfit.readers.documents.tidy import tidy_text

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# What stands between the points of a diagram, and how they are laid out.
_NOT_CONTENT = frozenset({"pres", "parTrans", "sibTrans"})


def read_diagrams(package: XmlPackage, member: str, drawing: Element) -> Iterator[str]:
    """Yield the words of each point of the diagrams (SmartArt) under an element.

    Parameters
    ----------
    package
        The open document.
    member
        The part of it that the drawing stands in.
    drawing
        Any element of that part.
    """
    named = [each.get(f"{_R}dm", "") for each in drawing.iter(f"{_DIAGRAM}relIds")]
    targets = package.relations(member) if named else {}
    for name in named:
        data = package.parse(targets.get(name, ""))
        for point in data.iter(f"{_DIAGRAM}pt") if data is not None else ():
            if point.get("type", "node") in _NOT_CONTENT:
                continue
            for paragraph in point.iter(f"{_A}p"):
                text = tidy_text("".join(node.text or "" for node in paragraph.iter(f"{_A}t")))
                if text:
                    yield text


def count_charts(parent: Element) -> int:
    """Count the charts under an element; their labels and figures are not read."""
    return sum(1 for _ in parent.iter(_CHART))
