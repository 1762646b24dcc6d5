"""Shippo's official SDK asks for the money back here."""

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.sdk import buy, quote, rate, until
from tests.world import World


def test_a_refund_is_pending_and_then_paid(sdk: shippo.Shippo) -> None:
    label = buy(sdk, quote(sdk).rates[0].object_id)
    refund = sdk.refunds.create(transaction=label.object_id)
    assert refund.status.value == "PENDING"
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDPENDING"
    until(lambda: sdk.refunds.get(refund.object_id).status.value, lambda said: said == "SUCCESS")
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDED"
    assert [each.object_id for each in sdk.refunds.list().results] == [refund.object_id]


def test_a_queued_refund_waits_for_the_carrier_and_then_is_paid(sdk: shippo.Shippo) -> None:
    label = buy(sdk, rate(sdk))
    refund = sdk.refunds.create(transaction=label.object_id, async_=True)
    assert refund.status is components.RefundStatus.QUEUED
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDPENDING"
    seen = []
    until(
        lambda: seen.append(sdk.refunds.get(refund.object_id).status.value),
        lambda _: seen[-1] == "SUCCESS",
    )
    assert list(dict.fromkeys(["QUEUED", *seen])) == ["QUEUED", "PENDING", "SUCCESS"]


def test_a_used_label_is_refused_inside_a_201(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, rate(sdk))
    world.scan(label.tracking_number, "TRANSIT", "package_accepted")
    assert sdk.refunds.create(transaction=label.object_id).status is components.RefundStatus.ERROR
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDREJECTED"


def test_ninety_days_are_the_limit(sdk: shippo.Shippo, world: World) -> None:
    early, late = buy(sdk, rate(sdk)), buy(sdk, rate(sdk))
    world.advance(90 * 24 - 1)
    assert sdk.refunds.create(transaction=early.object_id).status.value == "PENDING"
    world.advance(2)
    assert sdk.refunds.create(transaction=late.object_id).status.value == "ERROR"


def test_a_label_has_one_refund(sdk: shippo.Shippo) -> None:
    label = buy(sdk, rate(sdk))
    sdk.refunds.create(transaction=label.object_id)
    for wanted in (label.object_id, "0" * 32):
        with pytest.raises(errors.SDKError) as refused:
            sdk.refunds.create(transaction=wanted)
        assert refused.value.status_code == 400
        assert refused.value.body.startswith('{"transaction":["')
    assert len(sdk.refunds.list().results) == 1
    with pytest.raises(errors.SDKError, match="Not found"):
        sdk.refunds.get(label.object_id)
