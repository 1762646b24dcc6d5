"""Rate limits, when they are on: so many calls a minute for each resource, verb and mode."""

import math
import time
from collections import defaultdict, deque

from flask import Response, request

from sandbox.world import here, mode

MINUTE_S = 60.0
WRITE, ONE, LIST = "write", "one", "list"
# limits: resource: verb: calls a minute. What the table leaves out counts like the rest of it.
TABLE: dict[str, dict[str, dict[str, int]]] = {
    "live": {
        "": {WRITE: 500, ONE: 4000, LIST: 50},
        "batches": {WRITE: 50, ONE: 400, LIST: 50},
        "tracks": {WRITE: 750, ONE: 500},
    },
    "test": {
        "": {WRITE: 50, ONE: 400, LIST: 10},
        "batches": {WRITE: 10, ONE: 40, LIST: 10},
        "tracks": {WRITE: 50, ONE: 50},
    },
}
LISTS_WITHIN = ("rates",)  # a shipment's rates are a list, though the address names one shipment
GROUPS = ("v2", "customs")  # prefixes that are no resource by themselves


class Limits:
    """A window that slides: a call counts for a minute of real time, a refused one does not.

    Kept in memory: whoever starts the sandbox anew starts with a clean slate.
    """

    def __init__(self) -> None:
        self._calls: dict[tuple[bool, str, str], deque[float]] = defaultdict(deque)

    def check(self) -> Response | None:
        """Nothing, or a 429 that is no JSON."""
        settings = here().settings
        if not settings.limits:
            return None
        resource, verb = _counted(request.path, request.method)
        table = TABLE[settings.limits]
        most = table.get(resource, table[""]).get(verb)
        wait = self._wait((mode(), resource, verb), most) if most else 0.0
        if not wait:
            return None
        refused = Response("Too Many Requests", 429, mimetype="text/plain")
        if settings.retry_after:  # whether the real one sends it is not known
            refused.headers["Retry-After"] = str(math.ceil(wait))
        return refused

    def _wait(self, pool: tuple[bool, str, str], most: int) -> float:
        """Seconds until there is room in this pool; zero when there is, and then it is taken."""
        with here().store.lock:
            calls, now = self._calls[pool], time.monotonic()
            while calls and calls[0] <= now - MINUTE_S:
                calls.popleft()
            if len(calls) >= most:
                return calls[0] + MINUTE_S - now
            calls.append(now)
            return 0.0


def _counted(path: str, method: str) -> tuple[str, str]:
    """`/customs/items/<id>` is one of `customs/items`."""
    parts = [part for part in path.split("/") if part]
    length = 2 if parts[0] in GROUPS else 1
    resource, rest = "/".join(parts[:length]), parts[length:]
    if method not in ("GET", "HEAD"):
        return resource, WRITE
    return resource, LIST if not rest or rest[1:2] == list(LISTS_WITHIN) else ONE
