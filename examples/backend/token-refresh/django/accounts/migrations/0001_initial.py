"""The first tables."""

from django.db import migrations, models
from django.db.models.deletion import CASCADE

import accounts.models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.CharField(
                        primary_key=True,
                        max_length=36,
                        default=accounts.models.new_id,
                        serialize=False,
                    ),
                ),
                ("username", models.CharField(max_length=32, unique=True)),
                ("password", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(max_length=36, unique=True, default=accounts.models.new_id),
                ),
                ("device", models.CharField(max_length=64)),
                ("created_at", models.BigIntegerField()),
                ("user", models.ForeignKey("accounts.user", CASCADE, related_name="sessions")),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.CreateModel(
            name="RefreshToken",
            fields=[
                (
                    "digest",
                    models.CharField(primary_key=True, max_length=64, serialize=False),
                ),
                ("used_up", models.BooleanField(default=False)),
                ("session", models.ForeignKey("accounts.session", CASCADE)),
            ],
        ),
    ]
