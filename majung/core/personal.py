"""What each model holds about people, and what becomes of it.

Every concrete model of ours declares ``personal``: a ``PersonalData``, or ``None`` for "nothing
about a person". A test walks the models, so a new one cannot forget to say.
"""

from dataclasses import dataclass
from typing import Literal

Erasure = Literal["blank", "delete", "keep"]
RecordClass = Literal["account", "contact", "content", "behaviour", "security", "settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Personal fields of one model.

    ``record_class`` names the retention class; ``erasure`` says what an erasure request does to
    the row: ``blank`` empties the fields, ``delete`` removes the row, ``keep`` leaves it because
    a duty to keep outweighs (``reason`` says which).
    """

    fields: tuple[str, ...]
    record_class: RecordClass
    erasure: Erasure
    reason: str = ""

    def __post_init__(self) -> None:
        if self.erasure == "keep" and not self.reason:
            msg = "personal data that survives erasure needs a reason"
            raise ValueError(msg)
