"""What a planner reads on the page when a file is wrong: what, where, and what to do in the browser."""

import ast
import dataclasses
import re
from html import unescape
from pathlib import Path

import pytest

from nahraum.base.language import speaking
from tests.site.cast import enter, forgetful, hire
from tests.site.test_import import desk, nothing_stored, planner
from tests.site.test_import_files import LOCKED, workbook
from tests.site.wizard import words

__all__ = ["desk", "enter", "forgetful", "hire", "planner"]

CORE = Path(__file__).parents[2] / "src" / "nahraum"
HEADER = "Gebiet;Jahr;Einwohner;Arbeitslose\n"
ROWS = ("01;2023;1200;55", "02;2023;980;31", "03;2023;2100;40", "04;2023;1240;17")
TAKEN = {"variable": ["einwohner", "arbeitslose"]}
# Keys of the project file as sentences name them; words that are English as well (“area”, “missing”) only as keys.
KEYS = re.compile(
    r"project file|projektdatei|\[\[|\[areas\]|\w = |\b(under|unter) (area|key|missing|totals|sheet|where)"
    r"|\bunder incomplete|\bcrs\b|\bnth\b|\b(give|gives|geben sie) (format|encoding|period|decimal|delimiter)\b",
    re.IGNORECASE,
)


def table(*rows):
    return HEADER + "\n".join(rows) + "\n"


def keys_in(sentence):
    """Return what of a sentence is a key of the project file."""
    from nahraum.projects.file import AreasSpec, LevelSpec
    from nahraum.sources.terms import Correction, TableSpec

    specs = (TableSpec, AreasSpec, LevelSpec, Correction)
    names = {each.name for spec in specs for each in dataclasses.fields(spec) if "_" in each.name}
    sentence = re.sub(r"\{\w+\}", "", sentence)
    return [*KEYS.findall(sentence), *(set(re.findall(r"\w+", sentence)) & names)]


WRONG = {
    "another separator": ("t.csv", table(*ROWS), {"delimiter": ","}, "„Trennzeichen“"),
    "two rows of headers": (
        "t.csv",
        "Gebiet;Jahr;Personen;Personen\n;;alle;arbeitslos\n" + "\n".join(ROWS) + "\n",
        {},
        "Geben Sie jeder Spalte einen eigenen Namen",
    ),
    "no key column": ("t.csv", "A;B\n1200;55\n980;31\n2100;40\n", {"period": "2023"}, "„Spalte mit den Gebieten“"),
    "letters in numbers": ("t.csv", table("01;2023;12o0;55", *ROWS[1:]), {}, "„12o0“"),
    "a sign nobody named": (
        "t.csv",
        table("01;2023;k. A.;55", *ROWS[1:]),
        {"missing": ""},
        "bei den Zeichen für „fehlt“",
    ),
    "numbers with units": ("t.csv", table("01;2023;1200 EW;55", *ROWS[1:]), {}, "„1200 EW“"),
    "points that may be thousands": (
        "t.csv",
        table("01;2023;1.200;55", "02;2023;1.980;31", "03;2023;2.100;40", "04;2023;1.240;17"),
        {},
        "„Dezimalzeichen“",
    ),
    "the same row twice": ("t.csv", table(*ROWS, ROWS[0]), {}, "Zeilen 2 und 6"),
    "an area nobody knows": ("t.csv", table(*ROWS, "05;2023;1;1"), {}, "„Zeilen, die wegbleiben“"),
    "a sum row nobody named": ("t.csv", table(*ROWS, "Gesamt;2023;5520;143"), {}, "„Summenzeilen“"),
    "zeros lost in front": (
        "t.csv",
        table(*(row[1:] for row in ROWS)),
        {"area_width": "0"},
        "„Stellen eines Gebietsschlüssels“",
    ),
    "a row without key": ("t.csv", table(*ROWS, ";2023;7;7"), {}, "keinen Gebietsschlüssel"),
    "a header and no rows": ("t.csv", HEADER, {}, "„Zeile mit den Spaltennamen“"),
    "years of two digits": ("t.csv", table(*(row.replace("2023", "23") for row in ROWS)), {}, "Schreiben Sie 2019"),
    "a row without a year": ("t.csv", table(ROWS[0].replace("2023", ""), *ROWS[1:]), {}, "keinen Zeitraum"),
    "more cells than columns": ("t.csv", table(ROWS[0] + ";7", *ROWS[1:]), {}, "5 Zellen, die Kopfzeile 4"),
    "fewer cells than columns": ("t.csv", table("01;2023;1200", *ROWS[1:]), {}, "3 Zellen, die Kopfzeile 4"),
    "an open quotation mark": ("t.csv", table('01;2023;"1200;55', *ROWS[1:]), {}, "Anführungszeichen"),
    "an error of the spreadsheet": ("t.csv", table("01;2023;#DIV/0!;55", *ROWS[1:]), {}, "Berichtigen Sie die Formel"),
    "a code for missing": ("t.csv", table("01;2023;1200;-9", *ROWS[1:]), {}, "bei den Zeichen für „fehlt“"),
    "zeros for missing": ("t.csv", table("01;2023;0;0", *ROWS[1:]), {}, "„Nullen, die fehlend bedeuten“"),
    "a row left out that is not there": ("t.csv", table(*ROWS), {"skip_rows": "77 = alt"}, "„Zeilen, die wegbleiben“"),
    "another encoding": (
        "t.csv",
        table(*ROWS).replace("Einwohner", "Männer").encode("cp1252"),
        {"encoding": "utf-8"},
        "„CSV UTF-8“",
    ),
    "a level nobody knows": ("t.csv", table(*ROWS, "99;2023;7;7"), {"totals": "99 = Mars"}, "Es gibt: Quartier,"),
    "zeros of a variable nobody named": ("t.csv", table(*ROWS), {"zeros_are_missing": "kinder"}, "Keine der Variablen"),
    "two variables in columns of years": ("t.csv", table(*ROWS), {"shape": "years"}, "eine einzige Variable"),
    "a separator of two signs": ("t.csv", table(*ROWS), {"delimiter": ";;"}, "Ein einziges Zeichen"),
    "an empty file": ("t.csv", b"", {}, "t.csv ist leer"),
    "a PDF named csv": ("t.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}, "ein PDF-Dokument"),
    "a workbook with a password": ("t.xlsx", LOCKED, {}, "Kennwort"),
    "a text named xls": ("t.xls", "Gebiet;Jahr\n01;2023\n", {}, "t.xls"),
    "a date in a number column": (
        "t.xlsx",
        workbook([["Gebiet", "Jahr", "E", "A"], ["01", 2023, "03.01.2023", 1], ["02", 2023, 5, 2], ["03", 2023, 5, 2]]),
        {},
        "ein Datum",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_told_in_words_of_the_page(desk, case):
    name, content, changed, said = WRONG[case]
    desk.upload((name, content))
    if desk.place.count("/") > 2:
        desk.describe(**(TAKEN | changed))
    page = words(desk.answer)
    assert said in page
    assert not keys_in(" ".join(told(desk.answer)))
    assert nothing_stored()


def told(answer):
    """Return the sentences of a page that say what is wrong."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    lists = re.findall(r'<ul class="issues">(.*?)</ul>', main, re.DOTALL)
    lists += re.findall(r'class="(?:errors|told|row__error)"[^>]*>(.*?)</(?:div|p|li)>', main, re.DOTALL)
    assert lists
    return [unescape(re.sub(r"<[^>]+>", " ", each)) for each in lists]


OF_INDICATORS = {
    "percent over 100": (table("01;2023;1200;1255", *ROWS[1:]), {}, "mehr Fälle, als es sein können"),
    "negative counts": (table("01;2023;1200;-55", "02;2023;980;-7", *ROWS[2:]), {}, "negativ"),
    "a total that contradicts": (table(*ROWS, "99;2023;5000;143"), {"totals": "99 = Stadt"}, "5.000"),
    "areas that lack": (table(*ROWS[:2]), {}, "2"),
}


@pytest.mark.parametrize("case", OF_INDICATORS)
def test_what_contradicts_an_indicator_is_told_in_words_of_the_page(desk, case):
    from nahraum_site.indicators.models import Domain, Indicator

    Domain.objects.create(key="a", position=0, part={"id": "a", "name": "Arbeit"})
    part = {"id": "q", "name": "Arbeitslose", "domain": "a", "direction": "higher_is_worse", "unit": "%"}
    part |= {"numerator": ["arbeitslose"], "denominator": ["einwohner"], "per": 100}
    Indicator.objects.create(key="q", position=0, part=part)
    content, changed, said = OF_INDICATORS[case]
    desk.upload(("t.csv", content))
    desk.describe(**(TAKEN | changed))
    sentences = " ".join(told(desk.answer))
    assert said in sentences
    assert not keys_in(sentences)


def test_columns_that_nothing_is_taken_from_are_named(desk):
    desk.upload(("t.csv", table(*ROWS)))
    desk.describe(variable=["einwohner", ""])
    assert "Nicht übernommen, weil keine Variable dafür genannt ist: Arbeitslose." in words(desk.answer)
    assert "die Ebene „quarter“" not in words(desk.answer)


def test_zeros_that_mean_missing_are_read_so_and_suggested_next_year(desk):
    batch = desk.take(
        "t_2023.csv",
        table("01;2023;0;0", *ROWS[1:]),
        zeros_are_missing="einwohner\r\narbeitslose",
        negative_is_missing="on",
        **TAKEN,
    )
    assert batch.part["zeros_are_missing"] == ["einwohner", "arbeitslose"]
    assert batch.part["negative_is_missing"] is True
    states = {(v.area, v.variable): (v.state, v.value) for v in batch.values.all()}
    assert states["01", "einwohner"] == states["01", "arbeitslose"] == (1, None)
    assert states["02", "einwohner"] == (0, 980)


def core_sentences():
    """Return what the core's issues say and advise, but for the terminal and the report's own placeholders."""
    for path in CORE.rglob("*.py"):
        if path.relative_to(CORE).parts[0] in ("cli", "reports"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("message", "remedy"):
                yield from (each.value for each in ast.walk(node.value) if is_text(each))
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop":
                yield from (each.value for each in ast.walk(node) if is_text(each))


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def test_every_remedy_that_names_a_key_of_the_project_file_has_words_for_the_browser():
    from nahraum_site.records.remedies import IN_THE_BROWSER

    found = set(core_sentences())
    assert len(found) > 100
    assert {each for each in found if keys_in(each)} <= set(IN_THE_BROWSER)
    assert set(IN_THE_BROWSER) <= found
    for sentence in IN_THE_BROWSER.values():
        with speaking("de"):
            from nahraum.base.language import gettext

            assert not keys_in(sentence)
            assert not keys_in(gettext(sentence))


@pytest.mark.parametrize(("language", "quotes"), [("en", "“([^“”]+)”"), ("de", "„([^„“]+)“")])
def test_the_remedies_name_fields_and_buttons_as_the_pages_do(django, language, quotes):
    from django.utils.translation import override

    from nahraum.base.language import gettext
    from nahraum_site.places.forms import SystemForm
    from nahraum_site.records.remedies import IN_THE_BROWSER
    from nahraum_site.sources.forms import TableForm

    with override(language), speaking(language):
        fields = [*TableForm.base_fields.values(), *SystemForm.base_fields.values()]
        shown = {str(field.label) for field in fields}
        shown |= {gettext(each) for each in ("Change the description", "Seldom needed", "Sheet")}
        shown |= {"en": {"missing", "protected", "not applicable"}, "de": {"fehlt", "geschützt", "entfällt"}}[language]
        named = {name for each in IN_THE_BROWSER.values() for name in re.findall(quotes, gettext(each))}
    assert len(named) > 10
    assert named - {"{near}"} <= shown
