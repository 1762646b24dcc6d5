"""What was heard of a parcel, held against a story: whole bodies, with every date in hours."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.contract.listener import Heard
from tests.sandbox.stories import Story

ACTION_REQUIRED = set(
    """address_issue contact_carrier delivery_attempted location_inaccessible notice_left
    package_damaged pickup_available reschedule_delivery package_unclaimed package_undeliverable
    package_lost""".split()  # noqa: SIM905  a list of words
)
TOWNS = {
    "San_Francisco": ("San Francisco", "CA", "94111"),
    "New_York": ("New York", "NY", "10118"),
    "Denver": ("Denver", "CO", "80216"),
    "Memphis": ("Memphis", "TN", "37501"),
    "Jamaica": ("Jamaica", "NY", "11430"),
    "Secaucus": ("Secaucus", "NJ", "07094"),
}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TEXT = "text that Shippo writes for the substatus"


@dataclass(frozen=True)
class Told:
    """What a parcel's webhooks have in common, and when its journey began."""

    track: dict[str, Any]  # as it was before the journey
    began: str

    def hours(self, stamp: str) -> float:
        begun = datetime.fromisoformat(self.began)
        return round((datetime.fromisoformat(stamp) - begun).total_seconds() / 3600, 3)

    def read(self, body: bytes | dict[str, Any]) -> Any:
        """A body with hours for dates, and for the ids of events whether they are some."""
        return self._plain(json.loads(body) if isinstance(body, bytes) else body)

    def snapshots(self, story: Story) -> list[dict[str, Any]]:
        """The whole `data` of the webhook after each scan."""
        lines = [line for line in story.scans.splitlines() if line.strip()]
        events = [event(line) for line in lines]
        headlines = [int(n) for n in story.headlines.split()] or range(1, len(events) + 1)
        first = self.hours(self.track["original_eta"])
        return [
            {
                **self.read(self.track),
                "eta": round(first + moved(lines[last]), 3),
                "tracking_status": events[headline - 1],
                "tracking_history": events[: last + 1],
            }
            for last, headline in enumerate(headlines)
        ]

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            plain = {name: self._plain(each) for name, each in value.items()}
            if "substatus" in plain:
                plain["object_id"] = bool(re.fullmatch("[0-9a-f]{32}", value["object_id"]))
            if "action_required" in plain:
                plain["text"] = TEXT if plain["text"] else ""
            return plain
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        return self.hours(value) if isinstance(value, str) and STAMP.fullmatch(value) else value


def event(line: str) -> dict[str, Any]:
    columns, _, words = line.partition("|")
    hour, status, code, town, _ = columns.split()
    seen, _, reported = hour.lstrip("*").partition("@")
    ingested = float(reported or seen)
    substatus = {"code": code, "text": TEXT, "action_required": code in ACTION_REQUIRED}
    return {
        "object_created": ingested,
        "object_id": True,
        "object_updated": None if hour.startswith("*") else ingested,
        "status": status,
        "substatus": substatus,
        "status_date": float(seen),
        "status_details": words.strip(),
        "location": place(town),
    }


def place(town: str) -> dict[str, str] | None:
    if town == "-":
        return None
    city, state, code = TOWNS[town]
    return {"city": city, "state": state, "zip": code, "country": "US"}


def moved(line: str) -> float:
    return float(line.partition("|")[0].split()[4])


def order(story: Story) -> list[int]:
    """Which snapshots are told, one after the other."""
    scans = sum(1 for line in story.scans.splitlines() if line.strip())
    return [int(n) for n in story.told.split()] or list(range(1, scans + 1))


def bodies(heard: list[Heard]) -> list[Any]:
    return [json.loads(each.body) for each in heard]
