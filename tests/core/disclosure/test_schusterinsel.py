"""The neighbour: who knows all but two children of Schusterinsel and Opladen's total must not find the rest.

He reads every file that is released. He wins if only one count is left to him; the tests at the end let him win, so
that we know that he can.
"""

from __future__ import annotations

import itertools
import json
import re
import zipfile

import numpy as np
import pytest

from nahraum.base import State, WrongRequest
from nahraum.disclosure.suppression import Suppressed
from nahraum.evidence.indicators import hiding
from nahraum.evidence.indicators.earlier import released_of
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.evidence.indicators.show import store
from nahraum.projects import read_project, run_project
from nahraum.reports.stamp import protection_words
from tests.core.disclosure import opladen, reading
from tests.core.disclosure.attacker import bounds, most

ISLAND, LIMIT = "26", 3
CHILDREN = {key: row[3] for key, row in opladen.QUARTERS.items()}
INHABITANTS = {key: row[2] for key, row in opladen.QUARTERS.items()}
WORKING = {key: row[5] for key, row in opladen.QUARTERS.items()}
TRUE = {key: row[4] for key, row in opladen.QUARTERS.items()}
SPACES = {name[:2]: [key for key, row in opladen.QUARTERS.items() if row[1] == name] for name in opladen.SPACES}
OPLADEN = sum(TRUE[key] for key in SPACES["Op"])


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return opladen.edition(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def world(city, tmp_path_factory):
    return reading.publish(protect_edition(city), tmp_path_factory.mktemp("world"))


def left(folder, of=None, *, people=CHILDREN, true=TRUE, indicator=opladen.CHILDREN, known=(), more=(), apart=()):
    """Return {area: (least, most)} of the counts that the files do not show, for a neighbour who knows which of them
    are small, out of how many people, Opladen's total, and of Schusterinsel's children all but two (``known``: how many
    of those are counted).
    """
    shown = reading.cells(folder, indicator, people)
    total = sum(true[key] for key in SPACES["Op"])
    facts = [*reading.sums(folder, indicator, people, SPACES, apart), *more]
    facts.append((dict.fromkeys(SPACES["Op"], 1), total, total))
    low, high = {}, {}
    for key, count in true.items():
        few = 0 < count < LIMIT
        low[key], high[key] = (1, LIMIT - 1) if few else (min(count, LIMIT), most(count, people[key]))
        if key in shown:
            low[key] = high[key] = shown[key]
    for count in known:
        low[ISLAND], high[ISLAND] = max(low[ISLAND], count), min(high[ISLAND], count + 2)
    return bounds(true, facts, low, high, [key for key in (of or true) if key not in shown])


@pytest.mark.parametrize("known", [(), (0,), (1,)])
def test_the_neighbour_does_not_find_the_two_children(world, known):
    found = left(world, known=known)
    assert ISLAND in found
    assert len(found) >= 4
    for area, (least, greatest) in found.items():
        assert greatest - least >= 1, area


def test_all_that_is_released_is_the_same_in_another_world(city, world, tmp_path):
    """One child less here, one more next door: if every file stays the same to the byte, none tells which is true."""
    twins = {"26": 1, "32": 8, "42": 2, "41": 18}
    base = opladen.edition(tmp_path / "project", counts=twins)
    other = reading.publish(protect_edition(base), tmp_path / "twin")
    one, two = reading.files(world), reading.files(other)
    assert one.keys() == two.keys()
    assert len(one) > 10
    assert [name for name in one if one[name] != two[name]] == []


def another_table(project, name, lines, period, revises=""):
    """Deliver one more table to the city's project."""
    (project.parent / f"{name}.csv").write_text("\n".join(lines) + "\n")
    table = f"""[[tables]]
id = "{name}"
file = "{name}.csv"
shape = "wide"
area = "nr"
period = "{period}"
{revises}
variables = {{ {", ".join(f'{each} = "{each}"' for each in lines[0].split(";")[1:])} }}
"""
    text = project.read_text()
    project.write_text(text.replace("[[domains]]", f"{table}[[domains]]", 1))
    return project


def empty_looking(folder, other):
    """A quarter of 40 people with nothing but zeros, or with nine foreign nationals who live next door otherwise."""
    quarters = {**opladen.QUARTERS, "33": ("Gewerbegebiet Ruhlach", "Opladen", 40, 0, 0, 0, 0, 9 if other else 0)}
    if other:
        quarters[ISLAND] = (*quarters[ISLAND][:7], quarters[ISLAND][7] - 9)
    return opladen.make(folder, quarters=quarters, protection="min_inhabitants = 300")


def revised(folder, other):
    """A correction of two hidden counts that confirms them, or changes both."""
    lines = ["nr;needy_u18", *(["26;1", "32;8"] if other else ["26;2", "32;7"])]
    return another_table(opladen.make(folder), "korrektur", lines, 2024, 'revises = ["zahlen"]')


def repeated(folder, other):
    """Two years alike in every quarter, or different in those that are hidden."""
    project = opladen.make(folder)
    lines = (folder / "zahlen.csv").read_text().splitlines()
    if other:
        twins = {"26": 1, "32": 8, "42": 2, "41": 18}
        cells = [line.split(";") for line in lines]
        lines = [";".join([*row[:3], str(twins.get(row[0], row[3])), *row[4:]]) for row in cells]
    return another_table(project, "vorjahr", lines, 2023)


@pytest.mark.parametrize("make", [empty_looking, revised, repeated])
def test_no_notice_on_the_tables_tells_which_world_is_true(tmp_path, make):
    codes, files = [], []
    for other in (False, True):
        base = run_project(make(tmp_path / f"project-{other}", other))
        codes.append({issue.code for issue in base.issues})
        world = protect_edition(base)
        files.append(reading.files(reading.publish(world, tmp_path / f"world-{other}")))
    assert files[0] == files[1]
    assert {"zero-instead-of-missing", "values-revised", "period-repeated"} & (codes[0] | codes[1])


def test_another_world_looks_different_where_nothing_is_protected(city, world, tmp_path):
    """The comparison of worlds can fail."""
    base = opladen.edition(tmp_path / "project", counts={"30": 141, "31": 95})
    other = reading.publish(protect_edition(base), tmp_path / "twin")
    assert reading.files(world) != reading.files(other)


def test_nothing_shown_hangs_on_a_hidden_value(city, world):
    for indicator in city.panel.indicators:
        values = [
            float(row["wert"])
            for row in reading.table(world, "indikatoren")
            if row["wert"] and row["indikator"] == indicator.id
        ]
        for deviation in reading.deviations(world, indicator.id):
            assert deviation == pytest.approx(np.std(values), rel=1e-4)


def test_protected_areas_have_no_entry_anywhere_else(world):
    origin = json.loads((world / "daten" / "herkunft.json").read_text())
    assert ISLAND not in origin[opladen.CHILDREN]["2024"]
    cell = next(
        row for row in reading.site(world)["cells"] if (row["layer"], row["area"]) == (opladen.CHILDREN, ISLAND)
    )
    assert cell["state"] == State.PROTECTED
    assert [cell[name] for name in ("value", "numerator", "denominator", "z", "rank_low")] == [None] * 5
    assert (cell["rank"], cell["class_number"], cell["origin"]) == (0, 0, [])
    assert dict(reading.site(world)["key_figures"][ISLAND])["Needy u18"] == "geschützt"


# A partner that is full: all of its people are counted already, or as few as the rule lets be known.


@pytest.mark.parametrize("is_others", [False, True])
def test_a_partner_that_everybody_knows_to_be_full_hides_nobody(tmp_path, is_others):
    """Two foreign nationals beside a shelter of sixty, all of them; two Germans beside one with three foreigners."""
    quarter, shelter, third = (638, 3, 0) if is_others else (2, 60, 760)
    quarters = {
        **opladen.QUARTERS,
        "40": (*opladen.QUARTERS["40"][:7], third),
        "41": ("Unterkunft", "Alkenrath", 60, 20, 19, 30, 14, shelter),
        "42": (*opladen.QUARTERS["42"][:7], quarter),
    }
    base = run_project(opladen.make(tmp_path / "project", quarters=quarters))
    folder = reading.publish(protect_edition(base), tmp_path / "world")
    people = {key: row[2] for key, row in quarters.items()}
    cases = {key: row[7] for key, row in quarters.items()}
    shown = reading.cells(folder, "foreign", people)
    low, high = {}, {}
    for key, count in cases.items():
        few, few_others = 0 < count < LIMIT, 0 < people[key] - count < LIMIT
        low[key] = people[key] - LIMIT + 1 if few_others else 1 if few else min(count, LIMIT)
        high[key] = LIMIT - 1 if few else most(count, people[key])
        if key in shown:
            low[key] = high[key] = shown[key]
    least, greatest = bounds(cases, reading.sums(folder, "foreign", people, SPACES), low, high, ["42"])["42"]
    assert greatest - least >= 1


# A count that is part of its own denominator.


def test_a_count_out_of_itself_and_the_others_is_told_nowhere_else(tmp_path, monkeypatch):
    second = """[[indicators]]
id = "second"
name = "Je Kopf"
domain = "people"
numerator = ["foreign"]
denominator = ["needy_u18", "inhabitants"]
[[indices]]"""
    text = opladen.PROJECT.replace('denominator = ["under_18"]', 'denominator = ["needy_u18", "under_18"]')
    monkeypatch.setattr(opladen, "PROJECT", text.replace("[[indices]]", second, 1))
    folder = reading.publish(protect_edition(opladen.edition(tmp_path / "project")), tmp_path / "world")
    rows = reading.table(folder, "indikatoren")
    gone = {row["gebiet"] for row in rows if row["indikator"] == opladen.CHILDREN and row["zustand"] == "protected"}
    assert {ISLAND, "42"} < gone
    for key in gone:
        told = dict(reading.site(folder)["key_figures"][key])
        assert told["Needy u18"] == told["Unter 18 Jahren"] == "geschützt"
        assert not any(row["nenner"] for row in rows if row["indikator"] == "second" and row["gebiet"] == key)


# Fewer than N inhabitants: nothing about the area at all.


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    base = opladen.edition(tmp_path_factory.mktemp("few"), protection="min_inhabitants = 300")
    assert ISLAND in base.profile.selected
    return reading.publish(protect_edition(base), tmp_path_factory.mktemp("silent"))


def test_of_an_area_with_fewer_inhabitants_nothing_is_said(silent):
    for name in ("werte", "indikatoren", "abweichungsprofil", "robustheit"):
        rows = [row for row in reading.table(silent, name) if row["gebiet"] == ISLAND]
        assert rows
        for row in rows:
            told = {
                k: v
                for k, v in row.items()
                if k not in ("index", "zeitraum", "gebiet", "name", "knoten", "indikator", "lebenslage", "klein")
            }
            assert set(told.values()) <= {"", "protected", "0"}, (name, row)
    stored = reading.site(silent)
    assert {row["state"] for row in stored["cells"] if row["area"] == ISLAND} == {int(State.PROTECTED)}
    assert ISLAND not in stored["selected"]
    assert ISLAND not in str(json.loads((silent / "daten" / "herkunft.json").read_text()))
    assert {
        words for label, words in stored["key_figures"][ISLAND] if label not in ("Einwohner*innen", "Fläche in Hektar")
    } == {"geschützt"}


def test_its_children_do_not_follow_from_those_of_the_partners(silent):
    """All other quarters' children, subtracted from a total, would tell the island's."""
    children = [dict(figures)["Unter 18 Jahren"] for figures in reading.site(silent)["key_figures"].values()]
    assert children.count("geschützt") >= 2


def test_inhabitants_must_be_delivered_where_a_level_asks_for_them(tmp_path):
    path = opladen.make(tmp_path, protection="[protection.levels.quarter]\nmin_inhabitants = 300")
    text = path.read_text().replace('inhabitants = "inhabitants", ', "").replace('["inhabitants", ', "[")
    path.write_text(text.replace('denominator = ["inhabitants"]', 'denominator = ["working_age"]'))
    with pytest.raises(WrongRequest, match="population"):
        run_project(path)


def test_its_values_do_not_follow_from_the_sums(silent):
    for indicator, people, column in (("unemployment", WORKING, 6), ("foreign", INHABITANTS, 7)):
        true = {key: row[column] for key, row in opladen.QUARTERS.items()}
        for area, (least, greatest) in left(silent, people=people, true=true, indicator=indicator).items():
            assert greatest - least >= 1, (indicator, area)


def test_another_world_of_the_silent_area_looks_the_same(silent, tmp_path):
    base = opladen.edition(tmp_path / "p", protection="min_inhabitants = 300", counts={"26": 1, "32": 8})
    other = reading.publish(protect_edition(base), tmp_path / "twin")
    assert reading.files(silent) == reading.files(other)


# Limits of one's own.


def words(tmp_path, protection):
    base = opladen.edition(tmp_path, protection=protection)
    return base, protection_words(protect_edition(base))


def test_an_indicator_may_be_protected_more_strictly(tmp_path):
    base, said = words(tmp_path, "[protection.indicators.unemployment]\nmin_numerator = 25")
    k = base.panel.index_of("unemployment")
    shown = protect_edition(base).panel.numerator[k]
    assert not ((shown > 0) & (shown < 25)).any()
    assert "Arbeitslose" in said
    assert "25" in said


def test_a_level_with_its_own_number_of_inhabitants(tmp_path):
    base, _said = words(tmp_path, "[protection.levels.quarter]\nmin_inhabitants = 300")
    a = base.panel.areas.index(ISLAND)
    assert (protect_edition(base).panel.state[:, :, a] == State.PROTECTED).all()


def test_a_coarser_level_with_its_own_number_of_inhabitants(tmp_path):
    """Manfort (7,000) is too small for the project: neither it nor its quarters, from which it could be added up."""
    base, _said = words(tmp_path, "[protection.levels.social_space]\nmin_inhabitants = 7100")
    closed = protect_edition(base)
    g = [area.name for area in base.system.at("social_space")].index("Manfort")
    assert (closed.levels[0].state[:, :, g] == State.PROTECTED).all()
    assert (closed.levels[0].state == State.PROTECTED).any(axis=1).sum(axis=1).min() >= 2
    inside = [base.panel.areas.index(key) for key in SPACES["Ma"]]
    assert (closed.panel.state[:, :, inside] == State.PROTECTED).all()


def test_the_strictest_of_two_own_limits_holds(tmp_path):
    path = opladen.make(
        tmp_path,
        protection="[protection.indicators.foreign]\nmin_numerator = 5\n[protection.levels.quarter]\nmin_numerator = 8",
    )
    rule = read_project(path).protection
    assert rule.at("quarter", "foreign").min_numerator == 8
    assert rule.at("social_space", "foreign").min_numerator == 5
    assert rule.at("city").min_numerator == 3


@pytest.mark.parametrize(
    ("protection", "complaint"),
    [
        ("[protection.indicators.arbeit]\nmin_numerator = 5", "arbeit"),
        ("[protection.levels.quartier]\nmin_inhabitants = 5", "quarter"),
        ("[protection.levels.quarter]\nmin_numerator = 2", "reason"),
    ],
)
def test_unknown_names_and_looser_limits_without_a_reason_are_refused(tmp_path, protection, complaint):
    with pytest.raises(WrongRequest, match=complaint):
        read_project(opladen.make(tmp_path, protection=protection))


def test_the_reason_for_looser_limits_is_printed(tmp_path):
    _base, said = words(tmp_path, '[protection.indicators.foreign]\nmin_numerator = 2\nreason = "Vereinbart"')
    assert "Vereinbart" in said


# The neighbour can win.


def test_without_partners_the_neighbour_finds_them(city, tmp_path, monkeypatch):
    def alone(counts, hidden, levels, limit, total, *, people, before, closed):
        none = np.zeros_like(hidden)
        return Suppressed(hidden=hidden, closed=list(closed), top=none, has_apart=False, lost=none)

    monkeypatch.setattr(hiding, "suppress", alone)
    folder = reading.publish(protect_edition(city), tmp_path)
    assert left(folder)[ISLAND] == (2, 2)


def fitting(folder, deviation):
    """Return the counts of Schusterinsel that explain a standard deviation over all areas."""
    shown = reading.cells(folder, opladen.CHILDREN, CHILDREN)
    ranges = left(folder)
    names = list(ranges)
    found = set()
    for guess in itertools.product(*[range(least, greatest + 1) for least, greatest in ranges.values()]):
        counts = {**shown, **dict(zip(names, guess, strict=True))}
        sums_fit = all(
            from_ - 0.01 <= sum(counts[key] for key in terms) <= to + 0.01
            for terms, from_, to in reading.sums(folder, opladen.CHILDREN, CHILDREN, SPACES)
        )
        if sums_fit and abs(np.std([counts[key] / CHILDREN[key] * 100 for key in CHILDREN]) - deviation) < 1e-6:
            found.add(counts[ISLAND])
    return found


def test_an_unprotected_class_limit_gives_them_away(city, world):
    row = next(each for each in store.period_rows(city) if each.layer == opladen.CHILDREN)
    assert fitting(world, (row.limits[-1] - row.city) / 1.5) == {2}
    assert fitting(world, reading.deviations(world, opladen.CHILDREN)[0]) == set()


def test_an_older_edition_that_shows_the_partner_gives_them_away_unless_it_is_remembered(city, tmp_path):
    """Quettingen counted 5 in the older edition and was the partner; Ruhlach stood there with its 7."""
    old = protect_edition(opladen.edition(tmp_path / "old", counts={"31": 5}, year=2023))
    older = reading.publish(old, tmp_path / "older")
    seen = [({key: 1}, count, count) for key, count in reading.cells(older, opladen.CHILDREN, CHILDREN).items()]
    assert "32" in {next(iter(terms)) for terms, _from, _to in seen}
    forgetful = reading.publish(protect_edition(city), tmp_path / "forgetful")
    assert left(forgetful, [ISLAND], more=seen)[ISLAND] == (2, 2)
    careful = reading.publish(protect_edition(city, [released_of(old)]), tmp_path / "careful")
    assert np.ptp(left(careful, [ISLAND], more=seen, apart=(ISLAND, "31"))[ISLAND]) >= 1


def test_the_report_names_no_count_of_the_island(world):
    with zipfile.ZipFile(world / "bericht.docx") as book:
        text = re.sub(r"<[^>]+>", " ", book.read("word/document.xml").decode())
    assert "Schusterinsel" in text
    assert not re.search(r"\b2\s+von\s+51\b|3,9\s*%", text)


def test_a_protected_edition_is_left_as_it_is(city):
    done = protect_edition(city)
    assert protect_edition(done) is done
