"""Read a project of Taguette (.sqlite3): documents are HTML; positions count the UTF-8 bytes of their words.

Facts from Taguette 1.5.2 itself (its table definitions, and how it marks highlights in a document).
"""

from __future__ import annotations

import html.parser
import json
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nahraum.base import Issue
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.model import (
    NOWHERE,
    Code,
    Codings,
    On,
    Project,
    Selections,
    Text,
    User,
    fingerprint,
)
from nahraum.evidence.voices.exchange.told import Told, refusal

HEAD = b"SQLite format 3\0"
LARGEST = 1 << 30
STEPS = 200_000_000  # of SQLite's machine; 20,000 highlights need two million
TABLES = {"projects", "documents", "tags", "highlights", "highlight_tags"}
BLOCKS = {"p", "br", "div", "blockquote", "pre", "caption", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}


class _Words(html.parser.HTMLParser):
    """The words of a document as Taguette counts them, and where a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[
            tuple[str, bool]
        ] = []  # words; whether we add them as a line end that Taguette does not count
        self.after_pre = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's signature
        """Note what decides about white space: a parser drops the first line end in <pre>."""
        self.after_pre = tag == "pre"
        if tag == "br":
            self._end()

    def handle_endtag(self, tag: str) -> None:
        """End the line after a block."""
        if tag in BLOCKS and tag != "br":
            self._end()

    def handle_data(self, data: str) -> None:
        """Take words; blanks before the first element count nowhere."""
        if self.after_pre:
            data = data.removeprefix("\n")
        self.after_pre = False
        if not self.pieces:
            data = data.lstrip("\t\n\f ")
        if data.startswith("\n") and self.pieces and self.pieces[-1][1]:
            self.pieces.pop()  # the document's own line end does
        if data:
            self.pieces.append((data, False))

    def _end(self) -> None:
        if self.pieces and not self.pieces[-1][0].endswith("\n"):
            self.pieces.append(("\n", True))


class Document(NamedTuple):
    """Words of an HTML document with line ends after blocks; ``bytes_before`` each border, as Taguette counts."""

    text: str
    bytes_before: Ints

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return code points for Taguette's positions, or None where they are outside or within a character."""
        edges = self.bytes_before
        if not 0 <= start <= end <= edges[-1]:
            return None
        first = int(np.searchsorted(edges, start, side="right")) - 1
        last = max(int(np.searchsorted(edges, end, side="left")), first)
        return (first, last) if edges[first] == start and edges[last] == end else None


def document(source: str) -> Document:
    """Return the words of an HTML document."""
    words = _Words()
    words.feed(source.replace("\r\n", "\n").replace("\r", "\n"))
    words.close()
    text = "".join(piece for piece, _added in words.pieces)
    width = [0 if added else len(sign.encode()) for piece, added in words.pieces for sign in piece]
    return Document(text, np.concatenate([[0], np.cumsum(np.array(width, dtype=np.int64))]))


def _compared(words: str) -> str:
    return "".join(words.split())


def read_taguette(content: Path | bytes, file: str = "") -> tuple[Project, tuple[Issue, ...]]:
    """Read the one project of a Taguette file; raises BadInput where it is none or holds several.

    Every highlight is compared with the snippet that Taguette keeps; one that differs is left out and told. Tags are
    paths with dots or slashes at most, so they stay flat. Who highlighted is known only from the log, if it is there.
    """
    told = Told(file or (content.name if isinstance(content, Path) else ""))
    try:
        with closing(_opened(content, told)) as database:
            return _project(database, told), told.all()
    except (sqlite3.Error, UnicodeDecodeError, TypeError, ValueError) as error:
        raise _no_taguette(told) from error


def _opened(content: Path | bytes, told: Told) -> sqlite3.Connection:
    """Open a file where it lies, bytes in memory."""
    if isinstance(content, Path):
        with content.open("rb") as stream:
            head, size = stream.read(len(HEAD)), content.stat().st_size
    else:
        head, size = content[: len(HEAD)], len(content)
    if size > LARGEST or head != HEAD:
        raise _no_taguette(told)
    if isinstance(content, Path):
        return sqlite3.connect(f"{content.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    database = sqlite3.connect(":memory:")
    # Bytes 18 and 19 say whether there is a write-ahead log, which no file in memory has.
    database.deserialize(content[:18] + b"\1\1" + content[20:])
    return database


def _no_taguette(told: Told) -> Exception:
    return refusal(
        told.file,
        "exchange-no-taguette",
        message="This is no project of Taguette, or it is damaged.",
        remedy="Export the project from Taguette as SQLite3.",
    )


def _guarded(database: sqlite3.Connection, told: Told) -> None:
    """Trust nothing in the file: no functions in views and triggers, tables that are tables, an end to every query."""
    steps = iter(range(STEPS // 10_000))
    database.set_progress_handler(lambda: 0 if next(steps, None) is not None else 1, 10_000)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not there >= TABLES:
        raise _no_taguette(told)


def _project(database: sqlite3.Connection, told: Told) -> Project:
    _guarded(database, told)
    projects = database.execute("SELECT id, name, description FROM projects").fetchall()
    if len(projects) != 1:
        raise refusal(
            told.file,
            "exchange-one-project",
            message="The file holds {count} projects; exactly one can be read.",
            remedy="Export one project from Taguette as SQLite3.",
            count=len(projects),
        )
    name, description = map(_plain, projects[0][1:])
    documents = [
        (number, *map(_plain, words))
        for number, *words in database.execute("SELECT id, name, description, contents FROM documents ORDER BY id")
    ]
    read = {number: (n, document(contents)) for n, (number, _name, _told, contents) in enumerate(documents)}
    texts = tuple(
        Text(
            guid=_guid(name, "document", number),
            name=called,
            description=about,
            text=read[number][1].text,
            sha256=fingerprint(read[number][1].text),
        )
        for number, called, about, _contents in documents
    )
    tags = database.execute("SELECT id, path, description FROM tags ORDER BY path").fetchall()
    codes = tuple(
        Code(guid=_guid(name, "tag", n), name=_plain(path), description=_plain(about)) for n, path, about in tags
    )
    coders = _coders(database)
    users = tuple(User(guid=_guid(name, "user", login), name=login) for login in sorted({*coders.values()}))
    rows = _highlights(database, read, told)
    selections, codings = _columns(database, name, rows, coders)
    return Project(
        name=name,
        origin="Taguette",
        description=description,
        users=users,
        codes=codes,
        texts=texts,
        selections=selections,
        codings=codings,
    )


def _plain(cell: object) -> str:
    """Return what a cell says: SQLite keeps numbers and nothing where words are meant. Raises TypeError for bytes."""
    if isinstance(cell, bytes):
        raise TypeError("bytes where words are meant")
    return "" if cell is None else str(cell)


def _highlights(
    database: sqlite3.Connection, read: dict[int, tuple[int, Document]], told: Told
) -> list[tuple[int, int, int, int]]:
    """Return number, text, start and end of the highlights whose words are those of their snippet."""
    found = []
    query = "SELECT id, document_id, start_offset, end_offset, snippet FROM highlights ORDER BY document_id, id"
    for number, where, start, end, snippet in database.execute(query):
        text, words = read.get(where, (NOWHERE, None))
        place = words.place(start, end) if words else None
        if words and place and _compared(words.text[slice(*place)]) == _compared(document(snippet).text):
            found.append((number, text, *place))
            continue
        told.tell(
            "exchange-highlight",
            message="Other words than those of the highlight stand at its place; left out.",
            value=str(snippet),
        )
    return found


def _coders(database: sqlite3.Connection) -> dict[int, str]:
    """Return who added which highlight, from Taguette's log."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'commands'").fetchone():
        return {}
    coders: dict[int, str] = {}
    for login, payload in database.execute("SELECT user_login, payload FROM commands ORDER BY id"):
        told = json.loads(payload)
        if isinstance(told, dict) and told.get("type") == "highlight_add":
            coders.setdefault(int(told["highlight_id"]), str(login))
    return coders


def _columns(
    database: sqlite3.Connection, name: str, rows: list[tuple[int, int, int, int]], coders: dict[int, str]
) -> tuple[Selections, Codings]:
    at = {number: row for row, (number, *_place) in enumerate(rows)}
    tags = {n: k for k, (n,) in enumerate(database.execute("SELECT id FROM tags ORDER BY path"))}
    users = {login: n for n, login in enumerate(sorted({*coders.values()}))}
    pairs = database.execute("SELECT highlight_id, tag_id FROM highlight_tags ORDER BY highlight_id, tag_id").fetchall()
    pairs = [(h, t) for h, t in pairs if h in at and t in tags]
    number, text, start, end = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    guids = tuple(_guid(name, "highlight", n) for n in number.tolist())
    codings = Codings(
        guid=tuple(_guid(name, "coding", h, t) for h, t in pairs),
        coder=np.array([users.get(coders.get(h, ""), NOWHERE) for h, _t in pairs], dtype=np.int64),
        code=np.array([tags[t] for _h, t in pairs], dtype=np.int64),
        on=np.full(len(pairs), On.SELECTION, dtype=np.int64),
        number=np.array([at[h] for h, _t in pairs], dtype=np.int64),
        created=("",) * len(pairs),
    )
    return Selections.plain(guids, text, start, end), codings


def _guid(*parts: object) -> str:
    """Return a GUID that is always the same for one thing of one project: Taguette has none."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(map(str, ("taguette", *parts)))))
