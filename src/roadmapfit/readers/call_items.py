"""Topics of calls as strategy items: each under a heading of its call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from roadmapfit.records import StrategyItem


@dataclass(frozen=True, slots=True)
class CallTopic:
    """One topic; its call may be unknown, and may have no title but its code."""

    title: str
    call: str
    text: str = ""
    call_title: str = ""


def list_items(
    document_id: str, topics: Mapping[str, CallTopic], *, reference_id: str
) -> Iterator[StrategyItem]:
    """Give the calls in the order of their codes, each followed by its topics.

    Parameters
    ----------
    document_id
        Of the document that the items are part of; the beginning of their ids.
    topics
        By code in lower case.
    reference_id
        The document's reference that all items stand on.
    """
    keys_by_call: dict[str, list[str]] = defaultdict(list)
    for key, topic in sorted(topics.items()):
        keys_by_call[topic.call].append(key)
    position = 0
    for call, keys in sorted(keys_by_call.items()):
        heading_id = None
        # A call that has no other topic than the one of its own name groups nothing.
        if call and keys != [call.lower()]:
            # Some topics have the code of their call, so a heading's id says "call".
            heading_id = f"{document_id}/call/{call.lower()}"
            yield StrategyItem(
                id=heading_id,
                document_id=document_id,
                title=topics[keys[0]].call_title or call,
                text="",
                language="en",
                position=position,
                is_heading=True,
                reference_ids=(reference_id,),
            )
            position += 1
        for key in keys:
            yield StrategyItem(
                id=f"{document_id}/{key}",
                document_id=document_id,
                title=topics[key].title,
                text=topics[key].text,
                language="en",
                position=position,
                parent_id=heading_id,
                reference_ids=(reference_id,),
            )
            position += 1
