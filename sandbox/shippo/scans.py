"""Scans: a carrier saw the parcel, its track grows by one event, and whoever asked is told."""

from uuid import uuid4

from sandbox.carriers.habits import located
from sandbox.carriers.hubs import town
from sandbox.carriers.statuses import STATUS_OF, STATUSES, SUBSTATUSES, USUAL
from sandbox.clock import seconds, stamp
from sandbox.refusals import Refused
from sandbox.shippo import tracks
from sandbox.shippo.events import tell
from sandbox.store import Doc
from sandbox.world import World

# The life most parcels have, and the troubles some have.
ORDINARY = (
    ("information_received", "from"),
    ("package_accepted", "from"),
    ("package_departed", "from"),
    ("package_arrived", "hub"),
    ("package_departed", "hub"),
    ("package_arrived", "to"),
    ("out_for_delivery", "to"),
    ("delivered", "to"),
)
TROUBLE = (
    "delivery_attempted",
    "address_issue",
    "notice_left",
    "package_held",
    "delayed",
    "package_damaged",
    "package_undeliverable",
    "package_lost",
    "return_to_sender",
)
AT_SENDER = ("information_received", "package_accepted")
ON_THE_WAY = (
    "package_departed",
    "package_arrived",
    "package_processed",
    "package_processing",
    "delayed",
)


def scan(world: World, number: str, asked: Doc) -> Doc:
    """One scan now, as it was asked for, or the next one of an ordinary life."""
    with world.store.change():
        track = tracks.by_number(world, number)
        tracks.movable(world, track)
        if asked.get("step") == "next":
            asked = following(track)
        enter(world, track, _asked_for(world, track, asked), at_end=_at_end(asked))
        shown = tracks.shown(track)
        announce(world, track, shown)
    return shown


def event(status: str, code: str, now: str) -> Doc:
    """What the carrier saw, as Shippo writes it down now."""
    return {
        "object_created": now,
        "object_id": uuid4().hex,
        "object_updated": now,
        "status": status,
        "substatus": SUBSTATUSES[code] if code else None,
        "status_date": now,
        "status_details": SUBSTATUSES[code or USUAL[status]]["text"],
        "location": None,
    }


def enter(world: World, track: Doc, event: Doc, *, at_end: bool = False) -> None:
    """A scan takes its place by its date and is the headline unless a later one is known.

    At the end of the history it may also stand as something old that was reported late.
    """
    history, headline = track["tracking_history"], track["tracking_status"]
    dated = seconds(event["status_date"])
    earlier = [n for n, each in enumerate(history, 1) if seconds(each["status_date"]) <= dated]
    history.insert(len(history) if at_end else max(earlier, default=0), event)
    if headline is None or not (at_end or dated < seconds(headline["status_date"])):
        track["tracking_status"] = event
    tracks.keep(world, track)


def announce(world: World, track: Doc, shown: Doc, mischief: str | None = None) -> list[Doc]:
    """Tell of a track once for each time it was registered."""
    beside = {"metadata": None, "carrier": track["carrier"]}
    told = [
        tell(world, "track_updated", shown, test=track["test"], mischief=mischief, **beside)
        for _ in range(track["_registrations"])
    ]
    return [delivery for deliveries in told for delivery in deliveries]


def following(track: Doc) -> Doc:
    """The next step of an ordinary life after what has happened so far."""
    step = _reached(track)
    if step == len(ORDINARY):
        raise Refused(409, {"error": "This parcel has reached the end of its ordinary life."})
    code, place = ORDINARY[step]
    return {"status": STATUS_OF[code], "substatus": code, "place": place}


def next_code(track: Doc) -> str:
    step = _reached(track)
    return ORDINARY[step][0] if step < len(ORDINARY) else ""


def _reached(track: Doc) -> int:
    """How many ordinary steps lie behind; trouble in between does not count."""
    reached = 0
    for event in track["tracking_history"]:
        code = (event["substatus"] or {}).get("code")
        ahead = [place for place in range(reached, len(ORDINARY)) if ORDINARY[place][0] == code]
        reached = ahead[0] + 1 if ahead else reached
    return reached


def _asked_for(world: World, track: Doc, asked: Doc) -> Doc:
    code = str(asked.get("substatus", USUAL.get(str(asked.get("status")).upper())) or "")
    status = str(asked.get("status") or STATUS_OF.get(code, "")).upper()
    if status not in STATUSES or (code and code not in SUBSTATUSES):
        raise Refused(
            400,
            {
                "error": "unknown status or substatus",
                "status": STATUSES,
                "substatus": list(SUBSTATUSES),
            },
        )
    seen = event(status, code, world.clock.now())
    seen["status_date"] = _moment(asked, seen["status_date"])
    seen["status_details"] = asked.get("details") or seen["status_details"]
    return seen | {"location": _location(track, asked, code)}


def _at_end(asked: Doc) -> bool:
    if asked.get("place_in_history") not in (None, "", "end"):
        raise Refused(400, {"error": "place_in_history is end, or left out: by its date"})
    return asked.get("place_in_history") == "end"


def _moment(asked: Doc, now: str) -> str:
    try:
        return stamp(seconds(str(asked["at"]))) if asked.get("at") else now
    except ValueError:
        raise Refused(400, {"error": "`at` is not a moment such as 2027-03-12T09:30:00Z"})


def _location(track: Doc, asked: Doc, code: str) -> Doc | None:
    if asked.get("city"):
        home = track["address_to"] or {}
        country = asked.get("country") or home.get("country", "US")
        return {
            "city": asked["city"],
            "state": asked.get("state", ""),
            "zip": asked.get("zip", ""),
            "country": country,
        }
    place = asked.get("place") or (
        "from" if code in AT_SENDER else "hub" if code in ON_THE_WAY else "to"
    )
    return located(track["carrier"], _hub(track) if place == "hub" else track[f"address_{place}"])


def _hub(track: Doc) -> Doc:
    country = (track["address_to"] or {}).get("country", "")
    return town("hub", country, sum(map(ord, track["tracking_number"])))
