"""Count what stored deliveries hold, and say which editions were taken from a project folder."""

from django.db import migrations, models


def count(apps, schema_editor):
    """Count the values of each delivery as it would be counted today when it is confirmed."""
    batches, values = (apps.get_model("indicators", name).objects for name in ("Batch", "Value"))
    for batch in batches.only("pk", "part"):
        rows = values.filter(batch=batch).exclude(area__in=list(batch.part.get("totals", {})))
        rows = rows.values_list("variable", "period", "state").annotate(models.Count("pk"), models.Min("pk"))
        counts = [row[:4] for row in sorted(rows.order_by(), key=lambda row: row[4])]
        batches.filter(pk=batch.pk).update(counts=counts)


def mark(apps, schema_editor):
    """Keep the mark of the folder, which stood for the fingerprint of what nobody made on the site."""
    apps.get_model("indicators", "Edition").objects.filter(author=None).update(folder_mark=models.F("fingerprint"))


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_edition_parts")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="counts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="edition",
            name="folder_mark",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
