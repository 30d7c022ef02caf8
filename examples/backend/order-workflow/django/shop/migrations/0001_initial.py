import django.db.models.deletion
from django.db import migrations, models

STATUSES = [
    ("draft", "Draft"),
    ("placed", "Placed"),
    ("paid", "Paid"),
    ("shipped", "Shipped"),
    ("delivered", "Delivered"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
]


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def reference(to: str, **options: str) -> models.Field:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                key(),
                ("name", models.CharField(max_length=100)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="StaffToken",
            fields=[key(), ("token_digest", models.CharField(max_length=64))],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("sku", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("price", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("stock", models.PositiveIntegerField()),
            ],
            options={"ordering": ["sku"]},
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                key(),
                ("status", models.CharField(choices=STATUSES, default="draft", max_length=9)),
                ("currency", models.CharField(max_length=3)),
                ("total", models.PositiveBigIntegerField()),
                ("customer", reference("shop.customer")),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                key(),
                ("quantity", models.PositiveIntegerField()),
                ("price", models.PositiveIntegerField()),
                ("order", reference("shop.order", related_name="lines")),
                ("product", reference("shop.product")),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                key(),
                ("from_status", models.CharField(choices=STATUSES, max_length=9, null=True)),
                ("to_status", models.CharField(choices=STATUSES, max_length=9)),
                ("actor", models.CharField(max_length=40)),
                ("order", reference("shop.order", related_name="events")),
            ],
            options={"ordering": ["id"]},
        ),
    ]
