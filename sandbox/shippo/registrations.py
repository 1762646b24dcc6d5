"""Webhook registrations: made, listed, replaced and deleted; no secret in them and no handshake."""

from urllib.parse import urlsplit

from flask import Response, jsonify

from sandbox.refusals import REQUIRED, Refused, not_a_choice
from sandbox.shippo.events import ALL, TYPES
from sandbox.shippo.fields import EMPTY, complaints, truth
from sandbox.shippo.pages import envelope
from sandbox.store import Doc
from sandbox.world import asked, here, mode

LONGEST_URL = 200


def create() -> tuple[Response, int]:
    world = here()
    born = world.born(mode())
    registration = {**_read(asked(), born["test"]), **born}
    world.store.put("webhook", registration)
    return jsonify(_shown(registration)), 201


def index() -> Response:
    found = [_shown(each) for each in here().store.find("webhook", test=mode())]
    return jsonify({"count": len(found), **envelope(found)})


def show(object_id: str) -> Response:
    return jsonify(_shown(here().own("webhook", object_id, mode())))


def replace(object_id: str) -> Response:
    """The whole object is replaced, and `object_updated` does not tell."""
    world = here()
    was = world.own("webhook", object_id, mode())
    registration = {**was, **_read(asked(), was["test"])}
    world.store.put("webhook", registration)
    return jsonify(_shown(registration))


def delete(object_id: str) -> tuple[str, int]:
    world = here()
    world.own("webhook", object_id, mode())
    world.store.drop("webhook", object_id)
    return "", 204


def _read(given: Doc, test: bool) -> Doc:
    event, url = str(given.get("event") or ""), str(given.get("url") or "")
    problems = {"event": _wrong_event(event), "url": _wrong_url(url)}
    problems |= complaints(given, {}, {"active": truth, "is_test": truth})
    if any(problems.values()):
        raise Refused(400, {name: said for name, said in problems.items() if said})
    active, is_test = given.get("active"), given.get("is_test")
    return {
        "event": ALL if event == "all" else event,
        "url": url,
        "active": True if active in EMPTY else active,
        "is_test": test if is_test in EMPTY else is_test,
    }


def _wrong_event(event: str) -> list[str]:
    if not event:
        return REQUIRED
    return [] if event in TYPES | {"all", ALL} else [not_a_choice(event)]


def _wrong_url(url: str) -> list[str]:
    if not url:
        return REQUIRED
    if len(url) >= LONGEST_URL:
        return [f"Ensure this field has fewer than {LONGEST_URL} characters."]
    return [] if _whole(url) else ["Enter a valid URL."]


def _whole(url: str) -> bool:
    """Shippo takes any; that none of them is called off this machine is the post's affair."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.port != 0
    except ValueError:
        return False


def _shown(registration: Doc) -> Doc:
    """No `test`, no metadata, no secret: `is_test` is all it says of its mode."""
    names = (
        "object_id",
        "object_owner",
        "object_created",
        "object_updated",
        "event",
        "url",
        "active",
        "is_test",
    )
    return {name: registration[name] for name in names}
