"""Mayring's table: origins are kept, nothing typed is lost, and words go with their texts."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import (
    apart,
    at,
    collections,
    enter,
    forgetful,
    hire,
    step,
    study,
    system,
    team,
    text,
)
from tests.site.condensing_fixtures import (
    FIRST,
    SECOND,
    cells,
    coded,
    empty,
    filled,
    place,
    see,
    summarise,
    table,
)

__all__ = ["apart", "coded", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]


def test_a_table_is_worked_through_with_a_plain_form_and_origins_are_kept(study, text, coded, system, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    page = words(ada.get(table(study, system)))
    assert "2 Textstellen" in page
    assert "Mirabellenbank" in page
    assert "Mirabellenbank" not in words(ada.get(table(study, system, space="Hafen")))
    p1, g1, _p2, g2 = filled(
        ada, study, system, (text, FIRST, "Der Platz ist laut", "Lärm"), (coded, SECOND, "Es fehlt eine Bank", "Sitzen")
    )
    page = ada.get(table(study, system))
    assert cells(page)[f"t.{p1}"] == "Der Platz ist laut"
    form = cells(page) | {"do": "reduce", "pick": [g1, g2], "reduction": "Wenig Ruhe"}
    assert ada.post(table(study, system), form).status_code == 302
    assert ada.post(table(study, system), form).status_code == 302  # sent twice, stored once
    (reduced,) = Condensed.objects.filter(stage="reduction")
    assert sorted(reduced.owners) == sorted(str(each.collection.uuid) for each in (text, coded))
    shown = words(ada.get(at(study, f"verdichten/reduktion/{reduced.uuid}/")))
    for said in ("Wenig Ruhe", "Lärm", "Der Platz ist laut", "Der Platz 🌳 ist laut.", "Mirabellenbank"):
        assert said in shown
    assert f"?stelle={SECOND[0]}" in shown
    # other words above: what lies below is looked at again, and confirmed
    form = cells(page) | {f"t.{p1}": "Der Platz ist sehr laut"}
    ada.post(table(study, system), form)
    shown = words(ada.get(table(study, system)))
    assert "noch einmal ansehen: 2" in shown
    assert ada.post(table(study, system), {"do": f"confirm {g1}", f"v.{g1}": "2"}).status_code == 409
    ada.post(table(study, system), cells(ada.get(table(study, system))) | {"do": f"confirm {g1}"})
    assert "Noch einmal ansehen" not in words(ada.get(at(study, f"verdichten/reduktion/{reduced.uuid}/")))
    # a step carried on cannot be left out; a segment not carried on can, with a reason, and is taken in again
    refused = ada.post(table(study, system), {"do": f"leave {p1}", f"r.{p1}": "doppelt"})
    assert refused.status_code == 422
    assert "weitergeführt" in words(refused)
    step(ada, study, text, start=24, end=40, category=system["Verkehr"])
    third = place(text, (24, 40))
    assert ada.post(table(study, system), {"do": f"leave {third}"}).status_code == 422
    ada.post(table(study, system), {"do": f"leave {third}", f"r.{third}": "sagt nichts zum Thema"})
    shown = ada.get(table(study, system))
    assert "sagt nichts zum Thema" in words(shown)
    assert empty(shown, third) == []
    ada.post(table(study, system), {"do": f"take {third}"})
    assert len(empty(ada.get(table(study, system)), third)) == 1
    # a second round, and a reduction that rests on what was removed
    form = {"do": "reduce", "pick": [str(reduced.uuid)], "reduction": "Ruhe"}
    ada.post(table(study, system), form)
    ada.post(table(study, system), {"do": f"remove {g2}", f"v.{g2}": "1"})
    assert "noch einmal ansehen: 2" in words(ada.get(table(study, system)))
    assert words(ada.get(table(study, system, open="on"))).count("<textarea class") >= 4


def test_of_two_at_once_the_second_is_told_and_loses_nothing(study, text, coded, system, team, enter):
    see(study)
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    mine, theirs = ada.get(table(study, system)), cem.get(table(study, system))
    (id,) = empty(mine, place(text, FIRST))
    cell = at(study, "verdichten/zelle/")
    sent = {name: cells(mine)[name] for name in (f"v.{id}", f"b.{id}", f"d.{id}")}
    saved = ada.post(cell, sent | {f"t.{id}": "Adas Worte"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert "Gespeichert" in words(saved)
    told = cem.post(table(study, system), cells(theirs) | {f"t.{id}": "Cems Worte", "do": "save"})
    assert told.status_code == 409
    assert cells(told)[f"t.{id}"] == "Cems Worte"
    assert "Adas Worte" in words(told)
    told = cem.post(cell, sent | {f"t.{id}": "Cems Worte"}, headers={"HX-Request": "true"})
    assert "Adas Worte" in words(told)
    anew = {name: value for name, value in cells(told).items() if id in name}
    assert "Gespeichert" in words(cem.post(cell, anew | {f"t.{id}": "Cems Worte"}))
    assert cells(ada.get(table(study, system)))[f"t.{id}"] == "Cems Worte"
    # an untouched cell of an old page changes nothing
    ada.post(table(study, system), cells(mine) | {"do": "save"})
    assert cells(ada.get(table(study, system)))[f"t.{id}"] == "Cems Worte"
    reader = enter(team["Rita"])
    assert "Cems Worte" in words(reader.get(table(study, system)))
    assert "<textarea" not in words(reader.get(table(study, system)))
    assert reader.post(table(study, system), {"do": f"remove {id}"}).status_code == 403
    assert reader.post(cell, {f"t.{id}": "x"}).status_code == 403
    assert ada.post(cell, {}).status_code == ada.post(cell, {"t.quatsch": "x"}).status_code == 422
    assert enter(team["Olga"]).get(table(study, system)).status_code == 404


@pytest.mark.parametrize("nonsense", ["²", "9" * 50, "\0", ":::", "00000000-0000-4000-8000-00000000000²:0:1"])
def test_what_names_nothing_is_refused_in_words(study, text, coded, system, team, enter, nonsense):
    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    (id,) = empty(ada.get(table(study, system)), place(text, FIRST))
    stored, whole = at(study, "verdichten/zelle/"), table(study, system)
    for sent in ({f"t.{id}": "Laut", f"v.{id}": "0", f"b.{id}": nonsense}, {f"t.{nonsense}": ""}):
        answer = ada.post(stored, sent)
        assert (answer.status_code, Condensed.objects.count()) == (200, 0)
        assert "Gespeichert" not in words(answer)
    assert ada.post(whole, {"do": "reduce", "pick": [nonsense], "reduction": "Lärm"}).status_code == 422
    for what in ("leave", "take", "confirm", "remove"):
        assert ada.post(whole, {"do": f"{what} {nonsense}", f"r.{nonsense}": "weil"}).status_code == 422
    assert Condensed.objects.count() == 0


def test_who_codes_blindly_works_on_own_codings_and_sees_no_step_of_others(study, text, coded, system, team, enter):
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    p1, _g1 = filled(ada, study, system, (text, FIRST, "Adas Worte", "Adas Wort"))
    shown = words(cem.get(table(study, system)))
    assert "Mirabellenbank" not in shown
    step(cem, study, text, start=FIRST[0], end=FIRST[1], category=system["Wohnen"])
    page = cem.get(table(study, system))
    assert "Adas" not in words(page)
    (own,) = empty(page, place(text, FIRST))
    assert own != p1
    cem.post(table(study, system), cells(page) | {f"t.{own}": "Cems Worte", "do": "save"})
    assert cem.post(table(study, system), {f"t.{p1}": "x", f"b.{p1}": place(text, FIRST)}).status_code == 422
    assert "Cems" not in words(ada.get(table(study, system)))
    see(study)
    assert {"Adas Worte", "Cems Worte"} <= set(cells(ada.get(table(study, system))).values())


def test_who_codes_blind_cannot_guess_the_names_of_steps_of_others(study, text, coded, system, team, enter):
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    step(cem, study, text, start=24, end=40, category=system["Wohnen"])
    filled(ada, study, system, (text, FIRST, "Adas Worte", "Adas Wort"))
    known = [study.uuid, team["Ada"].uuid, uuid5(study.uuid, str(team["Ada"].uuid))]
    for guess in (uuid5(space, f"{place(text, FIRST)} {n}") for space in known for n in range(3)):
        sent = {f"t.{guess}": "Rate", f"v.{guess}": "0", f"b.{guess}": place(text, (24, 40))}
        assert "gibt es nicht mehr" in cem.post(at(study, "verdichten/zelle/"), sent).content.decode()


def test_who_codes_blind_cannot_try_where_others_condensed(study, text, coded, system, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    step(cem, study, text, start=24, end=40, category=system["Wohnen"])
    see(study)
    (p1, _g1) = filled(ada, study, system, (text, FIRST, "Adas Worte", "Adas Wort"))
    see(study, is_open=False)
    guesses = [str(uuid5(study.uuid, f"{place(text, FIRST)} {n}")) for n in range(3)]
    assert p1 in guesses
    before, told = Condensed.objects.count(), set()
    for guess in guesses:
        for behind in (place(text, (24, 40)), place(text, FIRST)):
            sent = {f"t.{guess}": "Rate", f"v.{guess}": "0", f"b.{guess}": behind}
            answer = cem.post(at(study, "verdichten/zelle/"), sent)
            told.add((answer.status_code, "gibt es nicht mehr" in answer.content.decode()))
    assert told == {(200, True)}
    assert Condensed.objects.count() == before


def test_what_rests_on_deleted_texts_goes_with_them(study, text, coded, system, collections, team, enter):
    from django.db import connection

    from nahraum_site.records import sealing
    from nahraum_site.voices.condensing.models import CellSummary, Condensed
    from nahraum_site.voices.texts import forgetting

    see(study)
    ada = enter(team["Ada"])
    ids = filled(
        ada, study, system, (text, FIRST, "Quittengelee", "Zwetschge"), (coded, SECOND, "Es fehlt eine Bank", "Sitzen")
    )
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[1], ids[3]], "reduction": "Zwetschgenmus"})
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[3]], "reduction": "Nur Bank"})
    summarise(ada, study, system, "Hafen", "Bedarfe", text="Mispel")
    summarise(ada, study, system, "Altstadt", "Bedarfe", text="Bank")
    assert "Zwetschgenmus" in words(ada.get(table(study, system)))
    tables = (Condensed._meta.db_table, CellSummary._meta.db_table, "records_logentry")
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"SELECT * FROM {name}")
            raw = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor])
            assert not re.search("Quitten|Zwetschge|Mispel|Bank|Sitzen", raw), name
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert not Condensed.objects.filter(uuid__in=ids[:2]).exists()
    shown = words(ada.get(table(study, system)))  # even before its key is destroyed
    assert "Zwetschgenmus" not in shown
    assert "Grundlage wurde gelöscht" in shown
    sealing.destroy(collections[0].uuid)
    shown = words(ada.get(table(study, system)))
    assert "Zwetschgenmus" not in shown
    assert "Nur Bank" in shown
    grid = words(ada.get(at(study, "raster/")))
    assert "Mispel" not in grid
    assert "Grundlage wurde gelöscht" in grid
    assert "Bank" in grid
    (gone,) = Condensed.objects.filter(stage="reduction", owners__icontains=str(collections[0].uuid))
    with pytest.raises(sealing.Destroyed):
        sealing.Seals().open(gone.sealed, gone.collections, gone.place)
    assert ada.get(at(study, f"verdichten/reduktion/{gone.uuid}/")).status_code == 404
    ada.post(table(study, system), cells(ada.get(table(study, system))) | {"do": f"remove {gone.uuid}"})
    assert "Grundlage wurde gelöscht" not in words(ada.get(table(study, system)))


def test_a_reduction_goes_with_what_it_once_rested_on(study, text, coded, system, collections, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    ids = filled(ada, study, system, (text, FIRST, "laut", "Lärm"), (coded, SECOND, "Bank", "Sitzen"))
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[1], ids[3]], "reduction": "Ruhe"})
    row = Condensed.objects.get(stage="reduction")
    address = at(study, f"verdichten/reduktion/{row.uuid}/")
    assert ada.post(address, {"text": "Ruhe!", "behind": [ids[3]], "version": 1}).status_code == 302
    row.refresh_from_db()
    assert set(map(UUID, row.owners)) == {each.uuid for each in collections}
    assert "Platz" not in words(ada.get(address)).partition("Ändern")[0]
    told = ada.post(address, {"text": "Stille", "behind": [ids[3]], "version": 1})
    assert told.status_code == 409
    assert "Ruhe!" in words(told)
    assert "Stille" in words(told)
    left = {"do": f"leave {row.uuid}", f"r.{row.uuid}": "zu allgemein"}
    old = ada.post(address, left | {f"v.{row.uuid}": "1"})
    assert old.status_code == 409
    assert "nichts geschehen" in words(old)
    assert 'value="zu allgemein"' in words(old)
    ada.post(address, cells(ada.get(address)) | left)
    assert "zu allgemein" in words(ada.get(address))
    ada.post(address, cells(ada.get(address)) | {"do": f"remove {row.uuid}"})
    assert not Condensed.objects.filter(stage="reduction").exists()


def test_a_cell_just_written_is_not_to_be_looked_at_again(study, text, coded, system, team, enter):
    ada, cell = enter(team["Ada"]), at(study, "verdichten/zelle/")
    page = ada.get(table(study, system))
    (first,) = empty(page, place(text, FIRST))
    (second,) = empty(page, first)
    for id, said in ((first, "Der Platz ist laut"), (second, "Lärm")):
        sent = {name: value for name, value in cells(page).items() if id in name} | {f"t.{id}": said}
        answer = words(ada.post(cell, sent, headers={"HX-Request": "true"}))
        assert "Gespeichert" in answer
        assert "Noch einmal ansehen" not in answer
    # what no page of ours sends is refused, not stumbled over
    for behind in ("quatsch", "", "x:1:2", f"{text.uuid}:a:b", "\0"):
        asked = {f"t.{second}": "Stille", f"v.{second}": "1", f"b.{second}": behind, f"d.{second}": ""}
        assert ada.post(cell, asked).status_code in (200, 422), behind


def test_who_removes_a_step_does_not_remove_what_somebody_wrote_meanwhile(study, text, coded, system, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    see(study)
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    p1, g1 = filled(ada, study, system, (text, FIRST, "Adas Worte", "Adas Wort"))
    whole = table(study, system)
    mine = cells(ada.get(whole))
    ada.post(whole, mine | {"do": "reduce", "pick": [g1], "reduction": "Ruhe"})
    old = cells(cem.get(whole))  # what Cem looks at while Ada goes on writing
    ada.post(whole, mine | {f"t.{p1}": "Adas neue Worte", "do": "save"})
    told = cem.post(whole, old | {"do": f"remove {p1}", "reduction": "Cems angefangener Satz"})
    assert told.status_code == 409
    for said in ("inzwischen", "Adas neue Worte", "Cems angefangener Satz"):
        assert said in words(told)
    assert cem.post(whole, {"do": f"remove {p1}"}).status_code == 409  # an old page, which names no version
    # who saw it as it is now removes it, also while typing into it; twice does no harm
    seen = cells(told) | {f"t.{p1}": "Noch schnell anders", "do": f"remove {p1}"}
    assert cem.post(whole, seen).status_code == 302
    assert cem.post(whole, {"do": f"remove {p1}", f"v.{p1}": "3"}).status_code == 422
    # the same on the page of a reduction, and for what lost its segment or was left out
    row = Condensed.objects.get(stage="reduction")
    page = at(study, f"verdichten/reduktion/{row.uuid}/")
    old = cells(cem.get(page))
    ada.post(page, {"text": "Mehr Ruhe", "behind": [g1], "version": row.version})
    told = cem.post(page, old | {"do": f"remove {row.uuid}"})
    assert told.status_code == 409
    assert "Mehr Ruhe" in words(told)
    assert cem.post(page, cells(told) | {"do": f"remove {row.uuid}"}).status_code == 302
    (left,) = Condensed.objects.filter(stage="generalisation")
    assert cem.post(whole, cells(cem.get(whole)) | {"do": f"remove {left.uuid}"}).status_code == 302
    assert not Condensed.objects.exists()
