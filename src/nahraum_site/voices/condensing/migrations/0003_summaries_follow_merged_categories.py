"""Summaries of categories that were merged before stand at the ones they were merged into, as codings do."""

from django.db import migrations, models


def follow(apps, schema_editor):
    """Lead the summaries on through all merges that there were, in their order."""
    summary = apps.get_model("voices_condensing", "CellSummary")
    change = apps.get_model("voices_categories", "CategoryChange")
    made = change.objects.order_by("system", "version").values_list("system__study", "change")
    for study, each in made:
        if each["what"] != "Merge":
            continue
        here = summary.objects.filter(study=study)
        taken = set(here.filter(category=each["into"], former="").values_list("space", "whose"))
        for row in here.filter(category=each["id"]):
            if not row.former and (row.space, row.whose) in taken:
                row.former = each["id"]
            row.category = each["into"]
            row.save(update_fields=["category", "former"])


class Migration(migrations.Migration):
    dependencies = [
        ("voices", "0001_initial"),
        ("voices_categories", "0001_initial"),
        ("voices_condensing", "0002_learned"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="cellsummary", name="one_summary_of_a_cell"),
        migrations.AddField(model_name="cellsummary", name="former", field=models.CharField(blank=True, max_length=40)),
        migrations.AddConstraint(
            model_name="cellsummary",
            constraint=models.UniqueConstraint(
                fields=("study", "space", "category", "whose", "former"), name="one_summary_of_a_cell"
            ),
        ),
        migrations.RunPython(follow, migrations.RunPython.noop),
    ]
