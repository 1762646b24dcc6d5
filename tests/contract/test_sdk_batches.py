"""Shippo's official SDK has many labels made at once here."""

import json

import pytest
import requests
import shippo
from shippo.models import components, errors

from tests.contract.listener import Listener
from tests.contract.sdk import account, parcel, recipient, sender, until
from tests.world import TOKEN, World

# What could not be made into a shipment has none, though the SDK promises one.
NONE_MADE = "ignore:'NoneType' object value of non-optional type shipment:RuntimeWarning"
STATES, GOOD = components.BatchStatus, components.Status


def one(**changed: object) -> components.BatchShipmentCreateRequest:
    given = {"address_from": sender(), "address_to": recipient(), "parcels": [parcel()], **changed}
    return components.BatchShipmentCreateRequest(
        shipment=components.ShipmentCreateRequest(**given), metadata=str(changed.get("metadata"))
    )


def batch(
    sdk: shippo.Shippo, *shipments: components.BatchShipmentCreateRequest, **more: object
) -> components.Batch:
    given = {
        "default_carrier_account": account(sdk),
        "default_servicelevel_token": "usps_priority",
        "batch_shipments": list(shipments),
        "metadata": "Monday",
        **more,
    }
    return sdk.batches.create(components.BatchCreateRequest(**given))


def judged(sdk: shippo.Shippo, made: components.Batch) -> components.Batch:
    return until(
        lambda: sdk.batches.get(made.object_id),
        lambda found: found.status in (STATES.VALID, STATES.INVALID, STATES.PURCHASED),
    )


def results(found: components.Batch) -> tuple[int, int, int, int]:
    told = found.object_results
    return (
        told.creation_succeeded,
        told.creation_failed,
        told.purchase_succeeded,
        told.purchase_failed,
    )


def test_a_batch_is_judged_bought_and_printed(sdk: shippo.Shippo, world: World) -> None:
    made = batch(sdk, *[one() for _ in range(3)])
    assert (made.status, made.batch_shipments.results) == (STATES.VALIDATING, [])
    assert (made.label_url, made.metadata, results(made)) == ([], "Monday", (0, 0, 0, 0))
    found = judged(sdk, made)
    assert (found.status, results(found)) == (STATES.VALID, (3, 0, 0, 0))
    assert [each.status for each in found.batch_shipments.results] == [GOOD.VALID] * 3
    assert [each.transaction for each in found.batch_shipments.results] == [None] * 3
    assert world.ledger() == []
    assert sdk.batches.purchase(made.object_id).status is STATES.PURCHASING
    bought = judged(sdk, made)
    assert (bought.status, results(bought)) == (STATES.PURCHASED, (3, 0, 3, 0))
    for each in bought.batch_shipments.results:
        assert sdk.transactions.get(each.transaction).status.value == "SUCCESS"
        assert sdk.shipments.get(each.shipment).object_id == each.shipment
    assert len(world.ledger()) == 3
    (merged,) = bought.label_url
    assert requests.get(merged, timeout=10).content.startswith(b"%PDF")


def test_both_moments_are_told_as_sentences(
    sdk: shippo.Shippo, world: World, listener: Listener
) -> None:
    for event in ("batch_created", "batch_purchased"):
        sdk.webhooks.create_webhook(
            components.WebhookUpdateRequest(
                event=components.WebhookEventTypeEnum(event), url=listener.url
            )
        )
    made = batch(sdk, one())
    listener.wait(1)
    sdk.batches.purchase(made.object_id)
    told = [json.loads(heard.body) for heard in listener.wait(2)]
    assert told == [
        {"event": "batch_created", "test": True, "data": f"batch {made.object_id} created"},
        {
            "event": "batch_purchased",
            "test": True,
            "data": f"batch {made.object_id} processing complete",
        },
    ]


@pytest.mark.filterwarnings(NONE_MADE)
def test_bad_shipments_are_named_and_taken_out(sdk: shippo.Shippo, world: World) -> None:
    nameless = components.AddressCreateRequest(country="US", zip="10118", state="NY")
    made = batch(sdk, one(), one(address_to=nameless), one(parcels=[]))
    found = judged(sdk, made)
    assert (found.status, results(found)) == (STATES.INVALID, (1, 2, 0, 0))
    good, incomplete, invalid = found.batch_shipments.results
    assert [good.status, incomplete.status, invalid.status] == [
        GOOD.VALID,
        GOOD.INCOMPLETE,
        GOOD.INVALID,
    ]
    assert 'Attribute "address_to.name" must not be empty.' in str(incomplete.messages)
    assert "parcels: This field is required." in str(invalid.messages)
    with pytest.raises(errors.SDKError) as refused:
        sdk.batches.purchase(made.object_id)
    assert (refused.value.status_code, "VALID" in refused.value.body) == (400, True)
    bad = [incomplete.object_id, invalid.object_id]
    assert sdk.batches.remove_shipments(made.object_id, bad).status is STATES.VALIDATING
    mended = judged(sdk, made)
    assert (mended.status, results(mended)) == (STATES.VALID, (1, 0, 0, 0))
    sdk.batches.add_shipments(made.object_id, [one(), one()])
    assert results(judged(sdk, made)) == (3, 0, 0, 0)


def test_a_service_nobody_quoted_makes_a_shipment_invalid(sdk: shippo.Shippo) -> None:
    wrong = components.BatchShipmentCreateRequest(
        shipment=one().shipment, servicelevel_token="ups_ground"
    )
    right = components.BatchShipmentCreateRequest(
        shipment=one().shipment,
        servicelevel_token="ups_ground",
        carrier_account=account(sdk, "ups"),
    )
    found = judged(sdk, batch(sdk, wrong, right))
    assert [each.status for each in found.batch_shipments.results] == [GOOD.INVALID, GOOD.VALID]
    assert [each.servicelevel_token for each in found.batch_shipments.results] == [
        "ups_ground",
        "ups_ground",
    ]


def test_what_cannot_be_bought_fails_by_itself(sdk: shippo.Shippo, world: World) -> None:
    made = batch(sdk, one(), one(address_from=sender(email="")))
    assert judged(sdk, made).status is STATES.VALID
    sdk.batches.purchase(made.object_id)
    found = judged(sdk, made)
    assert (found.status, results(found)) == (STATES.PURCHASED, (2, 0, 1, 1))
    assert found.batch_shipments.results[1].status is GOOD.TRANSACTION_FAILED
    assert 'Attribute "address_from.email"' in str(found.batch_shipments.results[1].messages)
    assert len(world.ledger()) == 1


def test_what_was_bought_is_closed(sdk: shippo.Shippo) -> None:
    made = judged(sdk, batch(sdk, one()))
    sdk.batches.purchase(made.object_id)
    judged(sdk, made)
    inside = made.batch_shipments.results[0].object_id
    for act, said in (
        (lambda: sdk.batches.purchase(made.object_id), "Batch has already been purchased"),
        (
            lambda: sdk.batches.add_shipments(made.object_id, [one()]),
            "Cannot modify a purchased batch",
        ),
        (
            lambda: sdk.batches.remove_shipments(made.object_id, [inside]),
            "Cannot modify a purchased batch",
        ),
    ):
        with pytest.raises(errors.SDKError) as refused:
            act()
        assert (refused.value.status_code, refused.value.body) == (400, f'{{"detail":"{said}"}}')


def test_a_batch_is_paged_in_the_order_it_was_handed_in(sdk: shippo.Shippo, world: World) -> None:
    made = judged(sdk, batch(sdk, *[one(metadata=str(number)) for number in range(5)]))
    first = sdk.batches.get(made.object_id, page=1, results=2).batch_shipments
    assert [each.metadata for each in first.results] == ["0", "1"]
    assert first.previous is None
    assert f"/batches/{made.object_id}?" in first.next
    last = requests.get(
        f"{world.url}/batches/{made.object_id}?results=2&page=3",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        timeout=5,
    ).json()["batch_shipments"]
    assert ([each["metadata"] for each in last["results"]], last["next"]) == (["4"], None)


@pytest.mark.filterwarnings(NONE_MADE)
def test_a_batch_shows_only_the_results_that_were_asked_for(
    sdk: shippo.Shippo, world: World
) -> None:
    made = judged(sdk, batch(sdk, one(metadata="good"), one(metadata="bad", parcels=[])))
    for wanted, seen in (
        ("creation_succeeded", ["good"]),
        ("creation_failed", ["bad"]),
        ("purchase_succeeded", []),
        ("purchase_failed", []),
    ):
        found = requests.get(
            f"{world.url}/batches/{made.object_id}?object_results={wanted}",
            headers={"Authorization": f"ShippoToken {TOKEN}"},
            timeout=5,
        ).json()["batch_shipments"]["results"]
        assert [each["metadata"] for each in found] == seen


def test_what_is_wrong_with_a_batch_is_told(sdk: shippo.Shippo) -> None:
    for act, status, said in (
        (lambda: batch(sdk), 400, '{"batch_shipments":["This field is required."]}'),
        (lambda: batch(sdk, one(), default_carrier_account="0" * 32), 400, '{"default_carrier_'),
        (lambda: batch(sdk, one(), metadata="x" * 101), 400, '{"metadata":['),
        (lambda: sdk.batches.get("0" * 32), 404, '{"detail":"Not found."}'),
        (lambda: sdk.batches.remove_shipments(batch(sdk, one()).object_id, ["0"]), 400, '{"det'),
    ):
        with pytest.raises(errors.SDKError) as refused:
            act()
        body = refused.value.body
        assert (refused.value.status_code, body[: len(said)]) == (status, said)
