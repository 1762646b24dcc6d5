"""Somebody else's parcels that staff follow: the list, one of them, and following a number."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin import events, paging, refresh, scans
from admin.forms import FollowForm
from admin.parts import here
from admin.spans import when
from jobs import polls
from shop import access, carriers, circuit, following
from shop.db import session
from shop.gateways.errors import GatewayError, Rejected, Unsure
from shop.i18n import say as _
from shop.models import FollowedParcel, Order
from shop.outside import gateways, mode, settings, world_now
from shop.values import Permission, Standing, TrackingStatus, Via


def index() -> str:
    return _list(FollowForm(carrier="usps"))


def show(followed_id: int) -> str:
    followed = session.get(FollowedParcel, followed_id)
    if followed is None:
        abort(404)
    order = sa.select(Order.number).filter_by(number=followed.reference.upper())
    return render_template(
        "admin/followed_parcel.html",
        followed=followed,
        state=state(followed),
        headline=_headline(followed),
        carrier=carriers.known(followed.carrier).name,
        page=_page(followed),
        order=session.scalar(order) if followed.reference else None,
        told=_told(followed),
        asked=when(followed.poll_at) if followed.poll_at else "",
        days=events.days(events.newest_first(scans.of_parcel(followed))),
    )


@access.needs(Permission.WORK_CASES)
def follow() -> Response | tuple[str, int]:
    """Follow a number; one of ours leads to our parcel."""
    form = FollowForm(request.form)
    if not form.validate():
        return _list(form), 422
    wanted = form.wanted
    mine = following.own(wanted.carrier, wanted.number)
    if mine is not None:
        flash(_("This is a parcel of ours: it is followed anyway."), "info")
        return redirect(url_for("admin.shipment", parcel_id=mine.id), 303)
    followed, new = following.follow(wanted, current_user.id)
    row_id = followed.id
    session.commit()
    why = _register(row_id)
    if new and isinstance(why, Rejected):
        session.delete(session.get_one(FollowedParcel, row_id))
        session.commit()
        return redirect(url_for("admin.followed"), 303)
    return redirect(url_for("admin.followed_parcel", followed_id=row_id), 303)


@access.needs(Permission.WORK_CASES)
def register(followed_id: int) -> Response:
    """Ask Shippo once more to tell us of it, where that is not known to be done."""
    if session.get(FollowedParcel, followed_id) is None:
        abort(404)
    _register(followed_id)
    return redirect(url_for("admin.followed_parcel", followed_id=followed_id), 303)


@access.needs(Permission.WORK_CASES)
def ask(followed_id: int) -> Response:
    """Ask Shippo after it now."""
    refresh.asked(polls.FOLLOWED, followed_id)
    return redirect(url_for("admin.followed_parcel", followed_id=followed_id), 303)


@access.needs(Permission.WORK_CASES)
def stop(followed_id: int) -> Response:
    followed = session.get(FollowedParcel, followed_id, with_for_update=True)
    if followed is None:
        abort(404)
    following.stop(followed)
    flash(_("%(name)s is followed no more. What was heard is kept.", name=followed.name), "good")
    session.commit()
    return redirect(url_for("admin.followed"), 303)


def state(followed: FollowedParcel) -> Standing | TrackingStatus:
    """Where it is, or that nobody has heard of it yet: we never made a label for it."""
    heard = followed.status not in {None, TrackingStatus.UNKNOWN}
    return followed.standing if heard else TrackingStatus.UNKNOWN


def _register(followed_id: int) -> GatewayError | None:
    """Ask Shippo to tell us of it, unless it was asked; say what came, and answer what went wrong.

    Commits, and holds no transaction while it asks.
    """
    followed = session.get_one(FollowedParcel, followed_id)
    carrier, number = followed.carrier, followed.tracking_number
    wait = circuit.wait()
    if wait is not None:
        followed.why = wait[1][:300]
        flash(_("It is followed. Shippo does not answer just now: %(why)s.", why=wait[1]), "warn")
        session.commit()
        return None
    mine = following.claim(followed_id)
    session.commit()
    if not mine:
        flash(_("It is followed, and Shippo was asked before to tell us of it."), "info")
        return None
    try:
        told = gateways.shippo.follow(carrier, number)
    except GatewayError as error:
        _refused(followed_id, error)
        return error
    followed = session.get_one(FollowedParcel, followed_id, with_for_update=True)
    followed.registered_at = world_now()
    following.take_in(followed_id, told, Via.PERSON)
    flash(_("It is followed: Shippo will tell us of it."), "good")
    session.commit()
    return None


def _refused(followed_id: int, error: GatewayError) -> None:
    """Not known to be registered: say so, and leave it to be asked after all the same."""
    followed = session.get_one(FollowedParcel, followed_id, with_for_update=True)
    followed.why = str(error)[:300]
    if isinstance(error, Rejected):
        flash(_("Shippo will not follow this number: %(why)s", why=error), "bad")
    elif isinstance(error, Unsure):
        flash(_("Shippo may have taken it or not: %(why)s. We ask after it.", why=error), "warn")
    else:
        flash(_("Shippo could not be told: %(why)s. We ask after it.", why=error), "warn")
    session.commit()


def _list(form: FollowForm) -> str:
    stopped = request.args.get("view") == "stopped"
    mine = sa.select(FollowedParcel).filter_by(mode=mode())
    over = FollowedParcel.stopped_at.is_not(None)
    page = paging.page(mine.where(over if stopped else ~over), FollowedParcel.id)
    return render_template(
        "admin/followed.html",
        form=form,
        page=page,
        tabs=_tabs(stopped=stopped),
        state_of=state,
        carrier_of=lambda followed: carriers.known(followed.carrier).name,
    )


def _tabs(*, stopped: bool) -> list[dict[str, Any]]:
    over = FollowedParcel.stopped_at.is_not(None)
    rows = sa.select(over, sa.func.count(FollowedParcel.id)).filter_by(mode=mode()).group_by(over)
    counted = {bool(row[0]): row[1] for row in session.execute(rows)}
    views = [(_("Followed"), "", False), (_("Followed no more"), "stopped", True)]
    return [
        {
            "text": text,
            "href": here(view=view),
            "here": which is stopped,
            "count": counted.get(which, 0),
        }
        for text, view, which in views
    ]


def _headline(followed: FollowedParcel) -> str:
    now = followed.story.now
    return scans.line(now) if now else _("Nothing was heard of it yet")


def _page(followed: FollowedParcel) -> str | None:
    hosts = settings.carrier_hosts
    return carriers.public_page(followed.carrier, followed.tracking_number, None, hosts)


def _told(followed: FollowedParcel) -> str:
    """Whether Shippo tells us of it."""
    if followed.stopped_at is not None:
        return _("Followed no more since %(time)s", time=when(followed.stopped_at))
    if followed.registered_at is not None:
        return _("By webhook since %(time)s", time=when(followed.registered_at))
    return _("Not for certain: %(why)s", why=followed.why or _("Shippo was not asked yet"))
