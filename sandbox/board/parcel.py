"""One parcel whole: scans, what is planned, webhooks, calls, letters and texts."""

from flask import Response, abort, render_template

from sandbox.board import deliveries, journeys, ledger, parcels, requests, words
from sandbox.board.parcels import TROUBLES
from sandbox.papers import press
from sandbox.papers.label import gathered
from sandbox.papers.links import invoice_url
from sandbox.store import Doc
from sandbox.twilio import texts
from sandbox.world import World, here

MOST = 25
LATEST = 200  # letters and texts that are looked through


def parcel(number: str) -> str | tuple[str, int]:
    world = here()
    track = _track(world, number)
    if track is None:
        return render_template("nobodys.html", number=number), 404
    label = world.store.get("transaction", track["transaction"] or "")
    shown = parcels.shown(world, track)
    return render_template(
        "parcel.html",
        parcel=shown,
        track=track,
        facts=_facts(track, label),
        history=[_event(event) for event in reversed(track["tracking_history"])],
        invoice=invoice_url(world, label["object_id"]) if label and label.get("_abroad") else "",
        deliveries=deliveries.of_parcel(number, MOST),
        calls=requests.to_paths(_paths(track, label), MOST),
        mentions=_mentions(world, number),
        latest=LATEST,
        troubles=TROUBLES,
        plays=journeys.of_parcels(),
    )


def label_picture(number: str) -> Response:
    """The label to look at, whatever file was asked for."""
    world = here()
    track = _track(world, number) or {"transaction": None}
    label = world.store.get("transaction", track["transaction"] or "")
    drawn = press.printed(gathered(world, label or abort(404)), "PNG")
    return Response(drawn, mimetype="image/png", headers={"Cache-Control": "max-age=600"})


def _track(world: World, number: str) -> Doc | None:
    found = world.store.find("track", number=number, span=(1, 0))
    return found[0] if found else None


def _facts(track: Doc, label: Doc | None) -> list[tuple[str, str]]:
    promise = words.day(track["original_eta"]) if track["original_eta"] else ""
    expected = words.day(track["eta"]) if track["eta"] else ""
    told = [
        ("From", words.place(track["address_from"])),
        ("To", words.place(track["address_to"])),
        ("Expected", expected),
        ("First promised", promise if promise != expected else ""),
        ("Mode", "Test" if track["test"] else "Live"),
        ("Reference", track["metadata"] or ""),
    ]
    if label:
        told += [
            ("Bought", words.moment(label["object_created"])),
            ("Price", ledger.price(label)),
            ("Label", ledger.mark(label)["words"]),
            ("Label’s reference", label["metadata"] or ""),
            ("Order", label["order"] or ""),
            ("Transaction", label["object_id"]),
            ("Rate", label["rate"]),
        ]
    else:
        told.append(("Label", "Not sold here, only registered"))
    return [(term, value) for term, value in told if value]


def _event(event: Doc) -> Doc:
    """A scan with both its times: when it happened, and when it was heard of."""
    happened, heard = event["status_date"], event["object_created"]
    tone = words.mark(event)["tone"]
    return {
        "words": words.headline(event),
        "status": event["status"],
        "code": (event["substatus"] or {}).get("code", ""),
        "details": event["status_details"],
        "place": words.place(event["location"]),
        "happened": happened,
        "heard": heard if words.moment(heard) != words.moment(happened) else "",
        "tone": {"good": "on", "info": "on"}.get(tone, tone),
    }


def _paths(track: Doc, label: Doc | None) -> list[str]:
    """The addresses that are about this parcel and no other."""
    paths = [f"/tracks/{track['carrier']}/{track['tracking_number']}"]
    if label:
        paths += [f"/transactions/{label['object_id']}", f"/rates/{label['rate']}"]
        paths.append(f"/shipments/{label.get('_shipment', '')}")
    return paths


def _mentions(world: World, number: str) -> list[Doc]:
    """Letters and texts that name the number, however it is grouped; newest first."""
    letters = [
        {"kind": "mail", "at": mail["object_created"], "to": ", ".join(mail["to"]), **_letter(mail)}
        for mail in world.store.find("mail", span=(LATEST, 0))
        if number in "".join(mail["text"].split()) or number in "".join(mail["html"].split())
    ]
    told = [
        {
            "kind": "phone",
            "at": text["object_created"],
            "to": texts.phone_of(text),
            "words": text["body"],
            "id": texts.phone_of(text),
        }
        for text in world.store.find("text", span=(LATEST, 0))
        if number in "".join(text["body"].split())
    ]
    return sorted([*letters, *told], key=lambda each: str(each["at"]), reverse=True)


def _letter(mail: Doc) -> Doc:
    return {"words": mail["subject"] or "(no subject)", "id": mail["object_id"]}
