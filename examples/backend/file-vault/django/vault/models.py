"""What is known of stored files; their content lies in a folder."""

from secrets import token_hex

from django.db import models


def new_id() -> str:
    """An id that nothing has yet, and nobody can guess."""
    return token_hex(16)


class StoredFile(models.Model):
    """A file of an owner."""

    # The order in which files came.
    position = models.BigAutoField(primary_key=True)
    file_id = models.CharField(max_length=32, unique=True, default=new_id)
    owner = models.CharField(max_length=255)
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=32)
    # In bytes.
    size = models.BigIntegerField()
    # In hexadecimal digits.
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["owner", "position"], name="files_of_owner")]

    def as_json(self) -> dict[str, str | int]:
        """The file as its owner sees it."""
        return {
            "id": self.file_id,
            "name": self.name,
            "type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }
