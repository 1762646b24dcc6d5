"""A journey written out for one parcel: when, what, where and in which words."""

from dataclasses import replace
from random import Random

from sandbox.carriers.countries import customs_between
from sandbox.carriers.habits import WITHOUT_SUBSTATUS, located
from sandbox.carriers.hubs import town
from sandbox.carriers.statuses import STATUS_OF
from sandbox.journeys.phrases import phrases
from sandbox.journeys.table import AGAIN, CUSTOMS, NOTHING, Journey, Row
from sandbox.store import Doc

SPREAD = 0.15
CLEARANCE_H = 36.0
AT_CUSTOMS = (("package_processing", 8.0), ("package_processed", 20.0))

Numbered = tuple[str, Row]  # what other rows call its snapshot by


def script(journey: Journey, track: Doc, seed: int, speed: float) -> list[Doc]:
    """The steps, in order. Without a seed they are the table's; with one they vary, repeatably."""
    chance = Random(f"{journey.name}:{seed}") if seed else None  # noqa: S311  repeatable on purpose
    hub, wrong = _towns(track, chance)
    places = {
        "from": track["address_from"],
        "to": track["address_to"],
        "hub": hub,
        "away": wrong,
        "customs": _customs(track),
        NOTHING: None,
    }
    return [
        {
            "hour": round(row.hour / speed, 4),
            "number": number,
            **_scan(row, track["carrier"], chance),
            "location": located(track["carrier"], places[row.place]),
            "eta": None if row.eta is None else row.eta / speed,
            "unstamped": row.unstamped,
            "seen": row.seen / speed,
            "tells": [number] if row.tells is None else list(row.tells),
        }
        for number, row in _timed(_numbered(journey.rows, abroad=_abroad(track)), chance)
    ]


def _numbered(rows: tuple[Row, ...], *, abroad: bool) -> list[Numbered]:
    """Scans are counted as the table has them; what customs add is called by letters."""
    found: list[Numbered] = []
    later, count = 0.0, 0
    for row in rows:
        moved = replace(row, hour=row.hour + later)
        if row.code == CUSTOMS:
            found += _clearance(moved) if abroad else []
            later += CLEARANCE_H if abroad else 0.0
        else:
            count += row.code != NOTHING
            found.append((str(count) if row.code != NOTHING else "", moved))
    return found


def _clearance(row: Row) -> list[Numbered]:
    return [
        (letter, replace(row, code=code, place="customs", hour=row.hour + after))
        for letter, (code, after) in zip("ab", AT_CUSTOMS, strict=True)
    ]


def _timed(rows: list[Numbered], chance: Random | None) -> list[Numbered]:
    """Each pause a little longer or shorter, so that the order stays."""
    if chance is None:
        return rows
    varied: list[Numbered] = []
    before = hour = 0.0
    for number, row in rows:
        hour += (row.hour - before) * chance.uniform(1 - SPREAD, 1 + SPREAD)
        before = row.hour
        varied.append((number, replace(row, hour=round(hour, 2))))
    return varied


def _scan(row: Row, carrier: str, chance: Random | None) -> Doc:
    if row.code in (AGAIN, NOTHING):
        return {"status": None, "substatus": row.code, "details": None}
    said = [row.words] if row.words else phrases(carrier, row.code, row.place)
    return {
        "status": STATUS_OF[row.code],
        "substatus": row.code,
        "bare": carrier in WITHOUT_SUBSTATUS,
        "details": chance.choice(said) if chance else said[0],
    }


def _towns(track: Doc, chance: Random | None) -> tuple[Doc | None, Doc | None]:
    """A hub of the sender's country and a wrong town of the recipient's, neither of them an end."""
    sender, recipient = track["address_from"], track["address_to"]
    if not sender or not recipient:
        return None, None
    ends = (sender["city"], recipient["city"])
    picks = (chance.randrange(100), chance.randrange(100)) if chance else (0, 0)
    return (
        town("hub", sender["country"], picks[0], but=ends),
        town("away", recipient["country"], picks[1], but=ends),
    )


def _customs(track: Doc) -> Doc | None:
    recipient = track["address_to"]
    return town("customs", recipient["country"], 0) if recipient else None


def _abroad(track: Doc) -> bool:
    sender, recipient = track["address_from"], track["address_to"]
    return bool(sender and recipient and customs_between(sender["country"], recipient["country"]))
