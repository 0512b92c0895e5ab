"""Categories without a colour keep for life the one that their place gave them until now."""

from django.db import migrations

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d00", "#7a5195")


def keep(apps, schema_editor):
    """Store what pages showed: the colour of the n-th category."""
    systems = apps.get_model("voices_categories", "CategorySystem").objects
    for row in systems.all():
        for n, each in enumerate(row.current["categories"]):
            each["colour"] = each["colour"] or COLOURS[n % len(COLOURS)]
        row.save(update_fields=["current"])


class Migration(migrations.Migration):
    dependencies = [("voices_categories", "0001_initial")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
