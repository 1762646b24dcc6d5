"""How often somebody may try: counters in Redis."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from limits import parse
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


def ratings_left() -> bool:
    """The same for jobs that ask what a parcel costs: half of Shippo's is left to checkouts."""
    return _post_left("ratings", 250 if settings.live else 25)


def labels_left() -> bool:
    """The same for buying labels."""
    return _post_left("labels", 450 if settings.live else 45)


def refunds_left() -> bool:
    """The same for asking a label's money back."""
    return _post_left("refunds", 450 if settings.live else 45)


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
