"""A revision changes every number and keeps every sentence; it says what changed and where to read again."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import Period, State
from nahraum.base.language import speaking
from nahraum.reports.resolve import ChapterText, Used, resolve
from nahraum.reports.revised import changes

TEXT = """# Am Hafen

Auf der Hafeninsel liegt der Anteil bei {{wert: unemployment | 1306 | 2024}},
in der Stadt bei {{wert: unemployment | | 2024}}.
"""


def revised(edition, value, state=State.NUMBER):
    """The edition with another value of unemployment on the Hafeninsel in 2024."""
    panel = edition.panel
    k, p, a = panel.index_of("unemployment"), panel.periods.index(Period.year(2024)), panel.areas.index("1306")
    values, states = panel.value.copy(), panel.state.copy()
    values[k, p, a], states[k, p, a] = value if state is State.NUMBER else np.nan, state
    return replace(edition, panel=replace(panel, value=values, state=states))


def used(edition, text=TEXT):
    return resolve(ChapterText(title="Hafen", text=text), edition).used


def words(chapter):
    return "".join(run.text for block in chapter.blocks if hasattr(block, "runs") for run in block.runs)


def test_a_revision_changes_the_number_and_keeps_the_sentence(published):
    before = resolve(ChapterText(title="Hafen", text=TEXT), published)
    after = resolve(ChapterText(title="Hafen", text=TEXT), revised(published, 20.04))
    shown = before.used[0].words
    assert words(after) == words(before).replace(shown, "20,0\u202f%")
    (change,) = changes(before.used, after.used)
    name = "Arbeitslose an der Bevölkerung von 15 bis unter 65 Jahren"
    with speaking("de"):
        assert change.sentence == (f"{name}, Gewerbegebiet Hafeninsel (1306) 2024: bisher {shown}, jetzt 20,0\u202f%")
    with speaking("en"):
        assert change.sentence.endswith(f"2024: formerly {shown}, now 20,0\u202f%")
    assert change.hint == ""


def test_nothing_changed_is_nothing_told(published):
    assert changes(used(published), used(published)) == []


def test_a_change_below_the_digits_shown_is_none(published):
    first = revised(published, 20.01)
    assert changes(used(first), used(revised(published, 20.03))) == []


def test_a_later_period_is_named_as_such(published):
    text = "Zuletzt {{wert: unemployment | 1306}}."
    panel = published.panel
    earlier = replace(published, panel=panel.during([each for each in panel.periods if each.start.year < 2024]))
    before = resolve(ChapterText(title="x", text=text), replace(earlier, indices=published.indices)).used
    (change,) = changes(before, used(published, text))
    with speaking("de"):
        assert "2024:" in change.sentence
        assert "(bisher" in change.sentence
        assert "2023:" in change.sentence


def test_tables_tell_that_their_content_changed(published):
    text = "{{tabelle: unemployment | Hafen | 2024}}"
    (change,) = changes(used(published, text), used(revised(published, 20.0), text))
    with speaking("de"):
        assert change.sentence == "tabelle: unemployment | Hafen | 2024: der Inhalt hat sich geändert"


def made(sentence, number, *, key="value|x|quarter|1|", state="number", line=1):
    return Used(
        key=key, about=key, words=str(number), number=number, state=state, chapter="k", line=line, sentence=sentence
    )


@pytest.mark.parametrize(
    ("sentence", "before", "after", "asked"),
    [
        ("Der Anteil sinkt auf {{wert: x | 1}}.", 12.3, 12.9, True),
        ("Der Anteil sinkt auf {{wert: x | 1}}.", 12.3, 11.9, False),
        ("Der Anteil stieg auf {{wert: x | 1}}.", 12.3, 11.9, True),
        ("Der Anteil stieg auf {{wert: x | 1}}.", 12.3, 12.9, False),
        ("Der Anteil liegt bei {{wert: x | 1}}.", 12.3, 11.9, False),
        ("Mit {{wert: x | 1}} liegt er über 12,5 %.", 12.9, 12.3, True),
        ("Mit {{wert: x | 1}} liegt er über 12,5 %.", 12.9, 12.6, False),
        ("Mit {{wert: x | 1}} liegt er seit 2012 über 1.200.", 1300.0, 1100.0, True),
        ("Im Jahr 2019 waren es mehr als {{wert: x | 1}}.", 2020.0, 2018.0, False),
        ("Anders als 12,5 sagt {{wert: x | 1}} nichts.", 12.9, 12.3, False),
    ],
)
def test_a_sentence_that_may_no_longer_hold_is_to_be_read_again(sentence, before, after, asked):
    (change,) = changes([made(sentence, before)], [made(sentence, after)])
    assert bool(change.hint) is asked
    if asked:
        assert sentence in change.hint


def test_two_numbers_that_changed_their_order():
    sentence = "In A sind es {{wert: x | 1}}, in B {{wert: x | 2}}."
    other = made(sentence, 10.0, key="value|x|quarter|2|")
    (change,) = changes([made(sentence, 12.0), other], [made(sentence, 9.0), other])
    with speaking("de"):
        assert "Reihenfolge" in changes([made(sentence, 12.0), other], [made(sentence, 9.0), other])[0].hint
    assert change.hint
    (kept,) = changes([made(sentence, 12.0), other], [made(sentence, 11.0), other])
    assert kept.hint == ""
    elsewhere = replace(other, line=7)
    (alone,) = changes([made(sentence, 12.0), elsewhere], [made(sentence, 9.0), elsewhere])
    assert alone.hint == ""


def test_numbers_of_different_indicators_have_no_order():
    sentence = "{{wert: x | 1}} und {{wert: y | 1}}."
    other = made(sentence, 10.0, key="value|y|quarter|1|")
    (change,) = changes([made(sentence, 12.0), other], [made(sentence, 9.0), other])
    assert change.hint == ""


def test_a_change_that_turned_round_and_a_number_that_became_a_word():
    key = "change|x|quarter|1||2019"
    sentence = "Das sind {{veränderung: x | 1 | 2019}}."
    (turned,) = changes([made(sentence, 0.4, key=key)], [made(sentence, -0.4, key=key)])
    assert turned.hint
    (more,) = changes([made(sentence, 0.4, key=key)], [made(sentence, 0.8, key=key)])
    assert more.hint == ""
    (hidden,) = changes([made(sentence, 0.4, key=key)], [made(sentence, None, key=key, state="protected")])
    assert hidden.hint


def test_a_rank_in_a_sentence_about_the_highest():
    key = "rank|index|quarter|1|"
    sentence = "Kein Gebiet hat einen höchsten Wert wie dieses (Rang {{rang: index | 1}})."
    assert changes([made(sentence, 1.0, key=key)], [made(sentence, 3.0, key=key)])[0].hint
    plain = "Es hat Rang {{rang: index | 1}}."
    assert changes([made(plain, 1.0, key=key)], [made(plain, 3.0, key=key)])[0].hint == ""


def test_the_sentence_is_that_around_the_placeholder(published):
    text = "Vorher ca. 5 Jahre. Am 31. Dezember waren es {{wert: unemployment}} im Hafen. Danach {{anzahl}}!"
    first, second = used(published, text)
    assert first.sentence == "Am 31. Dezember waren es {{wert: unemployment}} im Hafen."
    assert second.sentence == "Danach {{anzahl}}!"


def test_what_only_one_edition_has_is_the_authors_doing(published):
    assert changes(used(published), used(published, "Nur {{anzahl}}.")) == []
