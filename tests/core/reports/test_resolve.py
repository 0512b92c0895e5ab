"""Placeholders: each number is the one it names, and what cannot be filled is a marked gap with its reason."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nahraum.base import Severity, State
from nahraum.base.language import number, speaking
from nahraum.reports.blocks import Bullets, Figure, Heading, Listing, Quote, Table, Text, plain
from nahraum.reports.insert import STANDARD
from nahraum.reports.placeholders import KINDS
from nahraum.reports.resolve import ChapterText, resolve

HARBOUR = "1306"  # Gewerbegebiet Hafeninsel, in the social space Hafen (13)


def filled(edition, text):
    return resolve(ChapterText(title="Kapitel", text=text), edition)


def said(edition, text):
    """The words of a one-paragraph chapter."""
    block = filled(edition, text).blocks[1]
    return "".join(run.text for run in block.runs)


def codes(chapter):
    return [issue.code for issue in chapter.issues]


def at(edition, indicator, area, year):
    panel = edition.panel
    k = panel.index_of(indicator)
    p = [str(period) for period in panel.periods].index(year)
    return k, p, panel.areas.index(area)


def test_a_value_stands_with_its_unit_for_area_and_period(published):
    k, p, a = at(published, "unemployment", HARBOUR, "2019")
    panel = published.panel
    rate = 100 * panel.numerator[k, p, a] / panel.denominator[k, p, a]
    expected = f"{rate:.1f}\u202f%".replace(".", ",")
    assert said(published, "{{wert: unemployment | 1306 | 2019}}") == expected
    assert said(published, "{{ WERT : unemployment|gewerbegebiet hafeninsel|2019 }}") == expected
    assert (
        said(published, "{{value: Arbeitslose an der Bevölkerung von 15 bis unter 65 Jahren | 1306 | 2019}}")
        == expected
    )


def test_without_period_the_latest_delivered_counts(published):
    year = str(published.panel.periods[-1])
    assert said(published, "{{wert: unemployment | 1306}}") == said(
        published, f"{{{{wert: unemployment | 1306 | {year}}}}}"
    )
    panel = published.panel
    k = panel.index_of("unemployment")
    state = panel.state.copy()
    state[k, -1] = State.MISSING
    value = np.where(state == State.MISSING, np.nan, panel.value)
    late = replace(published, panel=replace(panel, state=state, value=value))
    assert said(late, "{{wert: unemployment | 1306}}") == said(late, "{{wert: unemployment | 1306 | 2023}}")
    assert said(late, "{{zeitraum: unemployment}}") == "2023"


def test_a_social_space_is_summed_from_counts(published):
    panel = published.panel
    k, p, _a = at(published, "unemployment", HARBOUR, "2024")
    inside = [a for a, key in enumerate(panel.areas) if key.startswith("13")]
    rate = 100 * panel.numerator[k, p, inside].sum() / panel.denominator[k, p, inside].sum()
    assert np.isfinite(rate)
    assert said(published, "{{wert: unemployment | Hafen | 2024}}") == f"{rate:.1f}\u202f%".replace(".", ",")


def test_the_city_is_the_published_value(published):
    indicator = published.panel.indicators[published.panel.index_of("unemployment")]
    official = indicator.official.get("2024")
    words = said(published, "{{wert: unemployment | Stadt | 2024}}")
    if official is not None:
        assert words == f"{official:.1f}\u202f%".replace(".", ",")
    assert words == said(published, "{{wert: unemployment | | 2024}}") == said(published, "{{wert: unemployment}}")
    assert words == said(published, "{{wert: unemployment | Musterstadt}}")


def test_rank_and_class_of_the_index(published):
    index = published.indices[0]
    a = index.areas.index(HARBOUR)
    higher = int((index.root[-1] > index.root[-1, a]).sum())
    assert said(published, "{{rang: index | 1306}}") == str(higher + 1)
    n = int(index.classes[0].number[-1, a])
    with speaking("de"):
        assert said(published, "{{klasse: index | 1306}}") in (
            index.classes[0].labels[n - 1],
            "weit über dem Stadtwert",
        )
    assert said(published, "{{klasse: economic | 1306}}").endswith("Stadtwert")


def test_the_rank_of_an_indicator_counts_only_what_is_shown(published):
    k, p, a = at(published, "unemployment", HARBOUR, "2024")
    values = published.panel.value[k, p]
    assert said(published, "{{rang: unemployment | 1306 | 2024}}") == str(1 + int(np.nansum(values > values[a])))


def test_counts_are_those_of_the_open_data(published):
    k, p, a = at(published, "unemployment", HARBOUR, "2024")
    assert said(published, "{{zähler: unemployment | 1306}}") == number(published.panel.numerator[k, p, a], 0)
    assert said(published, "{{nenner: unemployment | 1306}}") == number(published.panel.denominator[k, p, a], 0)


def test_sums_are_not_given_as_counts(published):
    chapter = filled(published, "{{zähler: unemployment | Hafen}} {{zähler: unemployment | Stadt}}")
    assert codes(chapter) == ["placeholder-unsuited"] * 2


def test_a_change_is_in_percentage_points_and_signed(published):
    k, p, a = at(published, "unemployment", HARBOUR, "2024")
    q = p - 5
    moved = published.panel.value[k, p, a] - published.panel.value[k, q, a]
    words = said(published, "{{veränderung: unemployment | 1306 | 2019 | 2024}}")
    assert words == f"{moved:+.1f}\u202fProzentpunkte".replace(".", ",").replace("-", "−")
    assert said(published, "{{veraenderung: unemployment | 1306 | 2024 | 2019}}") == words


@pytest.mark.parametrize("area", [HARBOUR, "Hafen", "Stadt"])
def test_no_change_across_a_break_but_its_reason(published, area):
    chapter = filled(published, f"{{{{veränderung: child_poverty | {area} | 2019 | 2024}}}}")
    assert "nicht vergleichbar (Seit 2021 zählen alle unter 18 Jahren" in chapter.blocks[1].runs[0].text
    assert [(issue.code, issue.severity) for issue in chapter.issues] == [("change-across-break", Severity.NOTICE)]
    assert chapter.is_whole
    assert chapter.used[0].number is None


def test_moved_inner_boundaries_do_not_break_the_city_but_their_quarters(published):
    (boundary,) = [each for each in published.panel.indicators[0].breaks if each.areas][:1]
    before, after = "2019", "2020"
    assert str(boundary.period) == after
    inside = filled(published, f"{{{{veränderung: unemployment | {boundary.areas[0]} | {before} | {after}}}}}")
    assert codes(inside) == ["change-across-break"]
    assert codes(filled(published, f"{{{{veränderung: unemployment | Stadt | {before} | {after}}}}}")) == []


def test_an_index_has_no_change(published):
    assert codes(filled(published, "{{veränderung: index | 1306 | 2019}}")) == ["placeholder-unsuited"]


def test_states_are_printed_as_words_and_never_as_zero(published):
    panel = published.panel
    for state, word in (
        (State.PROTECTED, "geschützt"),
        (State.MISSING, "kein Wert"),
        (State.NOT_APPLICABLE, "entfällt"),
    ):
        state_array, value = panel.state.copy(), panel.value.copy()
        k, p, a = at(published, "unemployment", HARBOUR, "2024")
        state_array[k, p, a], value[k, p, a] = state, np.nan
        edition = replace(published, panel=replace(panel, state=state_array, value=value))
        for text in ("wert: unemployment | 1306", "rang: unemployment | 1306", "zähler: unemployment | 1306"):
            chapter = filled(edition, f"{{{{{text} | 2024}}}}")
            assert chapter.blocks[1].runs[0].text.casefold() == word.casefold()
            assert chapter.used[0].number is None
            assert chapter.used[0].state == state.name.lower()
            assert chapter.is_whole
        change = said(edition, "{{veränderung: unemployment | 1306 | 2023 | 2024}}")
        assert change.casefold() == word.casefold()


def test_an_edition_that_is_not_protected_is_refused(town):
    with pytest.raises(AssertionError):
        filled(town, "{{wert: unemployment}}")


@pytest.mark.parametrize(
    ("source", "code", "near"),
    [
        ("wrt: unemployment", "placeholder-unknown", "wert"),
        ("wert: unemploymnt", "placeholder-indicator-unknown", "unemployment"),
        ("wert: unemployment | Hafn", "placeholder-area-unknown", "Hafen"),
        ("wert: unemployment | 1306 | 1999", "placeholder-period-unknown", "2024"),
        ("wert: unemployment | 1306 | bald", "placeholder-period-unknown", "2024"),
        ("wert", "placeholder-incomplete", "wert: "),
        ("wert: | 1306", "placeholder-incomplete", "wert: "),
        ("wert: unemployment | 1306 | 2024 | 7", "placeholder-incomplete", "wert: "),
        ("kapitel: metode", "placeholder-chapter-unknown", "methode"),
        ("profil: Hafen", "placeholder-unsuited", "Quartier"),
        ("reihe: index | 1306", "placeholder-unsuited", "Indikator"),
        ("klasse: unemployment | 1306", "placeholder-unsuited", ""),
        ("wert: index", "placeholder-unsuited", ""),
    ],
)
def test_what_cannot_be_filled_is_a_marked_gap_with_line_reason_and_near_matches(published, source, code, near):
    chapter = filled(published, f"Erste Zeile.\n\n{{{{{source}}}}}")
    (issue,) = chapter.issues
    assert (issue.code, issue.severity, issue.file, issue.row) == (code, Severity.ERROR, "Kapitel", 3)
    assert issue.value == source
    assert near in issue.advice
    gap = chapter.blocks[-1].runs[0]
    assert (gap.mark, gap.text) == ("gap", f"[Lücke: {source}]")
    assert not chapter.is_whole
    assert chapter.used == ()


def test_one_name_on_two_levels_must_be_told_apart(published):
    area = next(each for each in published.system.areas if each.level == "quarter")
    twin = replace(published.system.find("13", "social_space"), name=area.name)
    areas = tuple(
        twin if each.key == "13" and each.level == "social_space" else each for each in published.system.areas
    )
    edition = replace(published, system=replace(published.system, areas=areas))
    assert codes(filled(edition, f"{{{{wert: unemployment | {area.name}}}}}")) == ["placeholder-area-ambiguous"]
    by_level = said(edition, f"{{{{wert: unemployment | {area.name} (Sozialraum)}}}}")
    assert by_level == said(edition, "{{wert: unemployment | 13}}")
    assert said(edition, f"{{{{gebiet: {area.name} ({area.key})}}}}") == area.name


def test_a_key_of_two_levels_means_the_finest_unless_the_level_is_named(published):
    areas = [replace(each, key="1306", name="Raum") if each.key == "43" else each for each in published.system.areas]
    areas = [replace(each, parent="1306") if each.parent == "43" else each for each in areas]
    edition = replace(published, system=replace(published.system, areas=tuple(reversed(areas))))
    assert said(edition, "{{gebiet: 1306}}") == "Gewerbegebiet Hafeninsel"
    assert said(edition, "{{gebiet: Raum (Sozialraum)}}") == "Raum"


def test_a_sum_without_all_areas_says_so(published):
    level = published.levels[0]
    k, p, g = published.panel.index_of("unemployment"), -1, level.areas.index("13")
    complete = level.complete.copy()
    complete[k, p, g] = False
    edition = replace(published, levels=(replace(level, complete=complete), *published.levels[1:]))
    chapter = filled(edition, "{{wert: unemployment | Hafen}}")
    assert [(issue.code, issue.severity) for issue in chapter.issues] == [
        ("placeholder-sum-incomplete", Severity.NOTICE)
    ]


def test_text_becomes_typed_blocks_without_markup(published):
    text = "# Lage\n\nMit **{{wert: unemployment}}** und [Karte](/atlas/).\n\n- a\n- b\n\n> Zitat"
    chapter = filled(published, text)
    title, heading, paragraph, listing, quote = chapter.blocks
    assert (title.level, heading.level, heading.text) == (1, 2, "Lage")
    assert isinstance(paragraph, Text)
    assert [(run.bold, run.mark, run.link) for run in paragraph.runs] == [
        (False, "", ""),
        (True, "value", ""),
        (False, "", ""),
        (False, "", "/atlas/"),
        (False, "", ""),
    ]
    assert isinstance(listing, Listing)
    assert isinstance(quote, Quote)
    assert plain(quote) == {
        "kind": "quote",
        "blocks": [
            {
                "kind": "text",
                "runs": ({"text": "Zitat", "bold": False, "italic": False, "link": "", "mark": ""},),
            }
        ],
    }
    assert plain(listing)["items"][1][0]["runs"][0]["text"] == "b"


def test_headings_leave_out_no_level(published):
    chapter = filled(published, "### Tief\n\n# Oben\n\n###### Sehr tief\n\n{{kapitel: abweichungen}}")
    levels = [block.level for block in chapter.blocks if isinstance(block, Heading)]
    assert levels[:4] == [1, 2, 2, 3]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_hold_the_areas_of_a_space_with_its_own_value_and_the_citys(published):
    (table,) = filled(published, "{{tabelle: unemployment | Hafen | 2024}}").blocks[1:]
    inside = [area.key for area in published.system.at("quarter") if area.parent == "13"]
    assert [row[0] for row in table.rows] == [*inside, "", ""]
    assert [row[1] for row in table.rows[-2:]] == ["Hafen (13)", "Musterstadt"]
    assert table.rows[-1][2] == said(published, "{{wert: unemployment | | 2024}}")
    for row in table.rows[:-2]:
        assert row[2] == said(published, f"{{{{wert: unemployment | {row[0]} | 2024}}}}")


def test_the_table_of_the_index_is_its_ranking(published):
    (table,) = filled(published, "{{tabelle: index}}").blocks[1:]
    ranks = [int(row[0]) for row in table.rows if row[0] != "–"]
    assert ranks == sorted(ranks)
    assert len(table.rows) == len(published.indices[0].areas)


def test_the_map_shows_the_state_of_every_area(published):
    panel = published.panel
    k = next(k for k in range(len(panel.indicators)) if (panel.state[k, -1] == State.PROTECTED).any())
    figure = filled(published, f"{{{{karte: {panel.indicators[k].id} | 2024 | 1306}}}}").blocks[1]
    assert isinstance(figure, Figure)
    assert "geschützt" in figure.svg
    assert "Musterstadt" in figure.alt


def test_without_boundaries_a_map_is_a_gap(published):
    edition = replace(published, boundaries=None)
    assert codes(filled(edition, "{{karte: index}}")) == ["placeholder-empty"]


def test_every_placeholder_that_stands_alone_prints_blocks(published):
    texts = {
        "table": "{{tabelle: unemployment}}",
        "map": "{{karte: economic}}",
        "profile": "{{profil: 1306}}",
        "series": "{{reihe: unemployment | 1306}}",
        "figures": "{{eckzahlen: 1306}}",
        "selection": "{{auswahl}}",
        "chapter": "{{kapitel: datenlage}}",
        "recommendations": "{{empfehlungen}}",
    }
    assert set(texts) == {kind.id for kind in KINDS if kind.alone}
    for text in texts.values():
        chapter = filled(published, text)
        assert len(chapter.blocks) > 1, text
        assert chapter.issues == (), text
        assert chapter.used[0].content, text
    selection = filled(published, texts["selection"]).blocks[1]
    assert isinstance(selection, Bullets)
    assert len(selection.items) == len(published.profile.selected)


def test_every_standard_chapter_can_be_included(published):
    for each in STANDARD:
        chapter = resolve(ChapterText(title="", text=f"{{{{kapitel: {each.german}}}}}"), published)
        assert chapter.issues == ()
        assert chapter.blocks == tuple(each.blocks(published)), each.id


def test_a_table_in_a_sentence_or_a_list_is_a_gap(published):
    chapter = filled(published, "Hier {{karte: index}} mitten drin.\n\n- {{tabelle: index}}")
    assert codes(chapter) == ["placeholder-not-alone"] * 2
    assert not any(isinstance(block, Figure | Table) for block in chapter.blocks)


def test_braces_of_the_author_stay(published):
    chapter = filled(published, "So: \\{{wert}}.")
    assert said(published, "So: \\{{wert}}.") == "So: {{wert}}."
    assert chapter.issues == ()


def test_a_foreign_link_is_told_and_its_words_stay(published):
    chapter = filled(published, "Siehe [hier](https://example.org).")
    assert codes(chapter) == ["link-foreign"]
    assert chapter.is_whole
    assert all(run.link == "" for run in chapter.blocks[1].runs)


def test_english_reports_speak_english(published):
    edition = replace(published, imprint=replace(published.imprint, language="en"))
    assert said(edition, "{{value: unemployment | 1306 | 2019}}") == said(
        published, "{{wert: unemployment | 1306 | 2019}}"
    ).replace(",", ".")


def test_every_kind_is_documented():
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "placeholders.md").read_text("utf-8")
    for kind in KINDS:
        assert f"`{kind.german}`" in page, kind.id
        assert f"`{kind.id}`" in page, kind.id
    for each in STANDARD:
        assert f"`{each.german}`" in page, each.id
