"""Ask Shippo after one parcel now, because somebody wants to know, and say what came."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from admin.spans import ours, when
from jobs import polls
from jobs.polls import Heard, Kind, NotNow
from shop import access, i18n
from shop.db import session
from shop.gateways.errors import Busy, GatewayError, Rejected
from shop.i18n import say as _
from shop.outside import at_world
from shop.values import Permission, Via

REFUSED = {"401", "403"}


@access.needs(Permission.WORK_CASES)
def parcel(parcel_id: int) -> Response:
    """Ask after a parcel of ours."""
    asked(polls.PARCELS, parcel_id)
    return redirect(url_for("admin.shipment", parcel_id=parcel_id), 303)


def asked(kind: Kind, row_id: int) -> None:
    """Ask, and tell what came in a line above the next page. Commits."""
    row = session.get(kind.model, row_id)
    if row is None:
        abort(404)
    known = max((snapshot.heard_at for snapshot in row.snapshots), default=None)
    since = when(known) if known else ""
    try:
        heard = polls.ask(kind, row_id, Via.PERSON)
    except NotNow as why:
        _sooner(kind, row_id, why)
        flash(not_now(why), "warn")
    except GatewayError as error:
        flash(*failed(error))
    else:
        flash(*_told(kind, row_id, heard, since))
    session.commit()


def not_now(why: NotNow) -> str:
    """Why Shippo is not asked, and when it will be."""
    until = when(ours(why.until), seconds=True)
    return _("%(why)s: it is asked at %(until)s.", why=why, until=until)


def failed(error: GatewayError) -> tuple[str, str]:
    """What went wrong, and how it is shown."""
    if isinstance(error, Rejected):
        if error.code in REFUSED:
            return _("Shippo does not accept our key. Check SHIPPO_API_TOKEN."), "bad"
        return _("Shippo has no news of this number: %(why)s", why=error), "warn"
    if isinstance(error, Busy):
        return _("Shippo says that it is asked too often. Try again in a minute."), "warn"
    return _("Shippo did not answer as it should: %(why)s. Nothing has changed.", why=error), "warn"


def _sooner(kind: Kind, row_id: int, why: NotNow) -> None:
    """Whoever pressed the button is not forgotten: it is asked as soon as may be."""
    row = session.get_one(kind.model, row_id, with_for_update=True)
    until = at_world(why.until)
    row.poll_at = min(row.poll_at or until, until)


def _told(kind: Kind, row_id: int, heard: Heard | None, since: str) -> tuple[str, str]:
    if heard is None:
        return _("There is no number to ask after, or it is of the other mode."), "warn"
    row = session.get_one(kind.model, row_id)
    if heard.moved:
        return _("News: it moved to %(standing)s.", standing=i18n.words(row.standing)), "good"
    if heard.news:
        return _("Shippo told more of it; it stands where it did."), "good"
    if not since:
        return _("Shippo has heard nothing of it yet."), "info"
    return _("No news since %(time)s.", time=since), "info"
