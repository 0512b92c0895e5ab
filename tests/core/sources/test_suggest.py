"""A new file is read like the earlier one that it resembles; what differs is said, a year is never kept silently."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nahraum.base.strict import build
from nahraum.projects.compose import parts_of
from nahraum.sources import TableSpec, read_table
from nahraum.sources.matching import match_headers
from nahraum.sources.preview import Recognised, recognise
from nahraum.sources.suggest import sheet_like, suggest
from nahraum.sources.years import school_years_in, years_in

EARLIER = {
    "id": "einwohner_2024",
    "file": "einwohner_2024.xlsx",
    "sheet": "2024",
    "area": "Quartier",
    "period": "2024",
    "variables": {"inhabitants": "Einwohner gesamt", "under_18": "unter 18", "women": "weiblich (Anzahl)"},
    "missing": ["-"],
    "corrections": [{"where": {"Quartier": "1"}, "set": {"unter 18": "5"}, "reason": "x"}],
    "totals": {"0": "city"},
}
HEADERS = ("Quartier", "Einwohner gesamt", "unter 18", "weiblich (Anzahl)")


def seen(headers=HEADERS, name="einwohner_2025.xlsx", sheet="2025", **more) -> Recognised:
    about = {"sheets": (sheet,), "sheet": sheet, "suggestions": {"numbers": tuple(headers[1:]), "area": headers[0]}}
    return Recognised(format="xlsx", headers=tuple(headers), name=name, sha256="", size=1, **{**about, **more})


def test_the_next_years_file_is_read_alike_with_its_own_period() -> None:
    got = suggest(seen(), [EARLIER])
    assert got.table == {
        "id": "einwohner_2025",
        "file": "einwohner_2025.xlsx",
        "sheet": "2025",
        "area": "Quartier",
        "period": "2025",
        "variables": EARLIER["variables"],
        "missing": ["-"],
        "totals": {"0": "city"},
    }
    assert (got.check, got.new, got.missing, got.earlier) == ((), (), (), "einwohner_2024")
    assert got.reasons["period"] == "Die Datei nennt 2025; früher 2024."
    build(TableSpec, got.table, "tables")


@pytest.mark.parametrize(
    ("header", "doubtful"),
    [
        ("Einwohner\ngesamt", False),
        ("EINWOHNER  GESAMT", False),
        ("Ein-\nwohner gesamt", False),
        ("Einwohner gesamt (Anzahl)", True),
        ("Einwohnner gesamt", True),
        ("Einwohner insgesamt", True),
    ],
)
def test_a_column_written_differently_is_found_and_a_renamed_one_marked(header, doubtful) -> None:
    got = suggest(seen(("Quartier", header, *HEADERS[2:])), [EARLIER])
    assert got.table["variables"]["inhabitants"] == header
    assert ("variables.inhabitants" in got.check) == doubtful
    assert got.missing == ()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Einwohner 15-64", "Einwohner 15-65"),
        ("unter 18", "unter 15"),
        ("männlich", "weiblich"),
        ("Arbeitslose", "Ausländer"),
        ("SGB II", "SGB XII"),
    ],
)
def test_another_column_is_never_taken_for_the_earlier_one(was, now) -> None:
    assert match_headers([was], [now]) == {was: None}


def test_umlauts_and_their_spelling_are_the_same_and_another_unit_is_doubtful() -> None:
    assert match_headers(["Männer über 65"], ["Maenner ueber 65"])["Männer über 65"].how == "written"
    assert match_headers(["Quote (in %)"], ["Quote (Anzahl)"])["Quote (in %)"].is_doubtful
    two = match_headers(["Alo (Anzahl)", "Alo (in %)"], ["Alo [in %]", "Alo [Anzahl]"])
    assert [each.header for each in two.values()] == ["Alo [Anzahl]", "Alo [in %]"]


def test_new_and_missing_columns_are_named() -> None:
    got = suggest(seen(("Quartier", "Einwohner gesamt", "unter 18", "Haushalte")), [EARLIER])
    assert got.missing == ("weiblich (Anzahl)",)
    assert got.new == ("Haushalte",)
    assert "women" not in got.table["variables"]
    assert "variables.women" in got.check


def test_columns_that_name_the_year_move_on_with_it() -> None:
    earlier = {**EARLIER, "sheet": "", "variables": {"ew": "Einwohner 31.12.2024"}}
    both = suggest(seen(("Quartier", "Einwohner 31.12.2024", "Einwohner 31.12.2025"), sheet=""), [earlier])
    assert both.table["variables"] == {"ew": "Einwohner 31.12.2025"}
    only_old = suggest(seen(("Quartier", "Einwohner 31.12.2024"), sheet=""), [earlier])
    assert only_old.table["variables"] == {"ew": "Einwohner 31.12.2024"}
    assert "variables.ew" in only_old.check


@pytest.mark.parametrize(
    ("period", "name", "wanted", "sure"),
    [
        ("2024", "einwohner_2025.xlsx", "2025", True),
        ("2024", "einwohner_neu.xlsx", None, False),
        ("2024", "einwohner_2024.xlsx", "2024", False),
        ("2024", "einwohner_2025_2026.xlsx", None, False),
        ("2024-12-31", "einwohner_20251231.xlsx", "2025-12-31", False),
        ("2022..2024", "einwohner_2025.xlsx", "2023..2025", False),
        ("2023/24", "einwohner_2024-25.xlsx", "2024/25", True),
        ("2023/24", "einwohner_2024.xlsx", None, False),
    ],
)
def test_the_period_moves_on_or_is_asked_for(period, name, wanted, sure) -> None:
    earlier = {**EARLIER, "sheet": "", "period": period}
    got = suggest(seen(name=name, sheet=""), [earlier])
    assert got.table.get("period") == wanted
    assert ("period" not in got.check) == sure
    assert got.reasons["period"]


def test_the_day_of_delivery_in_the_name_is_not_taken_for_the_period() -> None:
    earlier = {**EARLIER, "sheet": "", "file": "einwohner_2023_geliefert_2024-03-01.xlsx", "period": "2023"}
    got = suggest(seen(name="einwohner_2024_geliefert_2025-03-04.xlsx", sheet=""), [earlier])
    assert got.table["period"] == "2024"


def test_the_latest_of_several_like_tables_is_followed_and_others_are_not() -> None:
    older = {**EARLIER, "id": "einwohner_2023", "file": "einwohner_2023.xlsx", "sheet": "2023", "period": "2023"}
    foreign = {"id": "sport", "file": "sport_2024.csv", "area": "Verein", "variables": {"m": "Mitglieder"}}
    assert suggest(seen(), [older, EARLIER, foreign]).earlier == "einwohner_2024"
    assert suggest(seen(("Verein", "Mitglieder"), name="vereine.csv"), [older, EARLIER, foreign]).earlier == "sport"
    assert suggest(seen(("a", "b"), name="x.csv"), [older, EARLIER, foreign]).earlier == ""


def test_the_sheet_of_the_files_year_is_looked_for() -> None:
    assert sheet_like(("Info", "2023", "2024", "2025"), "bev_2024.xlsx", {"sheet": "2023"}) == "2024"
    assert sheet_like(("Info", "2023", "2024", "2025"), "bev.xlsx", {"sheet": "2023"}) == "2025"
    assert sheet_like(("Info", "Daten"), "bev_2024.xlsx", {"sheet": "Daten"}) == "Daten"
    assert sheet_like(("Info",), "bev_2024.xlsx", {"sheet": "Daten"}) == ""
    got = suggest(seen(sheet="Info", sheets=("Info", "2025")), [EARLIER])
    assert "sheet" in got.check


def test_without_an_earlier_import_the_looks_decide(tmp_path) -> None:
    rows = "".join(f"{n:02};{n * 7};{n * 3}\n" for n in range(1, 20))
    (tmp_path / "arbeit_2024.csv").write_text(f"Quartier;Arbeitslose;Größe\n{rows}", encoding="utf-8")
    got = suggest(recognise(tmp_path / "arbeit_2024.csv"))
    assert got.table == {
        "id": "arbeit_2024",
        "file": "arbeit_2024.csv",
        "area": "Quartier",
        "period": "2024",
        "variables": {"arbeitslose": "Arbeitslose", "groesse": "Größe"},
    }
    assert {"area", "period"} <= set(got.check)
    assert read_table(build(TableSpec, got.table, "tables"), tmp_path).rows.height == 38


def test_every_sheet_of_musterstadt_is_read_as_the_year_before(town_project) -> None:
    tables = parts_of(town_project)["tables"]
    years = [table for table in tables if table["file"] == "bevoelkerung.xlsx"]
    path = town_project.parent / "data" / "bevoelkerung.xlsx"
    for before, now in zip(years[-3:], years[-2:], strict=False):
        got = suggest(recognise(path, sheet=now["sheet"]), [before])
        wanted = {key: value for key, value in now.items() if key != "shape"}
        assert {key: value for key, value in got.table.items() if key != "shape"} == wanted
        assert set(got.check) <= {"sheet"}  # the latest sheet is the usual choice
        assert got.missing == ()


NAMES = st.text(alphabet="abcdeäöü §ß", min_size=3, max_size=12).map(str.strip).filter(lambda text: len(text) > 2)


@settings(max_examples=200)
@given(st.lists(NAMES, min_size=2, max_size=6, unique_by=str.casefold), st.data())
def test_the_same_columns_in_any_order_are_found_again(names, data) -> None:
    headers = data.draw(st.permutations(names))
    assert {name: match.header for name, match in match_headers(names, headers).items()} == {n: n for n in names}


@settings(max_examples=200)
@given(st.lists(NAMES, max_size=6, unique=True), st.lists(NAMES, max_size=6, unique=True))
def test_no_column_is_given_twice(names, headers) -> None:
    given_away = [match.header for match in match_headers(names, headers).values() if match]
    assert len(given_away) == len(set(given_away))
    assert set(given_away) <= set(headers)


@settings(max_examples=100)
@given(st.integers(1990, 2090), st.integers(1990, 2090))
def test_a_period_is_the_files_year_or_a_question(old, new) -> None:
    assume(old != new)
    earlier = {**EARLIER, "file": f"ew {old}.csv", "sheet": "", "period": str(old)}
    assert suggest(seen(name=f"ew {new}.csv", sheet=""), [earlier]).table["period"] == str(new)
    assert "period" not in suggest(seen(name="ew.csv", sheet=""), [earlier]).table


def test_years_are_told_from_other_numbers() -> None:
    assert years_in("bev_31.12.2024 PLZ 20095, 20241231, 120241") == [2024, 2024]
    assert school_years_in("2024/25 2023-2024 2024-12-31 2024-26") == ["2024/25", "2023/24"]


def test_short_names_are_counted_on() -> None:
    """The third table of jobs was proposed as jobs_2_2."""
    earlier = [{**EARLIER, "id": "jobs"}, {**EARLIER, "id": "jobs_2"}]
    assert suggest(seen(), earlier).table["id"] == "jobs_3"
