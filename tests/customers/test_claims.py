import pytest

from majung.customers import claims
from majung.customers.models import Customer, Identity


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("제 메일은 haneul@example.com 이에요.", [("email", "haneul@example.com")]),
        ("haneul@example.com.", [("email", "haneul@example.com")]),
        ("연락처 010-0000-4821로 주세요", [("phone", "010-0000-4821")]),
        ("01000004821 입니다", [("phone", "01000004821")]),
        ("02 000 1234", [("phone", "02 000 1234")]),
        ("+82 10 0000 4821", [("phone", "+82 10 0000 4821")]),
        ("주문번호 20261118-0042", []),
        ("송장 123456789012", []),
        ("카드 1234-5678-9012-3456", []),
        ("메일 없어요 @ 몰라요", []),
    ],
)
def test_found_in_reads_addresses_and_leaves_other_numbers(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert list(claims.found_in(text)) == found
    assert claims.any_in(text) == bool(found)


def test_note_keeps_claims_once(customer: Customer) -> None:
    text = "haneul@example.com 또는 010-0000-4821"
    assert claims.note(customer_id=customer.pk, text=text) == 2
    assert claims.note(customer_id=customer.pk, text=text) == 0
    assert set(customer.identities.values_list("kind", "address", "verified_at")) == {
        (Identity.Kind.EMAIL, "haneul@example.com", None),
        (Identity.Kind.PHONE, "+821000004821", None),
    }
