"""Journeys: what can become of a parcel or of the world, and buttons that play it."""

from flask import Response, render_template, request

from sandbox import weather
from sandbox.board import words
from sandbox.carriers.services import CARRIERS
from sandbox.carriers.statuses import STATUS_OF
from sandbox.controls.journeys import play
from sandbox.journeys import JOURNEYS, under_way
from sandbox.journeys.table import AGAIN, CUSTOMS, Journey, Row
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import World, asked, here

NEWEST = 25
OUTSIDE = {AGAIN: "The same scan again", CUSTOMS: "Customs, when it crosses a border"}
TONES = {"DELIVERED": "good", "RETURNED": "bad", "FAILURE": "bad"}
MISCHIEF = {
    "withheld": "Webhooks are kept back",
    "forged": "Webhooks carry a wrong signature",
    "wrong_mode": "Webhooks claim the other mode",
}
NAMES = {
    "address_issue_fixed": "Address issue, fixed",
    "refused_returned": "Refused, returned",
    "delivered_not_received": "Delivered, not received",
    "delivered_then_returned": "Delivered, then returned",
}
# What a journey of the world is called, and what one sees of it.
WEATHERS = {
    weather.CALM: ("Calm", "Every carrier answers, prices stand, and webhooks go out."),
    "carrier_down": (
        "A carrier is down",
        "It quotes nothing and says it timed out; buying its older rates ends in an ERROR.",
    ),
    "half_refuse": ("Half the carriers refuse", "Every second one answers Too Many Requests."),
    "rate_gone": (
        "Rates gone at purchase",
        "What was quoted until now cannot be bought; quoted again it costs the same.",
    ),
    "price_up_4": ("Prices up 4 %", "Old quotes cannot be bought, and new ones are dearer."),
    "price_up_40": ("Prices up 40 %", "Old quotes cannot be bought, and new ones much dearer."),
    "service_gone": (
        "A service is withdrawn",
        "Old quotes cannot be bought, and one service is not offered again.",
    ),
    "storm_429": ("A storm of 429", "Every call to Shippo is refused for so many real seconds."),
    "no_webhooks": ("No webhooks at all", "None is sent; Deliveries keeps them as withheld."),
}


def index() -> str:
    world = here()
    newest = world.store.find("track", span=(NEWEST, 0))
    return render_template(
        "journeys.html",
        number=request.args.get("number", ""),
        numbers=[track["tracking_number"] for track in newest],
        journeys=[_card(each) for each in JOURNEYS.values()],
        weathers=[
            {"name": name, "words": _seen(name)[0], "does": _seen(name)[1]}
            for name in weather.JOURNEYS
            if name != weather.CALM
        ],
        carriers=[(token, each.name) for token, each in CARRIERS.items()],
        on=on_now(world),
    )


def play_for() -> Response:
    """The same as playing it at the parcel's own address."""
    number = "".join(str(asked().get("number", "")).split()).upper()
    if not number:
        raise Refused(400, {"error": "say which parcel: its tracking number"})
    return play(number)


def on_now(world: World) -> Doc:
    """The journey of the world that is on."""
    on = world.weather.shown()
    told, does = _seen(on["name"])
    carrier = CARRIERS[on["carrier"]].name if "carrier" in on else ""
    return {
        **on,
        "words": told,
        "does": does,
        "calm": on["name"] == weather.CALM,
        "whom": carrier or on.get("service") or "",
    }


def named(name: str) -> str:
    return NAMES.get(name) or name.replace("_", " ").capitalize()


def _seen(name: str) -> tuple[str, str]:
    return WEATHERS.get(name) or (named(name), weather.JOURNEYS[name])


def of_parcels() -> list[Doc]:
    return [
        {"name": each.name, "words": named(each.name), "does": each.does}
        for each in JOURNEYS.values()
    ]


def on_parcel(world: World, track: Doc) -> Doc | None:
    """The journey of this parcel, what comes next of it, and all that is still to come."""
    journey = under_way(world, track)
    if journey is None:
        return None
    to_come = [_planned(step) for step in journey["steps"] if not step["done"]]
    return {
        "name": named(journey["name"]),
        "mischief": MISCHIEF.get(JOURNEYS[journey["name"]].mischief or ""),
        "seed": journey["seed"],
        "speed": journey["speed"],
        "began": journey["began"],
        "next": to_come[0] if to_come else None,
        "to_come": to_come,
    }


def _planned(step: Doc) -> Doc:
    code = step["substatus"]
    return {
        "at": step["at"],
        "words": _step_words(code),
        "details": step["details"],
        "place": words.place(step["location"]),
    }


def _card(journey: Journey) -> Doc:
    return {
        "name": journey.name,
        "words": named(journey.name),
        "does": journey.does,
        "mischief": MISCHIEF.get(journey.mischief or ""),
        "steps": [_step(row) for row in journey.rows],
        "length": words.length(journey.rows[-1].hour),
    }


def _step(row: Row) -> Doc:
    status = STATUS_OF.get(row.code, "")
    return {
        "at": words.length(row.hour),
        "words": _step_words(row.code),
        "tone": "maybe" if row.code == CUSTOMS else TONES.get(status) or _calm_tone(row.code),
        "told": _told(row),
    }


def _step_words(code: str) -> str:
    return OUTSIDE.get(code) or (words.short(code) if code in STATUS_OF else "What was not told")


def _calm_tone(code: str) -> str:
    halts = code in words.HALTS or words.asks_for_somebody(code) or code == AGAIN
    return "warn" if halts else "on"


def _told(row: Row) -> str:
    """What is odd about how it is told."""
    if row.seen:
        return f"reported {words.length(row.seen)} late"
    if row.tells == ():
        return "not told"
    return "told out of turn" if row.tells else ""
