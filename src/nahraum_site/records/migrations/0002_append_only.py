"""The database itself refuses to change a log entry, and to delete one that retention does not cover."""

from django.db import migrations

SQLITE = (
    """CREATE TRIGGER records_log_no_update BEFORE UPDATE ON records_logentry
       BEGIN SELECT RAISE(ABORT, 'log entries cannot be changed'); END""",
    """CREATE TRIGGER records_log_no_delete BEFORE DELETE ON records_logentry
       WHEN NOT EXISTS (SELECT 1 FROM records_retention WHERE until >= OLD.number)
       BEGIN SELECT RAISE(ABORT, 'log entries cannot be deleted'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION records_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'log entries cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
         IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'log entries cannot be deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF;
         IF NOT EXISTS (SELECT 1 FROM records_retention WHERE until >= OLD.number)
         THEN RAISE EXCEPTION 'log entries cannot be deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF;
         RETURN OLD;
       END $$""",
    """CREATE TRIGGER records_log_guard BEFORE UPDATE OR DELETE ON records_logentry
       FOR EACH ROW EXECUTE FUNCTION records_log_guard()""",
    """CREATE TRIGGER records_log_guard_all BEFORE TRUNCATE ON records_logentry
       FOR EACH STATEMENT EXECUTE FUNCTION records_log_guard()""",
)


def guard(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
