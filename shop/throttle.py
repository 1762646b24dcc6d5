"""How often somebody may try: counters in Redis."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from math import ceil
from typing import Any

from flask import current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from shop.outside import settings

RULES = {
    "login": "10/5minutes",
    "lookup": "5/15minutes",
    "order": "20/hour",
    "quote": "120/hour",
    "register": "10/hour",
}
DEMO_RULES = dict.fromkeys(RULES, "60/minute") | {"quote": "600/minute"}
"""In a demo everybody comes from one address."""

OPEN = {"order", "quote"}
"""What may go on uncounted while Redis is away: selling must not stop for a counter."""


TRACKS = "shippo-tracks"
MINUTE_S = 60

PATIENCE: dict[str, Any] = {
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "retry": Retry(NoBackoff(), 0),
}
"""How long Redis is waited for: nobody's page hangs on a doorbell. A worker that listens for rings
waits longer by itself."""


def spend(what: str, *who: str) -> None:
    """Count one try by each of `who` and by the caller's address; too many is a 429.

    When Redis is away, doors where one could guess stay shut (503), and the others open.
    """
    rule = parse((DEMO_RULES if settings.demo else RULES)[what])
    try:
        for name in (request.remote_addr or "", *who):
            if name and not _limiter().hit(rule, what, name.lower()):
                raise TooManyRequests(retry_after=rule.get_expiry())
    except RedisError as error:
        if what not in OPEN:
            raise ServiceUnavailable from error


def lists_left() -> bool:
    """Whether one more of Shippo's lists may be asked for now; if so it is counted.

    All processes share the count. Shippo allows 10 a minute in test mode and 50 in live; a few
    are left to people and other programs.
    """
    most = settings.shippo_lists_per_minute or (40 if settings.live else 8)
    rule = parse(f"{most}/minute")
    return _limiter().hit(rule, "shippo-lists", settings.shippo_api_token[-8:])


def look_through_left() -> bool:
    """Whether this is whose turn it is to look for all that is in doubt: one in two seconds is.

    What it finds out it finds out for all; the others need not ask the same again.
    """
    return _limiter().hit(parse("1/2seconds"), "look-through", settings.shippo_api_token[-8:])


def ratings_left() -> bool:
    """The same for jobs that ask what a parcel costs: half of Shippo's is left to checkouts."""
    return _post_left("ratings", 250 if settings.live else 25)


def labels_left() -> bool:
    """The same for buying labels."""
    return _post_left("labels", 450 if settings.live else 45)


def refunds_left() -> bool:
    """The same for asking a label's money back."""
    return _post_left("refunds", 450 if settings.live else 45)


def tracks_left(*, person: bool = False) -> bool:
    """Whether Shippo may be asked after one more parcel now; if so it is counted.

    Jobs and staff share one allowance. Of jobs a tenth of theirs may ask in a tenth of a minute,
    and a tenth of all is left to people. Without Redis nobody counts, and only people may ask.
    """
    try:
        if _asked_to_wait() or (not person and _room() < 1):
            return False
        if not person and not _limiter().hit(_tenth(), TRACKS, _who()):
            return False
        return _limiter().hit(_minute(), TRACKS, _who())
    except RedisError:
        return person


def tracks_room() -> int:
    """After how many parcels jobs may ask now."""
    try:
        return 0 if _asked_to_wait() else max(0, _room())
    except RedisError:
        return 0


def tracks_wait() -> timedelta:
    """How long until Shippo may be asked after a parcel again; at least a second."""
    try:
        wait = _asked_to_wait()
        for rule in (_minute(), _tenth()):
            again, left = _limiter().get_window_stats(rule, TRACKS, _who())
            wait = max(wait, again - time.time() if left < 1 else 0)
    except RedisError:
        wait = MINUTE_S
    return timedelta(seconds=max(1.0, wait))


def tracks_pause(pause: timedelta | None) -> None:
    """Shippo says that it is asked too often: nobody asks after a parcel for so long."""
    length = max(timedelta(seconds=1), pause or timedelta(seconds=MINUTE_S))
    with suppress(RedisError):
        redis = current_app.extensions["redis"]
        redis.set(_pause(), 1, px=int(length.total_seconds() * 1000))


def _asked_to_wait() -> float:
    """Seconds left of a pause that Shippo asked for."""
    left: int = current_app.extensions["redis"].pttl(_pause())
    return max(0, left) / 1000


def _room() -> int:
    tenth = _limiter().get_window_stats(_tenth(), TRACKS, _who()).remaining
    return min(tenth, _limiter().get_window_stats(_minute(), TRACKS, _who()).remaining - _people())


def _tracks() -> int:
    return settings.shippo_tracks_per_minute or 40


def _people() -> int:
    """What is left to people of the minute."""
    return _tracks() // 10


def _minute() -> RateLimitItem:
    return parse(f"{_tracks()}/minute")


def _tenth() -> RateLimitItem:
    return parse(f"{ceil((_tracks() - _people()) / 10)}/6seconds")


def _who() -> str:
    return settings.shippo_api_token[-8:]


def _pause() -> str:
    return f"{TRACKS}-pause:{_who()}"


def _post_left(what: str, usual: int) -> bool:
    rule = parse(f"{settings.shippo_posts_per_minute or usual}/minute")
    return _limiter().hit(rule, f"shippo-{what}", settings.shippo_api_token[-8:])


def _limiter() -> MovingWindowRateLimiter:
    found = current_app.extensions.get("limiter")
    if found is None:
        storage = storage_from_string(_address(settings.redis_url), **PATIENCE)
        found = current_app.extensions["limiter"] = MovingWindowRateLimiter(storage)
    limiter: MovingWindowRateLimiter = found
    return limiter


def _address(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+unix://", 1)
