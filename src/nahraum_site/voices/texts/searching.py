"""Search over all texts of a study: the index lives in memory only, built from opened texts, written nowhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from nahraum.evidence.voices.search import Index, find, window
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import queries
from nahraum_site.voices.texts.models import Text

STUDIES = 4  # whose texts are kept open in a process at a time
MOST = 200  # hits that a page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place that was found, with the words around it; ``start``, ``end`` in code points."""

    text: Text
    start: int
    end: int
    line: int
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first hits, and how many there are in how many texts."""

    hits: tuple[Hit, ...]
    count: int
    texts: int


@dataclass(frozen=True, slots=True)
class _Opened:
    index: Index
    contents: Mapping[UUID, str]


_opened: OrderedDict[int, tuple[frozenset[tuple[UUID, str]], _Opened]] = OrderedDict()
_lock = Lock()


def search(study: Study, query: str, only: frozenset[UUID] | None = None) -> Found:
    """Find what a query asks for, in the texts ``only`` if given. Raises WrongRequest for a query written wrongly.

    One question, and another one the first time after texts came or went.
    """
    texts = {each.uuid: each for each in queries.listed(study)}
    opened = _open(study, texts)
    hits = [
        (texts[UUID(opened.index.texts[text])], start, end)
        for text, start, end in find(opened.index, query)
        if only is None or UUID(opened.index.texts[text]) in only
    ]
    shown = tuple(_shown(text, opened.contents[text.uuid], start, end) for text, start, end in hits[:MOST])
    return Found(hits=shown, count=len(hits), texts=len({text.uuid for text, _start, _end in hits}))


def forget() -> None:
    """Forget every opened text, because some were deleted."""
    with _lock:
        _opened.clear()


def _open(study: Study, texts: Mapping[UUID, Text]) -> _Opened:
    wanted = frozenset((each.uuid, each.sha256) for each in texts.values())
    with _lock:
        known = _opened.get(study.pk)
        if known and known[0] == wanted:
            _opened.move_to_end(study.pk)
            return known[1]
    contents = queries.contents_of(queries.texts_of(study).filter(uuid__in=texts))
    index = Index.of({str(uuid): content for uuid, content in contents.items()})
    found = _Opened(index, contents)
    with _lock:
        _opened[study.pk] = (wanted, found)
        _opened.move_to_end(study.pk)
        while len(_opened) > STUDIES:
            _opened.popitem(last=False)
    return found


def _shown(text: Text, content: str, start: int, end: int) -> Hit:
    left, right = window(content, start, end)
    return Hit(
        text=text,
        start=start,
        end=end,
        line=content.count("\n", 0, start) + 1,
        before=content[left:start],
        words=content[start:end],
        after=content[end:right],
    )
