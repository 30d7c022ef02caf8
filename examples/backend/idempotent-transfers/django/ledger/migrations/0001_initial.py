"""The tables of the first version."""

import ledger.models
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=ledger.models.new_id,
                        max_length=36,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("opening_balance", models.BigIntegerField()),
                ("balance", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("order", models.TextField()),
                ("status", models.PositiveSmallIntegerField()),
                ("media_type", models.CharField(max_length=40)),
                ("location", models.CharField(max_length=60, null=True)),
                ("body", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=ledger.models.new_id,
                        max_length=36,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("source", models.ForeignKey("ledger.account", PROTECT, related_name="+")),
                ("target", models.ForeignKey("ledger.account", PROTECT, related_name="+")),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("balance_after", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        "ledger.account", PROTECT, related_name="entries", db_index=False
                    ),
                ),
                (
                    "counterparty",
                    models.ForeignKey("ledger.account", PROTECT, related_name="+", db_index=False),
                ),
                (
                    "transfer",
                    models.ForeignKey("ledger.transfer", PROTECT, related_name="+", db_index=False),
                ),
            ],
            options={
                "ordering": ["-number"],
                "indexes": [models.Index(fields=["account", "number"], name="entries_of_account")],
            },
        ),
    ]
