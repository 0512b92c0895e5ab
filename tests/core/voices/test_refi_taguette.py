"""Taguette's own files, built here by its table definitions: bytes of words in HTML become code points."""

import json
import sqlite3
from contextlib import closing

import pytest

from nahraum.base import BadInput
from nahraum.evidence.voices.exchange.taguette import document, read_taguette

HTML = "\n<h1>Café</h1><p>Der Bus fährt 😀 nicht.</p>\n<p>Die <b>Miete</b> steigt &amp; steigt.</p>"
WORDS = "Café\nDer Bus fährt 😀 nicht.\nDie Miete steigt & steigt.\n"


def at(words):
    """Return Taguette's positions, counted by hand over the words without the line ends of blocks."""
    plain = "CaféDer Bus fährt 😀 nicht.\nDie Miete steigt & steigt.".encode()
    return plain.index(words.encode()), plain.index(words.encode()) + len(words.encode())


def taguette(path, highlights, projects=1):
    with closing(sqlite3.connect(path)) as made, made:
        made.executescript(
            "CREATE TABLE projects(id INTEGER PRIMARY KEY, name, description);"
            "CREATE TABLE documents(id INTEGER PRIMARY KEY, name, description, filename, project_id, contents);"
            "CREATE TABLE tags(id INTEGER PRIMARY KEY, project_id, path, description);"
            "CREATE TABLE highlights(id INTEGER PRIMARY KEY, document_id, start_offset, end_offset, snippet);"
            "CREATE TABLE highlight_tags(highlight_id, tag_id);"
            "CREATE TABLE commands(id INTEGER PRIMARY KEY, user_login, project_id, document_id, payload);"
            "INSERT INTO tags VALUES (1, 1, 'wohnen.miete', 'Mieten'), (2, 1, 'bus', '')"
        )
        for n in range(projects):
            made.execute("INSERT INTO projects VALUES (?, 'Nordstadt', 'Gespräche')", [n + 1])
        made.execute("INSERT INTO documents VALUES (1, 'Protokoll', 'd', 'p.html', 1, ?)", [HTML])
        for n, (start, end, snippet, tag) in enumerate(highlights, start=1):
            made.execute("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", [n, start, end, snippet])
            made.execute("INSERT INTO highlight_tags VALUES (?, ?)", [n, tag])
            told = json.dumps({"type": "highlight_add", "highlight_id": n})
            made.execute("INSERT INTO commands VALUES (?, 'anna', 1, 1, ?)", [n, told])
    return path


def test_words_of_html_keep_their_lines():
    assert document(HTML).text == WORDS
    assert document("<pre>\nab\r\nc</pre>").text == "ab\nc\n"


def test_highlights_cover_their_snippets(tmp_path):
    quotations = ["Der Bus fährt 😀", "Die Miete steigt & steigt.", "Café"]
    highlights = [
        (*at(quotations[0]), "<p>Der Bus fährt 😀</p>", 2),
        (*at(quotations[1]), "<p>Die <b>Miete</b> steigt &amp; steigt.</p>", 1),
        (*at(quotations[2]), "<h1>Café</h1>", 1),
    ]
    made, issues = read_taguette(taguette(tmp_path / "a.sqlite3", highlights))
    assert issues == ()
    marks = zip(made.selections.start, made.selections.end, strict=True)
    assert [made.texts[0].text[start:end] for start, end in marks] == quotations
    assert [made.codes[c].name for c in made.codings.code] == ["bus", "wohnen.miete", "wohnen.miete"]
    assert [made.users[c].name for c in made.codings.coder] == ["anna"] * 3


def test_highlights_that_do_not_fit_are_told(tmp_path):
    start, end = at("fährt")
    highlights = [(start, end, "fehlt", 1), (start, start + 2, "f", 1), (0, 9999, "x", 1), (5, 1, "", 1)]
    made, issues = read_taguette(taguette(tmp_path / "a.sqlite3", highlights))
    assert len(made.selections) == len(made.codings) == 0
    assert [issue.code for issue in issues] == ["exchange-highlight"] * 4


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.sqlite3").write_bytes(b"no database")
    with closing(sqlite3.connect(tmp_path / "b.sqlite3")) as made, made:
        made.execute("CREATE TABLE x(y)")
    raw = bytearray(taguette(tmp_path / "c.sqlite3", []).read_bytes())
    raw[100:600] = b"\xff" * 500
    (tmp_path / "c.sqlite3").write_bytes(raw)
    taguette(tmp_path / "d.sqlite3", [], projects=2)
    for name in "abcd":
        with pytest.raises(BadInput):
            read_taguette(tmp_path / f"{name}.sqlite3")
