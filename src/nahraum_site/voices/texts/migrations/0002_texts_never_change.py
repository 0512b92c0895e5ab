"""The database itself refuses to change what a text says; its name and variables may be changed."""

from django.db import migrations

FIXED = ("uuid", "sha256", "length", "content", "structure", "position", "collection_id")
COLUMNS = ", ".join(FIXED)
SQLITE = (
    f"""CREATE TRIGGER voices_texts_text_fixed BEFORE UPDATE OF {COLUMNS} ON voices_texts_text
        BEGIN SELECT RAISE(ABORT, 'texts cannot be changed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION voices_texts_text_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'texts cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER voices_texts_text_fixed BEFORE UPDATE OF {COLUMNS} ON voices_texts_text
        FOR EACH ROW EXECUTE FUNCTION voices_texts_text_fixed()""",
)


def guard(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("voices_texts", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
