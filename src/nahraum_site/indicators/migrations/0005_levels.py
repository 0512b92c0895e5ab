from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0004_counts_and_folder_mark")]

    operations = [migrations.AddField(model_name="edition", name="levels", field=models.JSONField(default=list))]
