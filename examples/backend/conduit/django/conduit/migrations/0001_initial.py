"""The tables of the first version."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("username", models.CharField(db_collation="NOCASE", max_length=32, unique=True)),
                ("email", models.CharField(db_collation="NOCASE", max_length=254, unique=True)),
                ("password", models.CharField(max_length=255)),
                ("bio", models.CharField(max_length=500, null=True)),
                ("image", models.CharField(max_length=500, null=True)),
                ("following", models.ManyToManyField("conduit.user", related_name="followers")),
            ],
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=120, unique=True)),
                ("title", models.CharField(max_length=100)),
                ("description", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField()),
                ("author", models.ForeignKey("conduit.user", PROTECT, related_name="articles")),
                ("favorited_by", models.ManyToManyField("conduit.user", related_name="favorites")),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(db_index=True, max_length=30)),
                ("article", models.ForeignKey("conduit.article", CASCADE, related_name="tags")),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.CharField(max_length=2000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("article", models.ForeignKey("conduit.article", CASCADE, related_name="comments")),
                ("author", models.ForeignKey("conduit.user", PROTECT, related_name="comments")),
            ],
            options={"ordering": ["-pk"]},
        ),
    ]
