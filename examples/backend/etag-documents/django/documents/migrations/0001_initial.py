import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("is_deleted", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "title",
                    models.CharField(
                        max_length=100, validators=[django.core.validators.ProhibitNullCharactersValidator()]
                    ),
                ),
                (
                    "content",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[django.core.validators.ProhibitNullCharactersValidator()],
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "get_latest_by": "number",
                "constraints": [models.UniqueConstraint(fields=("document", "number"), name="unique_version")],
            },
        ),
    ]
