"""The tables of the first version."""

from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("username", models.CharField(max_length=32, unique=True)),
                ("password_hash", models.CharField(max_length=256)),
                ("role", models.CharField(default="user", max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("public_id", models.CharField(max_length=36, unique=True)),
                ("account", models.ForeignKey("accounts.account", CASCADE, related_name="sessions")),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("user_agent", models.TextField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("username", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("expires", models.FloatField()),
            ],
        ),
    ]
