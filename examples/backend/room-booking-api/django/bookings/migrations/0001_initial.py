"""The tables of the first version."""

import bookings.models
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.CharField(default=bookings.models.new_id, max_length=36, unique=True),
                ),
                ("name", models.CharField(max_length=100)),
                ("capacity", models.PositiveSmallIntegerField()),
            ],
            options={"ordering": ["capacity", "number"]},
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=bookings.models.new_id,
                        max_length=36,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
                        default="confirmed",
                        max_length=9,
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "room",
                    models.ForeignKey("bookings.room", PROTECT, to_field="id", db_index=False),
                ),
            ],
            options={
                "ordering": ["start"],
                "indexes": [
                    models.Index(
                        fields=["room", "start"],
                        condition=models.Q(status="confirmed"),
                        name="confirmed_of_room",
                    )
                ],
            },
        ),
    ]
