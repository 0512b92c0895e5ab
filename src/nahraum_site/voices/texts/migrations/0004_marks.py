"""A bare SHA-256 of a short answer confirms a guess of it: what texts and files are known by depends on their key now.

Where the key is not here, as in a backup that is being restored, the hash goes nonetheless: such a text is opened to be
compared (`queries.known_of`), such a file is not known again.
"""

from __future__ import annotations

import uuid
from importlib import import_module

from django.db import migrations

from nahraum_site.records.sealing import Destroyed, Seal

fixed = import_module("nahraum_site.voices.texts.migrations.0002_texts_never_change")
DROP = {
    "sqlite": "DROP TRIGGER voices_texts_text_fixed",
    "postgresql": "DROP TRIGGER voices_texts_text_fixed ON voices_texts_text",
}


def mark(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(DROP[vendor])
    for owner in apps.get_model("voices", "Collection").objects.values_list("pk", "uuid"):
        _mark_all(apps, *owner)
    if vendor == "postgresql":  # rows that came in this transaction wait for checks, and their table would not change
        schema_editor.connection.check_constraints()
    # the last statement makes the trigger; its function is there
    schema_editor.execute((fixed.POSTGRESQL if vendor == "postgresql" else fixed.SQLITE)[-1])


def _mark_all(apps, collection, owner):
    try:
        seal = Seal(owner)
    except Destroyed:
        seal = None
    for label in ("Text", "Source"):
        model = apps.get_model("voices_texts", label)
        rows = list(model.objects.filter(collection_id=collection).only("pk", "sha256"))
        for row in rows:
            other = "" if label == "Text" else uuid.uuid4().hex * 2  # of files each is known by another one
            row.sha256 = seal.mark(row.sha256) if seal else other
        model.objects.bulk_update(rows, ["sha256"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("voices_texts", "0003_beside_texts"), ("voices", "0001_initial")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
