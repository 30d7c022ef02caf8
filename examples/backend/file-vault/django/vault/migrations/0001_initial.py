"""The table of the first version."""

import vault.models
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("position", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "file_id",
                    models.CharField(default=vault.models.new_id, max_length=32, unique=True),
                ),
                ("owner", models.CharField(max_length=255)),
                ("name", models.CharField(max_length=100)),
                ("media_type", models.CharField(max_length=32)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["position"],
                "indexes": [models.Index(fields=["owner", "position"], name="files_of_owner")],
            },
        ),
    ]
