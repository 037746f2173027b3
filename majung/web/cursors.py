"""Places in a list, as opaque words for addresses: (moment, key) of the last row shown."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from django.http import Http404

Place = tuple[datetime, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write(moment: datetime, key: int) -> str:
    """Return the cursor of a row."""
    text = f"{(moment - _EPOCH) // _MICROSECOND:x}.{key:x}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str | None) -> Place | None:
    """Return the place of a cursor, ``None`` for none; raises ``Http404`` for one not ours."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, key = base64.urlsafe_b64decode(padded).decode("ascii").split(".")
        return _EPOCH + int(moment, 16) * _MICROSECOND, int(key, 16)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Http404 from error
