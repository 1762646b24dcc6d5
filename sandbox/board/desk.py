"""The board: parcels, mailbox, phone, deliveries and ledger as pages for a person."""

from typing import Any

from flask import render_template, request

from sandbox.board import phone, words
from sandbox.carriers.services import CARRIERS
from sandbox.controls.records import sold
from sandbox.papers.links import label_url
from sandbox.shippo.scans import TROUBLE, next_code
from sandbox.store import Doc
from sandbox.world import World, here

SIZE = 25
MOST = 200
TROUBLES = tuple((code, words.short(code)) for code in TROUBLE)


def frame() -> Doc:
    """What every page of the board shows: the tabs and the clock."""
    world = here()
    tabs = (
        ("board.index", "Parcels", 0),
        ("board.mailbox", "Mailbox", world.store.count("mail")),
        ("board.phone", "Phone", phone.unread(world)),
        ("board.deliveries", "Deliveries", 0),
        ("board.ledger", "Ledger", 0),
    )
    return {"tabs": tabs, "now": world.clock.now(), "ahead": words.ahead(world.clock.offset)}


def index() -> str:
    world, page = here(), max(1, request.args.get("page", 1, int))
    found = world.store.find("track", span=(SIZE + 1, (page - 1) * SIZE))
    return render_template(
        "parcels.html",
        parcels=[_parcel(world, track) for track in found[:SIZE]],
        stats=_stats(world),
        troubles=TROUBLES,
        page=page,
        newer=page - 1,
        older=page + 1 if len(found) > SIZE else 0,
    )


def deliveries() -> str:
    lines = [_attempt(line) for line in here().post.log(most=MOST)[::-1]]
    return render_template("deliveries.html", lines=lines, most=MOST)


def ledger() -> str:
    return render_template("ledger.html", lines=sold(here(), MOST)[::-1], most=MOST)


def _stats(world: World) -> list[tuple[str, int, str]]:
    store = world.store
    return [
        ("Parcels", store.count("track"), "sold or registered"),
        ("Letters", store.count("mail"), "in the mailbox"),
        ("Texts", store.count("text"), "on the phones"),
        ("Webhooks lost", store.count("delivery", status="failed"), "after their last attempt"),
    ]


def _parcel(world: World, track: Doc) -> Doc:
    carrier, number, last = track["carrier"], track["tracking_number"], track["tracking_status"]
    label = world.store.get("transaction", track["transaction"] or "")
    return {
        "number": number,
        "carrier_name": CARRIERS[carrier].name if carrier in CARRIERS else carrier,
        "carrier_page": f"/carriers/{carrier}/{number}",
        "service": track["servicelevel"]["name"],
        "to": words.place(track["address_to"]),
        "label": label_url(world, track["transaction"]) if label else "",
        "metadata": (label or {}).get("metadata") or track["metadata"],
        "mark": words.mark(last),
        "last": last,
        "place": words.place(last["location"]) if last else "",
        "created": track["object_created"],
        "next": words.short(code) if (code := next_code(track)) else "",
    }


def _attempt(line: Doc) -> Doc:
    data: Any = line["body"]["data"]
    named = data if isinstance(data, dict) else {"object_id": data}
    good = 200 <= line["status"] < 300
    told = str(line["status"] or line["error"].partition(":")[0])
    mark = {"icon": "check" if good else "cross", "tone": "good" if good else "bad", "words": told}
    return {**line, "about": named.get("tracking_number") or named["object_id"], "mark": mark}
