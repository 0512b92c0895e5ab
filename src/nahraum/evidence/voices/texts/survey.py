"""Survey tables: one row is one answer, other columns say what is known of whoever gave it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nahraum.base import BadInput, Issue, Severity
from nahraum.evidence.voices.texts.draft import Draft, storable
from nahraum.evidence.voices.texts.package import Package
from nahraum.evidence.voices.texts.terms import Text
from nahraum.evidence.voices.texts.told import damaged, refused, told

if TYPE_CHECKING:
    from nahraum.sources.grid import Grid

MOST_ROWS = 100_000
MOST_VALUES = 0.5  # share of different values up to which a column is suggested as a variable
WITHOUT_ANSWER = Issue(
    code="text-rows-without-answer",
    severity=Severity.NOTICE,
    message="Rows without an answer in this column became no texts ({count}).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How a survey table is read: the column of the answer, those that become variables, sheet and header row."""

    answer: str
    variables: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 1


def read_survey(name: str, content: bytes, answers: Answers) -> tuple[Text, ...]:
    """Read one text per answered row of CSV, XLSX, XLS or ODS; empty variables are left out.

    What is to be told of the whole table is told with the first text. Raises BadInput where the table cannot be read, a
    column is missing or no row is answered.
    """
    with _table(name, content) as path:
        grid = _grid(path, answers)
        answer = grid.column(answers.answer)
        chosen = [at for at in map(grid.column, answers.variables) if at != answer]  # what was said is no variable
        columns = {storable(grid.header[at]): grid.cells[f"c{at}"] for at in chosen}
    texts: list[Text] = []
    for n, (row, words) in enumerate(zip(grid.rows, grid.cells[f"c{answer}"], strict=True)):
        if not storable(words or ""):
            continue
        draft = Draft(name=f"{name}, {row}")
        draft.add(words, row=row, heading=grid.header[answer])
        texts.append(
            draft.finish({column: storable(cells[n]) for column, cells in columns.items() if cells[n] is not None})
        )
    if not texts:
        raise refused(
            "text-unanswered",
            message="No row has an answer in the column “{column}”.",
            remedy="Choose the column that holds the answers.",
            file=name,
            column=grid.header[answer],
        )
    return (replace(texts[0], issues=(*_of_table(name, grid, len(texts)), *texts[0].issues)), *texts[1:])


def columns(name: str, content: bytes, answers: Answers) -> tuple[str, ...]:
    """Return the headers of a table's columns that can be chosen: those that stand there once."""
    with _table(name, content) as path:
        header = _grid(path, answers).header
    return tuple(each for each in header if each and header.count(each) == 1)


def suggested(name: str, content: bytes, sheet: str = "") -> Answers:
    """Suggest, for a person to confirm, the column with the longest texts as answer and those that group as variables.

    Raises BadInput where the table cannot be read.
    """
    from nahraum.sources import sniff

    with _table(name, content) as path:
        found = sniff(path, sheet=sheet)
        grid = _grid(path, Answers(answer="", sheet=found.sheet, header_row=found.header_row))
    unique = [at for at, header in enumerate(grid.header) if header and grid.header.count(header) == 1]
    if not unique:
        raise damaged(name)
    cells = {at: grid.cells[f"c{at}"].drop_nulls() for at in unique}
    answer = max(unique, key=lambda at: float(cells[at].str.len_chars().mean() or 0))  # type: ignore[arg-type]
    groups = (at for at in unique if at != answer and 0 < cells[at].n_unique() <= MOST_VALUES * len(cells[at]))
    return Answers(
        answer=grid.header[answer],
        variables=tuple(grid.header[at] for at in groups),
        sheet=found.sheet,
        header_row=found.header_row,
    )


def _of_table(name: str, grid: Grid, answered: int) -> Iterator[Issue]:
    yield from (replace(issue, file=name) for issue in grid.issues)
    if answered < grid.cells.height:
        yield told(WITHOUT_ANSWER, name, count=grid.cells.height - answered)


def _grid(path: Path, answers: Answers) -> Grid:
    from nahraum.sources.table import read_grid
    from nahraum.sources.terms import TableSpec

    spec = TableSpec(id="", file=path.name, sheet=answers.sheet, header_row=answers.header_row)
    grid = read_grid(spec, path.parent)
    if grid.cells.height > MOST_ROWS:
        raise refused(
            "text-too-many-rows",
            message="The table has more than {most} rows.",
            remedy="Import the part that is to be coded.",
            file=path.name,
            most=MOST_ROWS,
        )
    return grid


@contextmanager
def _table(name: str, content: bytes) -> Iterator[Path]:
    """Put a table where the readers of tables find it, with the ending that its content asks for; then remove it.

    Whatever a damaged workbook makes the libraries stumble over becomes a refusal.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{_ending(name, content)}"
        path.write_bytes(content)
        try:
            yield path
        except BadInput as error:
            raise BadInput([replace(issue, file=name) for issue in error.issues]) from error
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # panics of calamine and Polars are no Exception
            raise damaged(name) from error


def _ending(name: str, content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        return ".xlsx" if "xl/workbook.xml" in Package(name, content).names else ".ods"
    return ".xls" if content.startswith(b"\xd0\xcf\x11\xe0") else ".csv"
