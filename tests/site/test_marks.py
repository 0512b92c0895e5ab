"""Whoever steals the database cannot confirm a guess of a short answer; who has the keys knows it again."""

from __future__ import annotations

import hashlib
from importlib import import_module
from types import SimpleNamespace

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import (
    apart,
    at,
    collections,
    enter,
    forgetful,
    hire,
    study,
    system,
    team,
    text,
)
from tests.site.condensing_fixtures import OTHER, coded, see, summarise
from tests.site.texts_fixtures import imported

__all__ = ["apart", "coded", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]


def bare(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def migrate():
    """Do again what migration 0004 does."""
    from django.apps import apps
    from django.db import connection

    def execute(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    migration = import_module("nahraum_site.voices.texts.migrations.0004_marks")
    migration.mark(apps, SimpleNamespace(connection=connection, execute=execute))


def as_before(contents):
    """Put bare hashes of texts and files (by uuid) into the database, as they were before the migration."""
    from django.db import connection

    from nahraum_site.voices.texts.models import Source, Text

    drop = import_module("nahraum_site.voices.texts.migrations.0004_marks").DROP[connection.vendor]
    fixed = import_module("nahraum_site.voices.texts.migrations.0002_texts_never_change")
    with connection.cursor() as cursor:
        cursor.execute(drop)
        for uuid, said in contents.items():
            Text.objects.filter(uuid=uuid).update(sha256=bare(said))
            Source.objects.filter(texts__uuid=uuid).update(sha256=bare(said))
        cursor.execute((fixed.POSTGRESQL if connection.vendor == "postgresql" else fixed.SQLITE)[-1])


def test_no_table_holds_a_hash_that_confirms_a_guess_and_a_twin_is_known_all_the_same(study, collections, team):
    from django.apps import apps
    from django.db import connection

    from nahraum_site.records import sealing
    from nahraum_site.voices.texts import queries
    from nahraum_site.voices.texts.actions import Twin

    one, other = collections
    (short,) = imported(study, one, team["Ada"], "ja.txt", b"Ja.\n", replaced=False)
    with pytest.raises(Twin):  # across collections, as before
        imported(study, other, team["Ada"], "auch.txt", b"Ja.\n", replaced=False)
    with pytest.raises(Twin):
        imported(study, one, team["Ada"], "ja.txt", b"Ja.\n", replaced=False)
    guesses = {bare("Ja.\n"), bare("Ja.")}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            assert not guesses & {str(cell) for row in cursor for cell in row}, model
    assert queries.known_of([short], guesses) == {short.uuid: bare("Ja.\n")}
    assert sealing.Seal(one.uuid).mark(bare("Ja.\n")) == short.sha256
    sealing.make(other.uuid) if other.uuid not in sealing.kept() else None
    assert sealing.Seal(other.uuid).mark(bare("Ja.\n")) != short.sha256  # of another collection it tells nothing
    sealing.destroy(one.uuid)
    assert queries.known_of([short], guesses) == {}  # gone with the key


def test_hashes_of_before_are_replaced_and_summaries_find_their_segments(study, text, coded, system, team, enter):
    from django.db import DatabaseError, transaction

    from nahraum_site.records.sealing import Seals
    from nahraum_site.voices.condensing import kept
    from nahraum_site.voices.condensing.models import CellSummary
    from nahraum_site.voices.texts.models import Source, Text
    from nahraum_site.voices.texts.queries import contents_of

    see(study)
    ada = enter(team["Ada"])
    summarise(ada, study, system, "Altstadt", "Bedarfe", text="Es fehlt etwas")
    (row,), said = CellSummary.objects.all(), OTHER
    old = kept.said_by(row, Seals())
    for name in ("rests_on", "seen"):
        assert [place[0] for place in old[name]] == [str(coded.uuid)]
        old[name] = [[bare(said), *place[1:]] for place in old[name]]
    kept.close(row, old, row.owners)
    row.save()
    marks = dict(Text.objects.values_list("uuid", "sha256"))
    contents = contents_of(Text.objects.select_related("collection"))
    as_before(contents)
    assert Text.objects.get(pk=coded.pk).sha256 == bare(said)
    migrate()
    assert dict(Text.objects.values_list("uuid", "sha256")) == marks
    assert not Source.objects.filter(sha256=bare(said)).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Text.objects.filter(pk=coded.pk).update(sha256=bare(said))
    assert "gilt noch" in words(ada.get(at(study, "raster/")))
    cell = at(study, f"raster/zelle/?space=Altstadt&category={system['Bedarfe']}")
    assert words(ada.get(cell)).count('name="rests_on" value') == words(ada.get(cell)).count(" checked>") == 1


def test_without_keys_the_hashes_go_and_with_the_keys_texts_are_known_again(study, text, team, apart, django):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices.texts import queries
    from nahraum_site.voices.texts.models import Source, Text

    contents = queries.contents_of(Text.objects.select_related("collection"))
    (said,) = contents.values()
    as_before(contents)
    (apart / "keys").rename(apart / "elsewhere")
    migrate()  # as while a backup is restored
    assert Text.objects.get().sha256 == ""
    assert Source.objects.get().sha256 != bare(said)
    assert queries.twins(study, [bare(said)]) == []  # nobody knows
    (apart / "keys").rmdir() if (apart / "keys").exists() else None
    (apart / "elsewhere").rename(apart / "keys")
    with CaptureQueriesContext(connection) as asked:
        assert [each.pk for each in queries.twins(study, [bare(said)])] == [text.pk]
    assert len(asked) == 2
    assert queries.twins(study, [bare("anders")]) == []
