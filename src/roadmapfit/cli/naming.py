"""Ids to titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmapfit.cli.terminal import Terminal

if TYPE_CHECKING:
    from roadmapfit.generation import Generation


def title_document(terminal: Terminal, generation: Generation, item_id: str) -> str:
    """Return the title of the document that an item is of, marked when it is invented."""
    return name_document(terminal, generation, generation.strategy_items[item_id].document_id)


def name_document(terminal: Terminal, generation: Generation, document_id: str) -> str:
    """Return the title of a document, marked when it is invented."""
    document = generation.documents[document_id]
    return terminal.mark_invented(document.title, is_invented=document.is_invented)
