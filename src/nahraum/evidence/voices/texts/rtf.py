"""RTF: the words of the document, without what programs keep beside them.

After the Rich Text Format specification 1.9.1: groups, destinations, code pages, Unicode with its substitute.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace

from nahraum.base import Issue
from nahraum.evidence.voices.texts.draft import Paragraph
from nahraum.evidence.voices.texts.told import damaged, lost, too_many

MOST_MARKS = 2_000_000  # braces and backslashes; a protocol of 300 pages has 100,000
TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
BREAKS = {"par", "sect", "cell", "nestcell"}
SIGNS = (
    {"line": "\n", "page": "\n", "column": "\n", "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•"}
    | {"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003", "enspace": "\u2002"}
    | {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "\\": "\\", "{": "{", "}": "}"}
)
# Destinations that are no words of the document, with what is told of them.
LEFT_OUT = {
    "annotation": "comments",
    "pict": "pictures",
    "object": "pictures",
    "listtext": "numbers",
    "pntext": "numbers",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"), "margins"),
    **dict.fromkeys(("fonttbl", "colortbl", "filetbl", "stylesheet", "info", "fldinst", "xe", "tc", "rxe", "txe"), ""),
    **dict.fromkeys(("nonshppict", "sp", "shprslt"), ""),  # written twice, or for the program
}
KEPT = {"shpinst", "shppict"}  # marked as ignorable, yet with words inside
CODEPAGES = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """What holds inside of a pair of braces; ``silent``: nothing in it is shown."""

    silent: bool = False
    hidden: bool = False
    deleted: bool = False
    substitutes: int = 1  # characters after \u that stand for it in older programs
    ignorable: bool = False
    note: bool = False


def read_rtf(name: str, content: bytes) -> tuple[list[Paragraph], list[Issue]]:
    """Return the paragraphs and what was left out; raises BadInput where groups close that never opened.

    Bullets and numbers that the program wrote before list items are left out. Notes stand in brackets where they are
    called.
    """
    walk = _Walk(name)
    text, at = content.decode("latin-1"), 0
    if sum(map(text.count, "{}\\")) > MOST_MARKS:
        raise too_many(name, MOST_MARKS)
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:  # a backslash at the very end
            break
        at = token.end()
        if token[1] == "bin":
            at += max(int(token[2] or 0), 0)
        walk.take(token)
    return walk.finish()


class _Walk:
    """What is gathered on the way through the tokens."""

    def __init__(self, name: str) -> None:
        self.paragraphs: list[Paragraph] = []
        self.lost: Counter[str] = Counter()
        self._file = name
        self._group = _Group()
        self._outer: list[_Group] = []
        self._codec = codecs.lookup("cp1252")
        self._bytes = bytearray()
        self._line: list[str] = []
        self._level = 0
        self._skip = 0
        self._told = ""  # the last kind of passage left out, so that one passage of many tokens counts once

    def take(self, token: re.Match[str]) -> None:
        """Take one token."""
        word, number, code, symbol, brace, plain = token.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word, int(number) if number else None)
        elif code:
            self._raw(bytes([int(code, 16)]))
        elif symbol == "*":
            self._group = replace(self._group, ignorable=True)
        elif symbol in ("\n", "\r"):
            self._break()
        elif symbol:
            self._sign(SIGNS.get(symbol, ""))
        elif plain:
            self._raw(plain.encode("latin-1"))

    def finish(self) -> tuple[list[Paragraph], list[Issue]]:
        """Return what was gathered."""
        if self._outer:
            raise damaged(self._file)
        self._flush()
        if self._line:
            self._break()
        return self.paragraphs, lost(self.lost, self._file)

    def _brace(self, brace: str) -> None:
        self._flush()
        self._skip = 0
        if brace == "{":
            self._outer.append(self._group)
            self._group = replace(self._group, ignorable=False, note=False)
        elif self._outer:
            if self._group.note:
                self._line.append("]")
            self._group = self._outer.pop()
        else:
            raise damaged(self._file)

    def _word(self, word: str, number: int | None) -> None:
        if word == "u":
            self._flush()
            self._sign(chr((number or 0) % 0x10000))
            self._skip = self._group.substitutes
        elif word in BREAKS:
            self._break()
        elif word in SIGNS:
            self._sign(SIGNS[word])
        elif not self._destination(word):
            self._format(word, number)

    def _destination(self, word: str) -> bool:
        """Note where a group begins that is shown elsewhere or nowhere; say whether this word is such a one."""
        if word in KEPT:
            self._group = replace(self._group, ignorable=False)
            return True
        if word in LEFT_OUT or self._group.ignorable:
            if LEFT_OUT.get(word) and not self._group.silent:
                self.lost[LEFT_OUT[word]] += 1
            self._group = replace(self._group, silent=True, ignorable=False)
            return True
        if word == "footnote":
            self._sign("[")
            self._group = replace(self._group, note=not self._group.silent)
            return True
        return False

    def _format(self, word: str, number: int | None) -> None:
        on = number != 0
        if word == "uc":
            self._group = replace(self._group, substitutes=max(number or 0, 0))
        elif word in ("ansicpg", *CODEPAGES):
            self._codec = _codec(f"cp{number}" if word == "ansicpg" else CODEPAGES[word]) or self._codec
        elif word == "outlinelevel":
            self._level = (number or 0) + 1 if (number or 0) < 9 else 0
        elif word == "pard":
            self._level = 0
        elif word in ("v", "deleted"):
            self._flush()
            self._told = ""
            self._group = replace(self._group, **{"hidden" if word == "v" else "deleted": on})
        elif word == "plain":
            self._flush()
            self._group = replace(self._group, hidden=False, deleted=False)

    def _raw(self, raw: bytes) -> None:
        skipped = min(self._skip, len(raw))
        self._skip -= skipped
        self._bytes += raw[skipped:]

    def _flush(self) -> None:
        """Decode what stands as bytes; several of them may be one character."""
        raw, self._bytes = bytes(self._bytes), bytearray()
        if raw:
            words = self._codec.decode(raw, "replace")[0]
            if not self._group.silent:
                self.lost["signs"] += words.count("\ufffd")
            self._sign(words)

    def _sign(self, sign: str) -> None:
        """Add words or a sign, unless nothing is shown here."""
        if self._bytes:
            self._flush()
        group = self._group
        if group.silent or not sign:
            return
        left_out = "deleted" if group.deleted else "hidden" if group.hidden else ""
        if not left_out:
            self._line.append(sign)
        elif left_out != self._told:
            self.lost[left_out] += 1
        self._told = left_out

    def _break(self) -> None:
        self._flush()
        if self._group.silent or self._group.deleted:
            return
        # The two halves of a character beyond U+FFFF come as two signs.
        text = "".join(self._line).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        self.paragraphs.append(Paragraph(text=text, level=self._level))
        self._line = []


def _codec(name: str) -> codecs.CodecInfo | None:
    """Return a code page of Windows or Macintosh; None for one that is not known."""
    name = "utf-8" if name == "cp65001" else name
    try:
        return codecs.lookup(name)
    except LookupError:
        return None
