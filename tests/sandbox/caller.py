"""A plain HTTP client of the pretend Shippo, for tests that want to see the wire."""

import time
from typing import Any

import requests

from tests.world import TOKEN

SENDER = {
    "name": "Quayside",
    "street1": "1 Ferry Building",
    "city": "San Francisco",
    "state": "CA",
    "zip": "94111",
    "country": "US",
    "email": "dock@quayside.test",
}
RECIPIENT = {
    "name": "Alice Adams",
    "street1": "350 5th Ave",
    "city": "New York",
    "state": "NY",
    "zip": "10118",
    "country": "US",
}
PARCEL = {
    "length": "10",
    "width": "8",
    "height": "4",
    "distance_unit": "in",
    "weight": "2",
    "mass_unit": "lb",
}
ITEM = {
    "description": "Enamel mug",
    "quantity": 2,
    "net_weight": "1.5",
    "mass_unit": "lb",
    "value_amount": "36.00",
    "value_currency": "USD",
    "origin_country": "US",
    "tariff_number": "732394",
}
DECLARATION = {
    "certify": True,
    "certify_signer": "Quay Side",
    "contents_type": "MERCHANDISE",
    "non_delivery_option": "RETURN",
    "eel_pfc": "NOEEI_30_36",
    "incoterm": "DDU",
    "items": [ITEM],
}


class Caller:
    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url = url
        self._headers = {"Authorization": f"ShippoToken {token}"}

    def call(self, method: str, path: str, timeout: float = 10, **more: Any) -> requests.Response:
        return requests.request(
            method,
            self.url + path,
            headers=self._headers,
            timeout=timeout,
            allow_redirects=False,
            **more,
        )

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def post(self, path: str, timeout: float = 10, **body: Any) -> Any:
        answer = self.call("POST", path, timeout, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def rate(self, service: str = "usps_priority", **changed: Any) -> str:
        """The id of a rate that can be bought."""
        wanted = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL], **changed}
        rates = self.post("/shipments", **wanted)["rates"]
        return str(
            next(each["object_id"] for each in rates if each["servicelevel"]["token"] == service)
        )

    def label(self, service: str = "usps_priority", **more: Any) -> dict[str, Any]:
        """A label, bought at once unless asked otherwise."""
        bought = {"rate": self.rate(service), "async": False, **more}
        return dict(self.post("/transactions", **bought))

    def settled(self, object_id: str) -> dict[str, Any]:
        for _ in range(200):
            found = self.get(f"/transactions/{object_id}")
            if found["status"] != "QUEUED":
                return dict(found)
            time.sleep(0.02)
        raise AssertionError("still queued")

    def listen(self, url: str, event: str = "all") -> str:
        return str(self.post("/webhooks", event=event, url=url)["object_id"])
