"""The dashboard: who stands out, since when, what changed; not known where it cannot be known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from pypdf import PdfReader

from nahraum.base import Period, State
from nahraum.base.language import speaking
from nahraum.evidence.indicators.profile import deviation_profile
from nahraum.evidence.indicators.selecting import FEW
from nahraum.evidence.indicators.terms import Break, BreakKind
from nahraum.reports.dashboard import write_dashboard
from nahraum.reports.outstanding import Standing, in_common, outstanding, summary_of
from tests.pdf.verapdf import failures


def without_breaks(edition):
    panel = edition.panel
    return replace(
        edition, panel=replace(panel, indicators=tuple(replace(each, breaks=()) for each in panel.indicators))
    )


def earlier(edition, year, selected=None):
    """The edition as it would have been published some years before, of the same recipe."""
    rule = replace(edition.profile.rule, period=str(year))
    profile = deviation_profile(edition.panel, edition.domains, rule, edition.indices[0].excluded, min_share=0.5)
    profile = replace(profile, selected=profile.selected if selected is None else tuple(selected))
    return replace(edition, profile=profile)


def by_key(rows):
    return {row.key: row for row in rows}


def test_one_edition_alone_has_nothing_to_compare_with(published):
    rows = outstanding([published])
    assert [row.key for row in rows] == list(published.profile.selected)
    assert {row.standing for row in rows} == {Standing.UNKNOWN}
    with speaking("de"):
        assert rows[0].changed == ("Nicht bekannt: es gibt keine frühere Ausgabe.",)
        assert summary_of(rows) == f"{len(rows)} Gebiete heben sich ab."


def test_what_all_rows_say_alike_is_said_once(published, tmp_path):
    rows = outstanding([published])
    path = tmp_path / "blick.pdf"
    with speaking("de"):
        common = in_common(rows)
        assert set(common) == ({"changed"} if len({row.since_words for row in rows}) > 1 else {"changed", "since"})
        assert common["changed"].endswith("für alle diese Gebiete: Nicht bekannt: es gibt keine frühere Ausgabe.")
        assert in_common(rows[:1]) == {}
        other = replace(rows[0], incomparable="", last=rows[0].now)
        assert "changed" not in in_common((other, *rows[1:]))
    write_dashboard(published, rows, path)
    text = " ".join(PdfReader(path).pages[0].extract_text().replace("\xad\n", "").split())
    assert text.count("es gibt keine frühere Ausgabe") == 1


def test_new_still_and_no_longer(published):
    stays, comes = published.profile.selected[0], published.profile.selected[-1]
    goes = next(key for key in published.profile.areas if key not in published.profile.selected)
    before = earlier(published, 2023, [key for key in published.profile.selected if key != comes] + [goes])
    rows = by_key(outstanding([published, before]))
    assert (rows[stays].standing, rows[comes].standing, rows[goes].standing) == (
        Standing.STILL,
        Standing.NEW,
        Standing.NO_LONGER,
    )
    assert len(rows) == len(published.profile.selected) + 1
    with speaking("de"):
        assert rows[goes].why == "Nicht mehr jenseits der Grenzen."
        assert rows[comes].changed[0] == "Neu unter den Gebieten, die sich abheben."
        assert summary_of(tuple(rows.values())) == f"{len(rows) - 1} Gebiete heben sich ab: 1 neu, 1 nicht mehr."


@pytest.mark.parametrize("same_recipe", [True, False])
def test_an_area_that_the_recipe_leaves_out_now_stands_at_the_end_and_says_so(published, same_recipe):
    key = published.profile.selected[0]
    index, rest = published.indices[0], published.profile.selected[1:]
    p = index.periods.index(published.profile.period)
    out = tuple({key: FEW} if n == p else each for n, each in enumerate(index.left_out))
    profile = replace(published.profile, selected=rest)
    newest = replace(published, profile=profile, indices=(replace(index, left_out=out),))
    before = replace(earlier(published, 2023, [key, rest[0]]), indices=(index,))
    if not same_recipe:
        other = replace(index, recipe=replace(index.recipe, name="anders"))
        before = replace(before, indices=(other,))
    rows = outstanding([newest, before])
    assert [row.key for row in rows] == [*rest, key]
    with speaking("de"):
        assert rows[-1].why == "nicht im Index: weniger Einwohner*innen, als das Rezept verlangt"
        assert rows[-1].since_words == "–"


def test_one_indicator_lies_and_several_lie(published):
    row = outstanding([published])[0]
    with speaking("de"):
        for count, verb in ((1, "liegt"), (2, "liegen")):
            there = replace(row, deviation=replace(row.deviation, beyond=count, available=5))
            assert there.why.startswith(f"{count} von 5 Indikatoren {verb} deutlich")


def test_since_when_goes_back_over_editions_until_the_area_did_not_stand_out(published):
    newest = without_breaks(published)
    key = newest.profile.selected[0]
    editions = [newest, earlier(newest, 2023, [key]), earlier(newest, 2022, [key]), earlier(newest, 2021, [])]
    row = by_key(outstanding(editions))[key]
    assert (row.since, row.is_certain) == (Period.year(2022), True)
    with speaking("de"):
        assert row.since_words == "seit 2022"


def test_without_earlier_editions_the_periods_of_the_newest_tell(published):
    newest = without_breaks(published)
    stood = {}
    for year in range(2015, 2025):
        stood[year] = set(earlier(newest, year).profile.selected)
    states = newest.panel.state
    for row in outstanding([newest]):
        a = newest.panel.areas.index(row.key)
        if (states[:, :, a] == State.PROTECTED).any() or (states[:, :, a] == State.MISSING).any():
            continue
        year = 2024
        while year - 1 in stood and row.key in stood[year - 1]:
            year -= 1
        assert row.since == Period.year(year)
        assert row.is_certain is (year > 2015)


def test_a_break_ends_what_is_known(published):
    newest = without_breaks(published)
    key = newest.profile.selected[0]
    gap = Break(period=Period.year(2023), kind=BreakKind.REDEFINITION, reason="neu gezählt")
    indicators = (replace(newest.panel.indicators[0], breaks=(gap,)), *newest.panel.indicators[1:])
    broken = replace(newest, panel=replace(newest.panel, indicators=indicators))
    editions = [broken, earlier(broken, 2023, [key]), earlier(broken, 2022, [key])]
    row = by_key(outstanding(editions))[key]
    assert (row.since, row.is_certain) == (Period.year(2023), False)
    with speaking("de"):
        assert row.since_words == "mindestens seit 2023; davor nicht bekannt: neu gezählt"


def test_what_is_protected_earlier_is_not_taken_for_inconspicuous(published):
    newest = without_breaks(published)
    panel, key = newest.panel, newest.profile.selected[0]
    a, p = panel.areas.index(key), panel.periods.index(Period.year(2023))
    value, state = panel.value.copy(), panel.state.copy()
    value[:, p, a], state[:, p, a] = np.nan, State.PROTECTED
    hidden = replace(newest, panel=replace(panel, value=value, state=state))
    row = by_key(outstanding([hidden]))[key]
    assert (row.since, row.is_certain) == (Period.year(2024), False)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda e: replace(e, indices=(replace(e.indices[0], recipe=replace(e.indices[0].recipe, name="anders")),)),
            "Rezept",
        ),
        (lambda e: replace(e, profile=replace(e.profile, rule=replace(e.profile.rule, strong=9.0))), "Grenzen"),
        (lambda e: replace(e, system=replace(e.system, valid_from=date(1999, 1, 1))), "Gebiete"),
        (
            lambda e: replace(
                e,
                panel=replace(
                    e.panel, indicators=(replace(e.panel.indicators[0], per=1000.0), *e.panel.indicators[1:])
                ),
            ),
            "definiert",
        ),
    ],
)
def test_editions_that_cannot_be_compared_are_not(published, change, reason):
    other = change(earlier(published, 2023, ["1101"]))
    rows = outstanding([published, other])
    assert {row.standing for row in rows} == {Standing.UNKNOWN}
    assert "1101" not in by_key(rows)
    with speaking("de"):
        assert all(row.changed[0].startswith("Nicht bekannt") and reason in row.changed[0] for row in rows)


def test_class_rank_and_strongest_indicator_are_compared(published):
    key = published.profile.selected[0]
    index = published.indices[0]
    a = index.areas.index(key)
    rank, number = index.rank.copy(), index.classes[0].number.copy()
    rank[-1, a], number[-1, a] = 40, 1
    z = published.profile.z.copy()
    k = published.panel.index_of("sports")
    z[k, a] = 99.0
    before = replace(
        published,
        indices=(replace(index, rank=rank, classes=(replace(index.classes[0], number=number),)),),
        profile=replace(published.profile, z=z),
    )
    row = by_key(outstanding([published, before]))[key]
    with speaking("de"):
        said = " ".join(row.changed)
        assert f"Rang: bisher 40, jetzt {index.rank[-1, a]}." in said
        assert "Klasse: bisher weit unter dem Stadtwert, jetzt weit über dem Stadtwert." in said
        assert f"bisher {published.panel.indicators[k].name}, jetzt " in said


def test_a_rank_within_its_own_interval_is_called_so(published):
    firm, index = published.robustness, published.indices[0]
    key = next(
        k
        for k in published.profile.selected
        if firm.rank_low[firm.areas.index(k)] < firm.rank_high[firm.areas.index(k)]
    )
    a = firm.areas.index(key)
    rank = index.rank.copy()
    inside = int(firm.rank_high[a]) if index.rank[-1, a] != int(firm.rank_high[a]) else int(np.ceil(firm.rank_low[a]))
    rank[-1, index.areas.index(key)] = inside
    row = by_key(outstanding([published, replace(published, indices=(replace(index, rank=rank),))]))[key]
    with speaking("de"):
        assert "innerhalb dessen, was schon das Verfahren offen lässt" in " ".join(row.changed)


def test_unprotected_editions_are_refused(town, published):
    with pytest.raises(AssertionError):
        outstanding([published, town])
    with pytest.raises(AssertionError):
        write_dashboard(town, (), "x.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 12, 40])
def test_the_dashboard_is_one_accessible_page_and_counts_what_does_not_fit(published, tmp_path, count):
    rows = outstanding([published, earlier(published, 2023)])
    many = [replace(row, planned="Beratung vor Ort, ab Herbst 2025") for row in (rows * 10)[:count]]
    path = tmp_path / "blick.pdf"
    write_dashboard(published, many, path)
    reader = PdfReader(path)
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().replace("\xad\n", "").split())
    assert "kleine Zahlen geschützt" in text
    assert "sagen sie nichts" in text
    shown = text.count("Beratung vor Ort")
    assert shown == count if count < 9 else shown >= 8
    if count == 40:
        standing = sum(row.standing is not Standing.NO_LONGER for row in many[shown:])
        assert f"{standing} weitere Gebiete heben sich ab" in text
    assert failures(path, "ua1")["ua1"] == []
