"""One spelling for every address, so that equal addresses are equal rows."""

import re
import unicodedata

import phonenumbers

from majung.customers.models import Identity

EMAIL = re.compile(r"[^\s@<>()\",;:]{1,64}@[^\s@<>()\",;:.]+(?:\.[^\s@<>()\",;:.]+)+")
MAX_ADDRESS = 254


def address(kind: str, text: str, *, country: str = "KR") -> str:
    """Return the one spelling of an address.

    E-mail: NFKC, lower case. Phone: E.164, read with ``country`` where no prefix is given.
    Others: stripped.

    Raises:
        ValueError: the text is no address of that kind.
    """
    is_ours = kind in {Identity.Kind.EMAIL, Identity.Kind.PHONE}
    # Ids that others made stay as they are: two that merely look alike are two people.
    cleaned = (unicodedata.normalize("NFKC", text) if is_ours else text).strip()
    if not cleaned or len(cleaned) > MAX_ADDRESS:
        msg = f"not a {kind}: empty or longer than {MAX_ADDRESS} characters"
        raise ValueError(msg)
    if kind == Identity.Kind.EMAIL:
        return _email(cleaned)
    if kind == Identity.Kind.PHONE:
        return _phone(cleaned, country)
    return cleaned


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        msg = "not an e-mail address"
        raise ValueError(msg)
    return text.lower()


def _phone(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        msg = "not a phone number"
        raise ValueError(msg) from error
    if not phonenumbers.is_possible_number(number):
        msg = "not a possible phone number"
        raise ValueError(msg)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
