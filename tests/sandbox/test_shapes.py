"""The five bodies of a no, all of which a client must be able to read."""

from tests.sandbox.caller import PARCEL, RECIPIENT, Caller
from tests.world import World


def test_a_detail(shippo: Caller) -> None:
    answer = shippo.call("GET", "/transactions/0")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_a_map_of_fields_nested_where_they_are(shippo: Caller) -> None:
    body = {"address_from": {"city": "Boise"}, "address_to": RECIPIENT, "parcels": [PARCEL]}
    answer = shippo.call("POST", "/shipments", json=body)
    nested = {"address_from": [{"country": ["This field is required."]}]}
    assert (answer.status_code, answer.json()) == (400, nested)
    unknown = shippo.call("POST", "/shipments", json={**body, "address_from": "0" * 32})
    assert list(unknown.json()["address_from"][0]) == ["__all__"]


def test_a_bare_string(shippo: Caller, world: World) -> None:
    answer = shippo.call("POST", "/shippo-accounts", json={"email": "a@quayside.test"})
    assert (answer.status_code, answer.json()) == (403, "Unauthorized to create accounts")
    live = Caller(world.url, "shippo_live_0123456789")
    for caller, method in ((shippo, "GET"), (live, "GET"), (live, "POST")):
        assert caller.call(method, "/shippo-accounts").status_code == 404
    assert shippo.call("GET", "/shippo-accounts/0").status_code == 404


def test_a_message_with_details(shippo: Caller) -> None:
    answer = shippo.call("POST", "/live-rates", json={"address_to": RECIPIENT})
    assert (answer.status_code, sorted(answer.json())) == (400, ["details", "message"])
    assert answer.json()["details"] == "line_items, address_from"
    wanted = {"address_to": RECIPIENT, "address_from": RECIPIENT, "line_items": [{"quantity": 1}]}
    answer = shippo.call("POST", "/live-rates", json=wanted)
    assert (answer.status_code, answer.json()) == (200, {"next": "", "previous": "", "results": []})


def test_what_is_no_json_at_all(shippo: Caller, world: World) -> None:
    world.fault("GET", "/transactions", "status", code=429)
    answer = shippo.call("GET", "/transactions")
    assert answer.status_code == 429
    assert answer.text[:1] not in "{["


def test_a_method_nobody_serves_is_not_allowed(shippo: Caller) -> None:
    for method, path in (
        ("DELETE", "/transactions/0"),
        ("GET", "/batches"),
        ("GET", "/pickups"),
        ("GET", "/tracks"),
        ("PUT", "/orders/0"),
    ):
        answer = shippo.call(method, path)
        said = {"detail": f'Method "{method}" not allowed.'}
        assert (answer.status_code, answer.json()) == (405, said)
