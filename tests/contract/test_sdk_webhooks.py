"""Shippo's official SDK registers webhooks here, and its words are what they bring."""

import hmac
import json
from hashlib import sha256

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.listener import Listener
from tests.contract.sdk import buy, rate
from tests.world import HMAC_SECRET, World


def test_webhooks_are_made_read_changed_listed_and_deleted(sdk: shippo.Shippo) -> None:
    made = sdk.webhooks.create_webhook(
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRACK_UPDATED,
            url="http://127.0.0.1:1/x",
            is_test=True,
        )
    )
    changed = sdk.webhooks.update_webhook(
        made.object_id,
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRANSACTION_CREATED, url="http://127.0.0.1:1/y"
        ),
    )
    assert (changed.event, changed.url, changed.active) == (
        "transaction_created",
        "http://127.0.0.1:1/y",
        True,
    )
    assert changed.object_updated == made.object_updated
    assert sdk.webhooks.get_webhook(made.object_id) == changed
    assert made.object_id in [each.object_id for each in sdk.webhooks.list_webhooks().results]
    sdk.webhooks.delete_webhook(made.object_id)
    with pytest.raises(errors.SDKError) as refused:
        sdk.webhooks.get_webhook(made.object_id)
    assert (refused.value.status_code, refused.value.body) == (404, '{"detail":"Not found."}')


def test_a_registration_is_active_and_its_address_has_an_end(sdk: shippo.Shippo) -> None:
    made = sdk.webhooks.create_webhook(
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRACK_UPDATED, url="http://127.0.0.1:1/"
        )
    )
    assert (made.active, made.is_test) == (True, True)
    with pytest.raises(errors.SDKError, match="fewer than 200 characters"):
        sdk.webhooks.update_webhook(
            made.object_id,
            components.WebhookUpdateRequest(
                event=components.WebhookEventTypeEnum.TRACK_UPDATED,
                url="http://127.0.0.1:1/".ljust(200, "x"),
            ),
        )


def test_what_is_told_reads_as_the_sdks_own_payloads(
    sdk: shippo.Shippo, world: World, listener: Listener
) -> None:
    kinds = {
        "transaction_created": components.WebhookPayloadTransaction,
        "track_updated": components.WebhookPayloadTrack,
    }
    for event in kinds:
        sdk.webhooks.create_webhook(
            components.WebhookUpdateRequest(
                event=components.WebhookEventTypeEnum(event), url=listener.url
            )
        )
    label = buy(sdk, rate(sdk))
    world.scan(label.tracking_number, "TRANSIT", "package_accepted")
    for heard in listener.wait(2):
        told = kinds[json.loads(heard.body)["event"]].from_dict(json.loads(heard.body))
        assert told.test is True
        assert told.data.tracking_number == label.tracking_number


def signed(secret: str, moment: str, body: bytes) -> str:
    """As Shippo documents it."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()


def test_what_is_told_is_signed_as_shippos_documentation_says(
    sdk: shippo.Shippo, listener: Listener
) -> None:
    body = b'{"event":"track_updated","test":true,"data":{"carrier":"ups"}}'
    known = "2240743a8e47ad651e0b886a225dc0fe05275b40569cacaa511f8b2cd0bb5ef2"
    assert signed("whsec_shippo_example", "1788451200", body) == known
    sdk.webhooks.create_webhook(
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRANSACTION_CREATED, url=listener.url
        )
    )
    buy(sdk, rate(sdk))
    (heard,) = listener.wait(1)
    moment, signature = heard.headers["Shippo-Auth-Signature"].split(",")
    assert moment.startswith("t=")
    assert signature == "v1=" + signed(HMAC_SECRET, moment.removeprefix("t="), heard.body)
