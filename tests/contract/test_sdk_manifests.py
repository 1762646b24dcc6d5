"""Shippo's official SDK has manifests made here."""

import pytest
import requests
import shippo
from shippo.models import components, errors

from tests.contract.sdk import account, buy, rate, sender, until
from tests.world import World


def manifest(sdk: shippo.Shippo, world: World, **more: object) -> components.Manifest:
    given = {
        "carrier_account": account(sdk),
        "shipment_date": world.clock()["now"],
        "address_from": sender(),
        "async_": False,
        **more,
    }
    return sdk.manifests.create(components.ManifestCreateRequest(**given))


def test_all_labels_that_wait_are_on_one_form(sdk: shippo.Shippo, world: World) -> None:
    labels = {buy(sdk, rate(sdk)).object_id for _ in range(3)}
    buy(sdk, rate(sdk, "ups_ground"))
    made = manifest(sdk, world)
    assert (made.status, made.errors) == (components.ManifestStatus.SUCCESS, [])
    assert set(made.transactions) == labels
    (form,) = made.documents
    assert requests.get(form, timeout=5).content.startswith(b"%PDF")
    assert sdk.manifests.get(made.object_id) == made


def test_a_manifest_made_later_is_queued_first(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, rate(sdk)).object_id
    made = manifest(sdk, world, async_=True, transactions=[label])
    assert (made.status, made.documents) == (components.ManifestStatus.QUEUED, [])
    done = until(lambda: sdk.manifests.get(made.object_id), lambda each: each.documents)
    assert (done.status, done.transactions) == (components.ManifestStatus.SUCCESS, [label])


def test_a_label_is_on_one_form_only(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, rate(sdk)).object_id
    manifest(sdk, world, transactions=[label])
    assert manifest(sdk, world, transactions=[label]).errors == ["manifest_invalid_transactions"]
    assert manifest(sdk, world).errors == ["manifest_no_transactions"]


def test_what_is_wrong_is_told_in_the_carriers_codes(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, rate(sdk)).object_id
    for wrong, codes in (
        ({"transactions": ["0" * 32]}, ["manifest_invalid_transactions"]),
        ({"address_from": sender(zip="")}, ["address_from_missing_zip"]),
        ({"address_from": sender(zip="9411")}, ["address_from_invalid_zip1"]),
        ({"address_from": sender(name="", city="")}, ["name", "city"]),
        ({"shipment_date": "2020-01-01T00:00:00Z"}, ["shipment_date_invalid"]),
        ({"shipment_date": "some day"}, ["shipment_date_invalid"]),
        ({"carrier_account": account(sdk, "fedex")}, ["carrier_account_access_denied"]),
        ({"carrier_account": account(sdk, "ups")}, ["manifest_invalid_transactions"]),
        (
            {"carrier_account": account(sdk, "canada_post")},
            ["carrier_account_invalid_credentials"],
        ),
    ):
        made = manifest(sdk, world, **{"transactions": [label], **wrong})
        assert made.status is components.ManifestStatus.ERROR
        assert made.documents == []
        assert [
            each if each in made.errors else f"address_from_missing_{each}" for each in codes
        ] == made.errors


def test_manifests_are_listed_five_to_a_page(sdk: shippo.Shippo, world: World) -> None:
    made = []
    for _ in range(6):
        made.append(manifest(sdk, world, transactions=[buy(sdk, rate(sdk)).object_id]).object_id)
    first = sdk.manifests.list()
    assert [each.object_id for each in first.results] == made[:0:-1]
    assert "page=2" in first.next
    assert [each.object_id for each in sdk.manifests.list(page=2).results] == made[:1]
    assert len(sdk.manifests.list(results=100).results) == 6


def test_what_is_missing_is_refused(sdk: shippo.Shippo, world: World) -> None:
    for wrong, said in (
        ({"shipment_date": ""}, '{"shipment_date":["This field is required."]}'),
        ({"carrier_account": "0" * 32}, '{"carrier_account":["Carrier account'),
        ({"address_from": "0" * 32}, '{"address_from":[{"'),
    ):
        with pytest.raises(errors.SDKError) as refused:
            manifest(sdk, world, **wrong)
        assert (refused.value.status_code, refused.value.body[: len(said)]) == (400, said)
    with pytest.raises(errors.SDKError, match="Not found"):
        sdk.manifests.get("0" * 32)
