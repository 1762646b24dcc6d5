"""Parcels in trouble: the list, worst first, and the page on which one is worked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response

from admin import events, paging, parcels, playbook, scans, timeline
from admin.forms import CloseForm, ContactForm
from admin.parts import answer, here, itself
from admin.spans import span, when
from shop import access, arrivals, carriers, cases, stalls, telling
from shop.db import session
from shop.i18n import say as _
from shop.models import Case, Contact, Order, Parcel
from shop.outside import world_now
from shop.values import Permission

MOST = 200
"""Open cases on one page; a desk with more has other troubles."""


def index() -> str:
    closed = request.args.get("view") == "closed"
    query = (
        sa.select(Case)
        .join(Case.parcel)
        .join(Parcel.order)
        .options(contains_eager(Case.parcel).contains_eager(Parcel.order))
    )
    if closed:
        page: paging.Page[Case] = paging.page(query.where(Case.closed_at.is_not(None)), Case.id)
    else:
        worst_first = query.where(Case.closed_at.is_(None)).order_by(
            playbook.by_severity(), Case.opened_at, Case.id
        )
        page = paging.Page(list(session.scalars(worst_first.limit(MOST))))
    return answer(
        "admin/exceptions.html",
        "admin/_exceptions.html",
        page=page,
        closed=closed,
        tabs=_tabs(closed),
        itself=itself(),
        plays=playbook.PLAYS,
        open_for=lambda case: span((case.closed_at or world_now()) - case.opened_at),
    )


def show(case_id: int) -> str:
    return _page(_case(case_id), ContactForm(), CloseForm())


@access.needs(Permission.WORK_CASES)
def contact(case_id: int) -> Response | tuple[str, int]:
    session.get(Case, case_id, with_for_update=True)
    case, form = _case(case_id), ContactForm(request.form)
    if not form.validate():
        return _page(case, form, CloseForm()), 422
    said: dict[str, Any] = {"account_id": current_user.id, "how": form.how.data}
    said["note"] = form.note.data
    last = max(case.contacts, key=lambda contact: contact.id, default=None)
    # The same word twice running is one word and a button pressed twice.
    if last is None or any(getattr(last, name) != value for name, value in said.items()):
        session.add(Contact(case_id=case.id, at=world_now(), **said))
    session.commit()
    flash(_("Written down in the log."), "good")
    return redirect(url_for("admin.case", case_id=case_id, _anchor="log"), 303)


@access.needs(Permission.WORK_CASES)
def close(case_id: int) -> Response | tuple[str, int]:
    session.get(Case, case_id, with_for_update=True)
    case, form = _case(case_id), CloseForm(request.form)
    if not form.validate():
        return _page(case, ContactForm(), form), 422
    if case.open:
        case.closed_at, case.resolution = world_now(), form.resolution.data or ""
        flash(_("The case is closed."), "good")
    else:
        flash(_("This case was closed before; nothing has changed."), "info")
    session.commit()
    return redirect(url_for("admin.case", case_id=case_id), 303)


def _case(case_id: int) -> Case:
    case = session.scalar(
        sa.select(Case)
        .filter_by(id=case_id)
        .options(
            joinedload(Case.parcel).options(
                selectinload(Parcel.snapshots),
                joinedload(Parcel.order).options(
                    joinedload(Order.account), selectinload(Order.lines)
                ),
            ),
            selectinload(Case.contacts).joinedload(Contact.account),
        )
    )
    if case is None:
        abort(404)
    return case


def _page(case: Case, contact_form: ContactForm, close_form: CloseForm) -> str:
    parcel = case.parcel
    return answer(
        "admin/case.html",
        "admin/_case_head.html",
        "admin/_case_evidence.html",
        case=case,
        parcel=parcel,
        order=parcel.order,
        state=parcels.state(parcel),
        expected=telling.expected_day(parcel),
        play=playbook.PLAYS[case.cause],
        to_do=playbook.steps(case),
        said=_said(case),
        steps=telling.steps(parcel),
        evidence=events.days(events.newest_first(scans.of_parcel(parcel))),
        log=events.days(events.newest_first(timeline.of_case(case))),
        carrier=carriers.known(parcel.carrier),
        carrier_page=telling.carrier_page(parcel),
        enquiry=cases.enquiry(case),
        contact_form=contact_form,
        close_form=close_form,
        open_for=span((case.closed_at or world_now()) - case.opened_at),
        since=when(case.opened_at),
        itself=itself,
    )


def _said(case: Case) -> str:
    """What the carrier said, where and when, in one sentence; or for how long it has said nothing.

    Of a silence it is said as it is now, and as it was last when it is over.
    """
    if case.cause.silent:
        return _silent(case)
    scan = case.parcel.story.now
    carrier = case.parcel.carrier_name
    if scan is None:
        return _("%(carrier)s has not said more.", carrier=carrier)
    told = scan.details or scans.words(scan)
    where = ", ".join(filter(None, [scan.place, when(scan.at) if scan.at else ""]))
    if not where:
        return _("%(carrier)s says: “%(told)s”.", carrier=carrier, told=told.rstrip("."))
    return _(
        "%(carrier)s says: “%(told)s” (%(where)s).",
        carrier=carrier,
        told=told.rstrip("."),
        where=where,
    )


def _silent(case: Case) -> str:
    at = world_now()
    found = stalls.stalled(arrivals.facts(case.parcel), at) if case.open else ()
    same = next((watch for watch in found if watch.cause is case.cause), None)
    return cases.evidence(case.parcel, same, at) if same else case.evidence


def _tabs(closed: bool) -> list[dict[str, Any]]:
    is_open = Case.closed_at.is_(None)
    counted = session.execute(
        sa.select(sa.func.count(Case.id).filter(is_open), sa.func.count(Case.id).filter(~is_open))
    ).one()
    return [
        {
            "text": _("Open"),
            "href": here(view=""),
            "here": not closed,
            "count": counted[0],
            "tone": "signal" if counted[0] else "",
        },
        {"text": _("Closed"), "href": here(view="closed"), "here": closed, "count": counted[1]},
    ]
