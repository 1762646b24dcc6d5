"""Three ways a call to the outside world can go wrong, named for what the caller should do."""

from __future__ import annotations

from datetime import timedelta

from shop.gateways import plain


class GatewayError(Exception):
    """Something outside did not go as asked; the message is fit for staff to read."""

    def __init__(self, message: str) -> None:
        super().__init__(plain.text(message))


class Unavailable(GatewayError):
    """Not done; the same call may work later. `after` is how long we are asked to wait."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Busy(Unavailable):
    """Asked too often; `after` is what the answer asks for, where it asks for anything."""


class Cut(Unavailable):
    """There was no connection, or it broke: nobody was heard."""


class Rejected(GatewayError):
    """Not done; the same call will never work. `code` is the provider's word for why."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class RateGone(Rejected):
    """The rate is not sold any more: another has to be asked for."""


class Unsure(GatewayError):
    """May be done; look. What spends is never called again by a machine."""
