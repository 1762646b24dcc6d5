"""Shippo's official SDK buys labels here, in every way it can, and finds them again."""

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import (
    account,
    buy,
    listed,
    parcel,
    quote,
    rate,
    recipient,
    sender,
    settled,
)
from tests.contract.test_sdk_customs import declaration
from tests.sandbox.readers import pictures, scanned
from tests.world import TOKEN, World

# The SDK warns that an account without parameters is no dataclass of its own.
BARE = r"ignore:Failed to decode \{\} Union dataclasses:UserWarning"


def test_a_label_bought_at_once_has_a_number_and_a_file(sdk: shippo.Shippo, world: World) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, metadata="o=Q-10234;a=1")
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.metadata == "o=Q-10234;a=1"
    assert transaction.tracking_status is components.TrackingStatusEnum.UNKNOWN
    assert transaction.tracking_number in transaction.tracking_url_provider
    label = requests.get(transaction.label_url, timeout=5)
    assert label.content.startswith(b"%PDF")
    assert [sold["tracking_number"] for sold in world.ledger()] == [transaction.tracking_number]


def test_a_label_bought_later_is_queued_and_then_there(sdk: shippo.Shippo) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, later=True)
    assert transaction.status is components.TransactionStatusEnum.QUEUED
    assert transaction.tracking_number is None
    assert transaction.label_url is None
    assert settled(sdk, transaction.object_id).status is components.TransactionStatusEnum.SUCCESS


@pytest.mark.filterwarnings(BARE)
def test_a_label_bought_in_one_call_carries_its_rate(sdk: shippo.Shippo) -> None:
    accounts = sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(results=25)).results
    usps = next(account.object_id for account in accounts if account.carrier == "usps")
    shipment = components.ShipmentCreateRequest(
        address_from=sender(), address_to=recipient(), parcels=[parcel()]
    )
    transaction = sdk.transactions.create(
        components.InstantTransactionCreateRequest(
            shipment=shipment, carrier_account=usps, servicelevel_token="usps_priority"
        )
    )
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.rate.servicelevel_token == "usps_priority"
    assert transaction.rate.carrier_account == usps


def test_a_refusal_comes_inside_a_success(sdk: shippo.Shippo) -> None:
    nameless = quote(sdk, address_to=recipient().__class__(country="US", zip="10118", state="NY"))
    transaction = buy(sdk, nameless.rates[0].object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR
    assert 'Attribute "address_to.name" must not be empty.' in [
        m.text for m in transaction.messages
    ]


def test_dpd_uk_quotes_and_does_not_sell(sdk: shippo.Shippo) -> None:
    london = {"city": "London", "state": "", "zip": "SE1 9PZ", "country": "GB"}
    shipment = quote(sdk, address_from=sender(**london), address_to=sender(**london))
    dpd = next(rate for rate in shipment.rates if rate.provider == "DPD UK")
    assert dpd.currency == "GBP"
    transaction = settled(sdk, buy(sdk, dpd.object_id, later=True).object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR


def test_it_sells_twice_when_asked_twice(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = {buy(sdk, rate).object_id for _ in range(2)}
    found = sdk.transactions.list(listed(rate=rate, results=100)).results
    assert (
        {each.object_id for each in found}
        == bought
        == {sold["object_id"] for sold in world.ledger()}
    )


def test_lists_are_filtered_by_what_became_of_a_label(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    resting, moving = buy(sdk, rate), buy(sdk, rate)
    world.scan(moving.tracking_number, "TRANSIT", "package_accepted")
    in_transit = listed(tracking_status=components.TrackingStatusEnum.TRANSIT)
    assert [each.object_id for each in sdk.transactions.list(in_transit).results] == [
        moving.object_id
    ]
    unknown = listed(tracking_status=components.TrackingStatusEnum.UNKNOWN)
    assert [each.object_id for each in sdk.transactions.list(unknown).results] == [
        resting.object_id
    ]
    wrong = listed(object_status=components.TransactionStatusEnum.ERROR)
    assert sdk.transactions.list(wrong).results == []


def test_lists_are_paged_newest_first_with_whole_addresses(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = [buy(sdk, rate).object_id for _ in range(5)]
    seen, number, found = [], 1, None
    while found is None or found.next:
        found = sdk.transactions.list(listed(rate=rate, page=number, results=2))
        seen += [each.object_id for each in found.results]
        number += 1
    assert seen == bought[::-1]
    middle = sdk.transactions.list(listed(rate=rate, page=2, results=2))
    assert "page=3" in middle.next
    assert "page=1" in middle.previous
    following = requests.get(
        middle.next, headers={"Authorization": f"ShippoToken {TOKEN}"}, timeout=5
    )
    assert [each["object_id"] for each in following.json()["results"]] == [bought[0]]


def test_a_shipment_of_two_parcels_is_two_labels_of_one_rate(sdk: shippo.Shippo) -> None:
    ground = rate(sdk, "ups_ground", parcels=[parcel(), parcel()])
    answered = buy(sdk, ground, metadata="both")
    found = sdk.transactions.list(listed(rate=ground)).results
    assert answered.object_id in [each.object_id for each in found]
    assert {each.rate for each in found} == {ground}
    for name in ("object_id", "parcel", "tracking_number", "label_url"):
        assert len({getattr(each, name) for each in found}) == 2
    assert {(each.status.value, each.metadata) for each in found} == {("SUCCESS", "both")}


def test_a_rate_lives_for_seven_days(sdk: shippo.Shippo, world: World) -> None:
    old = rate(sdk)
    world.advance(7 * 24 - 1)
    assert buy(sdk, old).status is components.TransactionStatusEnum.SUCCESS
    world.advance(2)
    with pytest.raises(errors.SDKError, match="Rate with supplied object_id"):
        buy(sdk, old)


@pytest.mark.filterwarnings(BARE)
def test_one_call_is_answered_at_once_and_a_purchase_by_rate_later(sdk: shippo.Shippo) -> None:
    """What the SDK sends when nobody says `async` differs between the two."""
    by_rate = sdk.transactions.create(components.TransactionCreateRequest(rate=rate(sdk)))
    assert by_rate.status is components.TransactionStatusEnum.QUEUED
    one_call = sdk.transactions.create(_instalabel(sdk))
    assert one_call.status is components.TransactionStatusEnum.SUCCESS
    assert isinstance(one_call.rate, components.CoreRate)
    assert sdk.transactions.get(one_call.object_id).rate == one_call.rate.object_id


@pytest.mark.filterwarnings(BARE)
def test_what_one_call_lacks_is_told_where_it_lacks(sdk: shippo.Shippo) -> None:
    nowhere = components.AddressCreateRequest(country="")
    for asked, said in (
        (_instalabel(sdk, servicelevel_token="usps_media_mail"), '{"servicelevel_token":['),
        (_instalabel(sdk, carrier_account="0" * 32), '{"carrier_account":['),
        (
            _instalabel(sdk, address_to=nowhere),
            '{"shipment":[{"address_to":[{"country":["This field is required."]}]}]}',
        ),
    ):
        with pytest.raises(errors.SDKError) as refused:
            sdk.transactions.create(asked)
        assert refused.value.status_code == 400
        assert refused.value.body.startswith(said)


@pytest.mark.filterwarnings(BARE)
def test_the_kind_of_file_is_kept_and_not_told(sdk: shippo.Shippo) -> None:
    for kind, ending in (("PNG", ".png?"), ("ZPLII", ".zpl?"), ("PDF_A4", ".pdf?")):
        wanted = components.TransactionCreateRequest(
            rate=rate(sdk), async_=False, label_file_type=components.LabelFileTypeEnum(kind)
        )
        label = sdk.transactions.create(wanted)
        assert label.label_file_type is None
        assert ending in label.label_url


def test_a_code_for_the_counter_comes_only_when_it_was_asked_for(sdk: shippo.Shippo) -> None:
    assert buy(sdk, rate(sdk)).qr_code_url is None
    asked = {"extra": components.ShipmentExtra(qr_code_requested=True)}
    assert buy(sdk, rate(sdk, "ups_ground", **asked)).qr_code_url is None
    label = buy(sdk, rate(sdk, **asked))
    code = requests.get(label.qr_code_url, timeout=5)
    assert code.headers["Content-Type"] == "image/png"
    assert scanned(pictures(code.content)[0], "QR Code") == [label.tracking_number]


def test_a_label_across_a_border_brings_an_invoice(sdk: shippo.Shippo) -> None:
    assert buy(sdk, rate(sdk)).commercial_invoice_url is None
    toronto = recipient(
        city="Toronto", state="ON", zip="M5V 2T6", country="CA", phone="+14165550123"
    )
    declared = sdk.customs_declarations.create(declaration())
    label = buy(
        sdk,
        rate(
            sdk,
            "usps_priority_mail_international",
            address_from=sender(phone="+14155550123"),
            address_to=toronto,
            customs_declaration=declared.object_id,
        ),
    )
    assert label.status is components.TransactionStatusEnum.SUCCESS, label.messages
    invoice = requests.get(label.commercial_invoice_url, timeout=5)
    assert invoice.content.startswith(b"%PDF")


def test_an_order_nobody_placed_buys_nothing(sdk: shippo.Shippo, world: World) -> None:
    answer = requests.post(
        f"{world.url}/transactions",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        json={"rate": rate(sdk), "order": "0" * 32},
        timeout=5,
    )
    assert (answer.status_code, list(answer.json())) == (400, ["order"])
    assert world.ledger() == []


def _instalabel(
    sdk: shippo.Shippo, **changed: object
) -> components.InstantTransactionCreateRequest:
    shipment = components.ShipmentCreateRequest(
        address_from=sender(),
        address_to=changed.pop("address_to", recipient()),
        parcels=[parcel()],
    )
    given = {"carrier_account": account(sdk), "servicelevel_token": "usps_priority", **changed}
    return components.InstantTransactionCreateRequest(shipment=shipment, **given)
