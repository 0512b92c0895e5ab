"""Projects that no team made: refused, or taken with everything told, in seconds and in little memory."""

import sqlite3
import time
from collections import Counter
from uuid import uuid4

import pytest

from nahraum.base import BadInput
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.exchange.model import Code
from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.incoming import bounds, persons
from nahraum.evidence.voices.incoming.categories import fitted
from nahraum.evidence.voices.incoming.read import read
from nahraum.evidence.voices.pseudonyms import Key
from tests.core.voices import refi_files as refi


@pytest.fixture(autouse=True)
def soon():
    """Fail a test whose own work took longer than a person would wait."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < 20


def came(tmp_path, xml, said="Bus fehlt"):
    return read(refi.qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": said}).read_bytes(), "a.qdpx", dict)


def told(back):
    return " ".join(each.sentence for each in back.issues)


def test_fifty_thousand_things_with_the_same_guid_all_stay(tmp_path):
    xml = refi.project(refi.text_source([refi.selection(0, 3, 1)] * 50_000))
    made = read_project(refi.qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus fehlt"})).project
    assert len(set(made.selections.guid)) == len(set(made.codings.guid)) == 50_000


def test_too_many_categories_are_refused_and_deep_ones_lifted(tmp_path):
    many = "".join(f'<Code guid="{uuid4()}" name="a"/>' for _n in range(bounds.CODES + 1))
    with pytest.raises(BadInput) as refused:
        came(tmp_path, refi.project(codes=many))
    assert refused.value.issues[0].code == "exchange-too-many-codes"
    as_many = "".join(f'<Code guid="{uuid4()}" name="a"/>' for _n in range(bounds.CODES))
    back = came(tmp_path, refi.project(codes=as_many))
    fit = fitted(back, System(id="s", name="S"), lambda: str(uuid4()), {})
    assert len({each.name for each in fit.brought.categories}) == bounds.CODES
    nested = "".join(f'<Code guid="{uuid4()}" name="c{n}">' for n in range(150)) + "</Code>" * 150
    back = came(tmp_path, refi.project(codes=nested))
    fit = fitted(back, System(id="s", name="S"), lambda: str(uuid4()), {})
    assert [each.name for each in fit.brought.categories] == [f"c{n}" for n in range(150)]
    assert max(len(fit.brought.line(each.id)) for each in fit.brought.categories) == 20
    assert "jetzt auf seiner letzten Ebene: 130." in told(back)


def test_thousands_of_coders_are_asked_for_by_name_as_far_as_a_page_can(tmp_path):
    users = [str(uuid4()) for _n in range(3000)]
    marks = [refi.selection(0, 3, n).replace(refi.USER, user) for n, user in enumerate(users)]
    marks += [refi.selection(4, 9, 5000 + n).replace(refi.USER, users[7]) for n in range(3)]
    named = "".join(f'<User guid="{each}" name="U{n}"/>' for n, each in enumerate(users))
    back = came(tmp_path, refi.project(refi.text_source(marks)).replace("</Users>", f"{named}</Users>"))
    counts = Counter(back.coders[n].name for n in back.marks.coder.tolist())
    assert len(back.marks) == 3003
    assert len(counts) == bounds.CODERS + 1
    assert counts["U7"] == 4
    assert counts[""] == 3000 - bounds.CODERS
    assert "über die gemeinsam entschieden wird: 2800." in told(back)


def test_a_memo_that_hangs_on_everything_does_not_fill_the_memory(tmp_path, monkeypatch):
    note = refi.guid(1, 7)
    marks = [
        refi.selection(0, 3, n).replace("</PlainTextSelection>", f'<NoteRef targetGUID="{note}"/></PlainTextSelection>')
        for n in range(2000)
    ]
    words = "Ach. " * 100_000
    after = f'<Notes><Note guid="{note}" name="n"><PlainTextContent>{words}</PlainTextContent></Note></Notes>'
    back = came(tmp_path, refi.project(refi.text_source(marks), after=after))
    assert sum(len(each.words) for each in back.remarks) <= bounds.MEMOS
    assert len(back.remarks) >= 1
    assert f"Stellen von Memos, die an sehr vielem hängen, weggelassen: {2000 - len(back.remarks)}." in told(back)
    assert len(back.marks) == 2000
    # A memo larger than all room stays at its first place.
    monkeypatch.setattr("nahraum.evidence.voices.incoming.remarks.MEMOS", 10)
    assert len(came(tmp_path, refi.project(refi.text_source(marks), after=after)).remarks) == 1


def test_thousands_of_cases_with_every_text_are_told_of_each_in_time(tmp_path):
    texts = [refi.guid(n, 5) for n in range(100)]
    sources = "".join(refi.text_source([], guid=each) for each in texts)
    inside = "".join(f'<SourceRef targetGUID="{each}"/>' for each in texts)
    name = "Fall " * 200
    cases = "".join(f'<Case guid="{uuid4()}" name="{n} {name}">{inside}</Case>' for n in range(2000))
    back = came(tmp_path, refi.project(sources, before=f"<Cases>{cases}</Cases>"))
    what = persons.found(back, [[] for _each in range(len(back.texts) + 1)])
    done = persons.frozen(back, what, set(), range(100), [], Key(), "texts")
    assert all(each.variables["Fall"].count("; ") == 1999 for each in done.texts.values())
    variable, value = uuid4(), "x" * 5000
    said = f'<VariableValue><VariableRef targetGUID="{variable}"/><TextValue>{value}</TextValue></VariableValue>'
    cases = "".join(f'<Case guid="{uuid4()}" name="{n}">{said}{inside}</Case>' for n in range(200))
    before = (
        f'<Variables><Variable guid="{variable}" name="v" typeOfVariable="Text"/></Variables><Cases>{cases}</Cases>'
    )
    with pytest.raises(BadInput) as refused:
        came(tmp_path, refi.project(sources, before=before))
    assert refused.value.issues[0].code == "exchange-too-much-told"


def test_codes_that_are_their_own_parents_are_three_codes(tmp_path):
    same = f'<Code guid="{refi.CODE}" name="a"><Code guid="{refi.CODE}" name="b"/></Code>'
    back = came(tmp_path, refi.project(refi.text_source([refi.selection(0, 3, 1)]), codes=same))
    assert [(each.name, each.parent) for each in back.codes] == [("a", ""), ("b", refi.CODE)]
    assert [isinstance(each, Code) for each in back.codes] == [True, True]


def test_positions_beyond_everything_are_told_and_shift_nothing(tmp_path):
    said = "Bus 🚌 fehlt"
    places = [(0, 10**17), (-5, 3), (10**18 - 1, 10**18 - 1), (5, 2), (0, 9_223_372_036_854_775_808), (0, 3)]
    marks = [refi.selection(start, end, n) for n, (start, end) in enumerate(places, 1)]
    back = came(tmp_path, refi.project(refi.text_source(marks)), said)
    assert [said[each.start : each.end] for each in persons.moved(back, {})] == ["Bus"]
    assert sum(each.code == "exchange-coding-lost" for each in back.issues) == 4
    assert any(each.code == "exchange-incomplete" for each in back.issues)


def test_a_path_of_thousands_of_steps_in_a_table_is_told(tmp_path):
    deep = " > ".join("abcdefgh" * 200)
    table = f"text;coder;code;start;end;quotation\nA;C;{deep};0;3;Bus\nA;C;Wohnen > Miete;0;3;Bus\n"
    back = read(table.encode(), "k.csv", lambda: {"A": "Bus fehlt"})
    assert [each.name for each in back.codes] == ["Wohnen", "Miete"]
    assert "Zeile 2: Der Code liegt 1600 Ebenen tief; weggelassen." in told(back)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("UPDATE documents SET name = 5", ["5"]),
        ("UPDATE documents SET name = NULL, description = NULL", ["ohne Namen"]),
        ("UPDATE tags SET path = 7.5, description = NULL", None),
        ("UPDATE projects SET name = NULL, description = 3", None),
        ("UPDATE documents SET contents = x'fffe'", ()),
        ("UPDATE documents SET name = x'fffe'", ()),
    ],
)
def test_whatever_stands_in_the_cells_of_taguette(tmp_path, change, names):
    from tests.core.voices.test_refi_taguette import taguette

    path = taguette(tmp_path / "t.sqlite3", [])
    with sqlite3.connect(path) as database:
        database.execute(change)
    database.close()
    if names == ():
        with pytest.raises(BadInput):
            read(path.read_bytes(), "t.sqlite3", dict)
        return
    back = read(path.read_bytes(), "t.sqlite3", dict)
    assert names is None or [each.name for each in back.texts] == names
    assert all(isinstance(each.name, str) for each in back.codes)
