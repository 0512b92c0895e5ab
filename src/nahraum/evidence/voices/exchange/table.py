"""Codings as a CSV table, in and out: one row per coding, with the words it stands on."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from nahraum.base import Issue
from nahraum.base.cells import as_delivered, csv_text, harmless
from nahraum.base.language import quoted
from nahraum.evidence.voices.exchange.markup import DEPTH
from nahraum.evidence.voices.exchange.model import (
    NOWHERE,
    Code,
    Codings,
    On,
    Project,
    Selections,
    Text,
    User,
    counted,
    fingerprint,
)
from nahraum.evidence.voices.exchange.told import Told, refusal

COLUMNS = ("text", "coder", "code", "start", "end", "quotation")
BETWEEN = " > "  # from a code to the one below it
Line = tuple[str, ...]  # a code with those above it, by their names


def codes_by_path(codes: Sequence[Code]) -> list[str]:
    """Return each code's path from the top; names may repeat under different parents."""
    paths: dict[str, str] = {}
    for code in codes:
        above = paths.get(code.parent, "")
        paths[code.guid] = f"{above}{BETWEEN}{code.name}" if above else code.name
    return [paths[code.guid] for code in codes]


def codings_csv(project: Project) -> str:
    """Return the codings of texts as CSV (UTF-8, semicolons); start and end count code points, end not included."""
    columns, paths = counted(project), codes_by_path(project.codes)
    users = [user.name or user.guid for user in project.users] + [""]
    rows = zip(*(getattr(columns, name).tolist() for name in ("text", "coder", "code", "start", "end")), strict=True)
    told = (
        (project.texts[text].name, users[coder], paths[code], start, end, (project.texts[text].text or "")[start:end])
        for text, coder, code, start, end in rows
    )
    return csv_text([COLUMNS, *told])


def read_codings_csv(
    raw: bytes, file: str, texts: Mapping[str, str], lines: Iterable[Line] = ()
) -> tuple[Project, tuple[Issue, ...]]:
    """Read codings of texts that are here already (name -> words in our convention), as a project.

    ``lines``: the categories that are here, each with those above it: a name may itself hold what stands between two.
    A row whose quotation is not what stands at its positions is left out and told: nothing is shifted. Raises BadInput
    where the columns are not there or the file is not UTF-8.
    """
    rows = _rows(raw, file)
    told = Told(file)
    gathered = _Gathered(texts)
    known = {BETWEEN.join(line): line for line in lines}
    for number, row in enumerate(rows, start=2):
        name, coder, path = (as_delivered(row[column] or "") for column in ("text", "coder", "code"))
        quotation = (row["quotation"] or "").replace("\r\n", "\n")
        start, end = (_position(row[column]) for column in ("start", "end"))
        if name not in texts or not path or not 0 <= start <= end <= len(texts[name]):
            told.tell(
                "exchange-row",
                message="Row {row}: there is no such text, or no code, or the positions lie outside; left out.",
                value=name,
                row=number,
            )
        elif (levels := len(line := known.get(path) or tuple(path.split(BETWEEN)))) > DEPTH:
            told.tell(
                "exchange-row-deep",
                message="Row {row}: the code lies {levels} levels deep; left out.",
                value=name,
                row=number,
                levels=levels,
            )
        elif quotation not in (texts[name][start:end], harmless(texts[name][start:end])):
            told.tell(
                "exchange-quotation",
                message="Row {row}: another quotation stands at these positions; left out.",
                remedy="Export codings and texts again, both at once.",
                value=quotation,
                row=number,
            )
        else:
            gathered.add(name, coder, line, start, end)
    return gathered.project(file), told.all()


def _rows(raw: bytes, file: str) -> list[dict[str, str]]:
    try:
        text = raw.decode("utf-8-sig")
        csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a coding may be as long as its text
        delimiter = max(";,\t", key=text.partition("\n")[0].count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        rows = [] if missing else list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise refusal(
            file,
            "exchange-csv",
            message="This is no table of codings in UTF-8.",
            remedy="Save it as CSV with the character set UTF-8.",
        ) from error
    if len(missing) == len(COLUMNS):  # something else was sent, which no list of columns explains
        raise refusal(
            file,
            "exchange-no-project",
            message="This is no project and no table of codings.",
            remedy="Send a project (.qdpx), a project of Taguette (.sqlite3) or a table of codings (.csv). Texts are "
            "imported under “Texts”.",
        )
    if missing:
        raise refusal(
            file,
            "exchange-csv-columns",
            message="Columns are missing: {missing}.",
            remedy="A table of codings has these columns: {known}.",
            missing=quoted(missing),
            known=quoted(COLUMNS),
        )
    return rows


def _position(cell: str | None) -> int:
    return int(cell) if cell and cell.isascii() and cell.isdigit() and len(cell) < 12 else NOWHERE


def _guid(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(map(str, parts))))


def _code(line: Line) -> Code:
    above = line[:-1]
    return Code(guid=_guid("code", *line), name=line[-1], parent=_guid("code", *above) if above else "")


class _Gathered:
    """Rows on their way into a project: texts, users and codes by name and path, in the order in which they come."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = [
            Text(guid=_guid("text", name), name=name, text=words, sha256=fingerprint(words))
            for name, words in texts.items()
        ]
        self.number = {name: n for n, name in enumerate(texts)}
        self.users: dict[str, int] = {}
        self.codes: dict[Line, int] = {}
        self.rows: list[tuple[int, int, int, int, int]] = []

    def add(self, text: str, coder: str, line: Line, start: int, end: int) -> None:
        """Add one coding."""
        number = self.users.setdefault(coder, len(self.users)) if coder else NOWHERE
        self.rows.append((self.number[text], number, self._code(line), start, end))

    def _code(self, line: Line) -> int:
        """Return the number of a code; those above it are numbered first."""
        if line not in self.codes and (above := line[:-1]):
            self._code(above)
        return self.codes.setdefault(line, len(self.codes))

    def project(self, name: str) -> Project:
        """Return all of it."""
        text, coder, code, start, end = np.array(self.rows, dtype=np.int64).reshape(-1, 5).T
        count = range(len(self.rows))
        guids = tuple(_guid("selection", n, *self.rows[n]) for n in count)
        codings = Codings(
            guid=tuple(_guid("coding", n, *self.rows[n]) for n in count),
            coder=coder,
            code=code,
            on=np.full(len(count), On.SELECTION, dtype=np.int64),
            number=np.arange(len(count)),
            created=("",) * len(count),
        )
        return Project(
            name=name,
            users=tuple(User(guid=_guid("user", coder), name=coder) for coder in self.users),
            codes=tuple(map(_code, self.codes)),
            texts=tuple(self.texts),
            selections=Selections.plain(guids, text, start, end),
            codings=codings,
        )
