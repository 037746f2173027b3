"""Lines about who calls: signatures that are right, forged, missing and stale."""

from dataclasses import replace
from datetime import timedelta

import pytest

from majung.channels import webhooks
from majung.channels.conformance.rules import rule, stamps, webhook
from majung.channels.conformance.scene import Scene
from majung.channels.contract import Refused, Request
from majung.channels.models import InboundDelivery
from majung.core import clock

TOO_OLD = timedelta(days=1)


def call(scene: Scene) -> Request:
    told = scene.vendor.message(scene.says())
    assert isinstance(told, Request), "a channel with a webhook is told by calls"
    return told


def refused(scene: Scene, request: Request) -> str:
    """Return why a call is refused, and make sure that nothing of it was kept."""
    with pytest.raises(Refused) as error:
        webhooks.take(key=scene.inbox.key, request=request)
    assert not InboundDelivery.objects.filter(inbox=scene.inbox).exists()
    return error.value.code


@rule("signature: right", webhook)
def right(scene: Scene) -> None:
    answer = webhooks.take(key=scene.inbox.key, request=call(scene))
    assert 200 <= answer.status < 300
    assert InboundDelivery.objects.filter(inbox=scene.inbox).count() == 1


@rule("signature: forged", webhook)
def forged(scene: Scene) -> None:
    made = call(scene)
    other = call(scene)
    assert refused(scene, replace(made, body=made.body + b" ")) == "forged"
    assert refused(scene, replace(made, body=other.body)) == "forged"


@rule("signature: broken", webhook)
def broken(scene: Scene) -> None:
    """Headers of the right names that say nonsense, too long or not even letters."""
    made = call(scene)
    for nonsense in ("", "x", "=", "t=,v1=", "t=9" * 4000, "ÿ\x00", ",".join("ab") * 500):
        spoiled = {name: nonsense for name in made.headers if name != "content-type"}
        refused(scene, replace(made, headers=spoiled))


@rule("signature: missing", webhook)
def missing(scene: Scene) -> None:
    bare = replace(call(scene), headers={"content-type": "application/json"})
    assert refused(scene, bare) == "missing"


@rule("signature: stale", webhook, stamps)
def stale(scene: Scene) -> None:
    body = call(scene).body
    old = scene.vendor.sign(body, at=clock.now() - TOO_OLD)
    assert refused(scene, replace(old, received_at=clock.now())) == "stale"


@rule("signature: without a secret", webhook)
def without_a_secret(scene: Scene) -> None:
    """An account that is not set up yet believes nobody."""
    made = call(scene)
    scene.inbox.secrets.all().delete()
    refused(scene, made)
    refused(scene, replace(made, headers={"content-type": "application/json"}))


@rule("calls that are no call", webhook)
def no_call(scene: Scene) -> None:
    """What the vendor signed and nobody understands is kept as it came, and answered."""
    for number, body in enumerate((b"", b"\x00\xff", b"{", b"[]", b"null", b'"text"', b"[" * 5000)):
        signed = scene.vendor.sign(body, at=clock.now())
        answer = webhooks.take(key=scene.inbox.key, request=signed)
        assert 200 <= answer.status < 300, (body, number)


@rule("several things in one call", webhook)
def several(scene: Scene) -> None:
    first, second = scene.says("하나"), scene.says("둘")
    both = scene.vendor.together([scene.vendor.message(each) for each in (first, second)])
    if both is None:
        return
    rows = scene.tell(both)
    assert [row.message.text for row in rows if row.message] == ["하나", "둘"]
