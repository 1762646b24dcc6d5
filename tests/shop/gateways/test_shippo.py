"""What we ask of Shippo, against the sandbox."""

from __future__ import annotations

from shop import packing, rates
from shop.outside import gateways
from shop.values import TrackingStatus
from tests.make import HOME


def test_the_gateway_quotes_and_tracks_against_the_sandbox(app, world):
    told = gateways.shippo.rates(rates.SENDER, HOME, packing.pack([]))
    assert {rate.carrier for rate in told.rates} >= {"usps", "ups"}
    assert told.rates == sorted(told.rates, key=lambda rate: rate.price.minor)
    track = gateways.shippo.track("shippo", "SHIPPO_DELIVERED")
    assert track.status is not None
    assert track.status.status is TrackingStatus.DELIVERED
    assert len(track.history) == 4
