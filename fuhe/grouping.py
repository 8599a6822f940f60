"""Images named NAME_p1, NAME_p2 or NAME-1, NAME-2 in one folder: the pages of one document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from fuhe.intake import Arrival, Found
from fuhe.sniff import EXTENSIONS, Kind

_PAGE_NAME = re.compile(r"(?P<name>.+?)(?:_p|[-_]第?)(?P<page>\d{1,4})页?", re.IGNORECASE)


def pages_together(found: Iterable[Found]) -> tuple[Found, ...]:
    """Pages of one document as one arrival, at the place of its first page; everything else as it was."""
    things = tuple(found)
    groups: dict[tuple[str, str], dict[int, Arrival]] = defaultdict(dict)
    for thing in things:
        place = _page_place(thing)
        if place is not None and isinstance(thing, Arrival):
            groups[place[:2]].setdefault(place[2], thing)
    documents: dict[int, Arrival] = {}
    taken: set[int] = set()
    for pages in groups.values():
        if len(pages) > 1:
            first, *more = (pages[number] for number in sorted(pages))
            documents[id(first)] = replace(first, more=tuple(more), gaps=_gaps(pages))
            taken |= {id(page) for page in more}
    return tuple(documents.get(id(thing), thing) for thing in things if id(thing) not in taken)


def _page_place(thing: Found) -> tuple[str, str, int] | None:
    """Folder with extension, name and page number of an image that is named as a page."""
    path = PurePosixPath(thing.path)
    if path.suffix.lower() not in EXTENSIONS[Kind.IMAGE]:
        return None
    named = _PAGE_NAME.fullmatch(path.stem)
    return (f"{path.parent}/{named['name']}", path.suffix.lower(), int(named["page"])) if named else None


def _gaps(pages: Iterable[int]) -> tuple[int, ...]:
    """Page numbers that are missing between the first and the last."""
    there = set(pages)
    return tuple(number for number in range(min(1, *there), max(there)) if number not in there and number > 0)
