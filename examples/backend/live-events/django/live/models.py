"""Channels and their newest messages."""

from django.db import models


class Channel(models.Model):
    """A channel. The row of a deleted one stays, so that no id is ever given twice."""

    name = models.CharField(max_length=64, primary_key=True)
    last_id = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)


class Message(models.Model):
    """A message, known to clients by its number in the channel."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages")
    number = models.BigIntegerField()
    event = models.CharField(max_length=64)
    data = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="one_message_per_number")]
