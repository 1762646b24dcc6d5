"""Look up any carrier’s number by hand. Nothing is kept of it, until somebody follows it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from admin import events, scans
from admin.forms import FollowForm, LookupForm
from admin.refresh import not_now
from jobs import polls
from jobs.polls import NotNow
from shop import carriers, following
from shop.gateways.errors import GatewayError, Rejected
from shop.i18n import say as _
from shop.outside import settings, world_now
from shop.tracking import newest_first, standing_of
from shop.values import Snapshot


def lookup() -> str | tuple[str, int]:
    form = LookupForm(request.args, carrier="usps")
    if "number" not in request.args:
        return _page(LookupForm(carrier="usps"))
    if not form.validate():
        return _page(form), 422
    carrier, number = str(form.carrier.data), str(form.number.data)
    try:
        polls.leave(person=True)
        told = polls.question(carrier, number)
    except NotNow as why:
        return _page(form, wait=not_now(why)), 429
    except Rejected as error:
        return _page(form, refusal=_why(error))
    except GatewayError as error:
        return _page(form, failure=_("Shippo did not answer as it should: %(why)s", why=error)), 502
    return _page(form, found=_found(told, carrier, number))


def _page(form: LookupForm, **values: Any) -> str:
    follow = FollowForm(carrier=form.carrier.data, number=form.number.data)
    return render_template("admin/tracking.html", form=form, follow=follow, **values)


def _why(error: Rejected) -> str:
    if error.code in {"401", "403"}:
        return _("Shippo does not accept our key. Check SHIPPO_API_TOKEN.")
    return _("Shippo knows nothing of it: %(why)s", why=error)


def _found(told: Snapshot, carrier: str, number: str) -> dict[str, Any]:
    """What came back, in words; `as_of` is world time."""
    as_of = world_now()
    heard = list(told.history) or ([told.status] if told.status else [])
    return {
        "as_of": as_of,
        "number": number,
        "carrier": carriers.known(carrier),
        "status": told.status,
        "standing": standing_of(told.status),
        "words": scans.words(told.status) if told.status else _("No news yet"),
        "finer": (told.status.substatus or "–") if told.status else "–",
        "eta": told.eta,
        "days": events.days(
            events.newest_first(
                scans.plain(scan, as_of, newest=scan is newest_first(heard)[0]) for scan in heard
            )
        ),
        "page": carriers.public_page(carrier, number, None, settings.carrier_hosts),
        "parcel": following.own(carrier, number),
        "followed": following.known(carrier, number),
    }
