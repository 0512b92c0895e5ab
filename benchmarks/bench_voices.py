"""Search, matrices, codes that meet and agreement on 200 interviews with 20,000 codings, and on ten times as much.

The corpus comes from ../shared/tools/qda_corpus.py; ten times are copies under other names, so its vocabulary does not
grow. Every text counts as worked on by both coders.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.process import shared
from benchmarks.row import Row, seconds
from nahraum.evidence.voices.agreement import alpha, cohen, percent
from nahraum.evidence.voices.agreement.levels import by_character, by_placed_line, by_segment, lines_of, placed
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.matrix import matrix
from nahraum.evidence.voices.search import Index, dumped, find, loaded
from nahraum.evidence.voices.together import Meeting, together

CODES, SPACES, TIMES = 120, 6, 10
ASKED = {"a word": "Wohnraum", "a frequent word": "die", "a beginning": "pfleg*", "a phrase": '"in der"',
         "nearness": "Wohnraum NEAR/5 Armut", "both, not a third": "(Wohnraum AND Armut) NOT Hausarzt"}  # fmt: skip
# The same hits by going through the texts; None where one expression cannot say it.
SCANNED = {"a word": r"\bwohnraum\b", "a frequent word": r"\bdie\b", "a beginning": r"\bpfleg\w*",
           "a phrase": r"\bin\W+der\b"}  # fmt: skip
MATCHED = {"a word": "wohnraum", "a frequent word": "die", "a beginning": "pfleg*", "a phrase": '"in der"',
           "nearness": "NEAR(wohnraum armut, 5)", "both, not a third": "(wohnraum AND armut) NOT hausarzt"}  # fmt: skip


def main() -> list[Row]:
    """Measure once and ten times the corpus; the promises are for the one."""
    folder = shared()
    if folder is None:
        return [Row(what="voices", data="200 texts x 5,000 words", skipped="real data not found")]
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, folder / "tools" / "qda_corpus.py"], cwd=name, check=True, capture_output=True)
        texts = {path.name: path.read_bytes().decode() for path in sorted(Path(name).glob("docs/*.txt"))}
        with Path(name, "segments.csv").open(encoding="utf-8") as file:
            segments = list(csv.DictReader(file))
    many = {f"{n} {name}": text for n in range(TIMES) for name, text in texts.items()}
    lines = [lines_of(text) for text in texts.values()]
    return [
        *_searched(texts, peers=True),
        *_counted(_codings(texts, segments, 1), lines),
        *_searched(many, peers=False),
        *_counted(_codings(texts, segments, TIMES), lines * TIMES),
    ]


def _searched(texts: dict[str, str], *, peers: bool) -> list[Row]:
    index = Index.of(texts)
    data = f"{len(texts):,} texts, {len(index.form) / 1e6:.0f} M words"
    rows = [building(texts, data), loading(index, data)]
    for what, query in ASKED.items():
        find(index, query)
        row = Row(what=f"search: {what}", data=data, ours=seconds(lambda query=query: find(index, query)),
                  promise=0.02 if peers else None)  # fmt: skip
        rows += _beside(row, what, texts) if peers else [row]
    return rows


def building(texts: dict[str, str], data: str) -> Row:
    """Take all texts apart; FTS5 as peer."""
    ours, peer = seconds(lambda: Index.of(texts), times=1), seconds(lambda: _fts5(texts), times=1)
    return Row(what="search index: build", data=data, ours=ours, peer=peer, peer_name="FTS5")


def loading(index: Index, data: str) -> Row:
    """Read a saved index and answer the first query."""
    saved = dumped(index)
    return Row(what="search index: load, first answer", data=data, ours=seconds(lambda: find(loaded(saved), "die")))


def _beside(row: Row, what: str, texts: dict[str, str]) -> list[Row]:
    """Return a row with each peer that can do the task. FTS5 names texts; hits are what its highlight marks."""
    base = _fts5(texts)
    query = "SELECT rowid, highlight(t, 0, char(1), char(2)) FROM t WHERE t MATCH ?"
    peer = seconds(lambda: [(n, text.count("\1")) for n, text in base.execute(query, [MATCHED[what]])], times=1)
    rows = [Row(what=row.what, data=row.data, ours=row.ours, promise=row.promise, peer=peer, peer_name="FTS5")]
    if what in SCANNED:
        pattern = re.compile(SCANNED[what], re.IGNORECASE)
        peer = seconds(lambda: [[hit.span() for hit in pattern.finditer(text)] for text in texts.values()], times=1)
        rows.append(Row(what=row.what, data=row.data, ours=row.ours, promise=row.promise, peer=peer, peer_name="re"))
    return rows


def _fts5(texts: dict[str, str]) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(words)")
    base.executemany("INSERT INTO t(words) VALUES (?)", [(text,) for text in texts.values()])
    return base


def _codings(texts: dict[str, str], segments: list[dict[str, str]], times: int) -> Codings:
    def column(name: str) -> np.ndarray:
        return np.tile(np.array([int(row[name]) for row in segments], dtype=np.int64), times)

    coder = np.tile(np.array([row["owner"] == "Coder B" for row in segments], dtype=np.int64), times)
    copy = np.repeat(np.arange(times) * len(texts), len(segments))
    length = np.tile(np.array([len(text) for text in texts.values()]), times)
    worked = np.ones((2, len(length)), dtype=bool)
    start, end = column("pos0"), column("pos1")
    return Codings(column("fid") - 1 + copy, coder, column("cid") - 1, start, end, length, worked)


def _counted(codings: Codings, lines: list[list[tuple[int, int]]]) -> list[Row]:
    data = f"{len(codings.length):,} texts, {len(codings):,} codings"
    promised = len(codings.length) == 200
    space = np.arange(len(codings.length)) % SPACES
    rows: list[tuple[str, Callable[[], object], float]] = [
        ("code x case retrieval", lambda: retrieval(codings, space), 0.01),
        ("space x code matrix", lambda: matrix(codings, space, np.arange(CODES), (SPACES, CODES)), 0.05),
        ("code x text matrix", lambda: code_by_text(codings), 0.05),
        *((f"codes that meet: {each}", lambda each=each: meetings(codings, each), 0.2) for each in Meeting),
        ("agreement of all codes: segments", lambda: segments_agree(codings), 0.5),
        ("agreement of all codes: characters", lambda: characters_agree(codings), 0.5),
        ("agreement of all codes: lines", lambda: lines_agree(codings, lines), 0.25),
    ]  # fmt: skip
    return [Row(what=what, data=data, ours=seconds(work), promise=limit if promised else None)
            for what, work, limit in rows]  # fmt: skip


def retrieval(codings: Codings, space: np.ndarray) -> np.ndarray:
    """Return all codings with one code in the texts of one space."""
    return np.flatnonzero((codings.code == 7) & (space[codings.text] == 2))


def code_by_text(codings: Codings) -> object:
    """Count codings, segments and coders of every code in every text."""
    texts = len(codings.length)
    return matrix(codings, np.arange(texts), np.arange(CODES), (texts, CODES))


def meetings(codings: Codings, meeting: Meeting) -> object:
    """Count which codes meet; a paragraph is taken to have 600 characters."""
    paragraphs = np.stack([codings.start // 600, (codings.end - 1) // 600], axis=1)
    return together(codings, CODES, meeting, paragraphs)


def segments_agree(codings: Codings) -> list[float]:
    """Return percent agreement of the segments of each code, overlap at least 90 %."""
    return [float(percent(by_segment(codings, code))) for code in range(CODES)]


def characters_agree(codings: Codings) -> list[tuple[float, float]]:
    """Return Cohen's kappa and Krippendorff's alpha of each code, character by character."""
    judged = (by_character(codings, code) for code in range(CODES))
    return [(float(cohen(each)), float(alpha(each))) for each in judged]


def lines_agree(codings: Codings, lines: list[list[tuple[int, int]]]) -> list[tuple[float, float]]:
    """Return the same line by line."""
    where = placed(codings, lines)
    judged = (by_placed_line(codings, code, where) for code in range(CODES))
    return [(float(cohen(each)), float(alpha(each))) for each in judged]
