"""How much of one mail is read. What lies beyond is in the raw mail; a flag says what was cut."""

from typing import Final

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_HEAD_BYTES: Final = 512 * 1024  # of one part's headers
MOST_FIELDS: Final = 1_000  # headers of one part
MOST_FIELD: Final = 64 * 1024  # bytes of one header
MOST_PARAMETERS: Final = 60
MOST_ADDRESSES: Final = 500  # in one header
MOST_REFERENCES: Final = 200
MOST_PARTS: Final = 1_000
DEEPEST: Final = 24  # multiparts inside each other
MOST_TEXT: Final = 1_000_000  # characters of all texts together
MOST_LINES: Final = 20_000  # lines that rules look at; those behind go with the last of them
MOST_LINE: Final = 2_000  # characters of a line that rules look at
MOST_HTML: Final = 1_500_000  # characters of all HTML together
MOST_TAGS: Final = 30_000  # of one HTML; the text behind stays
MOST_ENTITIES: Final = 30_000
DEEPEST_HTML: Final = 500  # elements inside each other
MOST_TNEF_BYTES: Final = 32 * 1024 * 1024
MOST_TNEF_PROPERTIES: Final = 5_000
MOST_HOPS: Final = 50  # Received lines; a mail that came through more goes round in circles
MOST_NAME: Final = 200  # characters of a file's name
