"""The tables of the first version."""

import shortener.models
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Tenant",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=shortener.models.new_id,
                        max_length=36,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=32, unique=True)),
                ("url", models.CharField(max_length=2000)),
                ("expires_at", models.CharField(max_length=20, null=True)),
                ("hits", models.BigIntegerField(default=0)),
                ("deleted", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        "shortener.tenant", PROTECT, related_name="links", db_index=False
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(fields=["tenant", "number"], name="links_of_tenant")],
            },
        ),
    ]
