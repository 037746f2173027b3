"""How far the index of messages has come."""

from django.db import models


class SearchProgress(models.Model):
    """One row: messages up to ``indexed_to`` are in the index.

    On PostgreSQL numbers are given out before rows commit. ``aim`` is the highest number that had
    been given out at some moment, ``aim_xid`` a transaction number that was still free a while
    later: once all transactions below it have ended, every message up to ``aim`` is there to read.
    """

    personal = None

    version = models.PositiveIntegerField(default=0)
    indexed_to = models.BigIntegerField(default=0)
    aim = models.BigIntegerField(default=0)
    aim_xid = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"up to {self.indexed_to}"
