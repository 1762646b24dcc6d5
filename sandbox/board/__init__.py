"""The board: the sandbox's world as pages for a person, and the carriers' public pages."""

from flask import Blueprint

from sandbox import auth
from sandbox.board import (
    carrier_page,
    deliveries,
    faults,
    frame,
    journeys,
    ledger,
    mailbox,
    parcel,
    parcels,
    phone,
    requests,
    words,
)
from sandbox.controls.asking import back_to_the_page


def blueprint() -> Blueprint:
    bp = Blueprint("board", __name__, url_prefix="/_sandbox")
    bp.before_request(auth.this_machine)
    bp.after_request(back_to_the_page)
    bp.context_processor(frame.frame)
    for name in ("moment", "grouped", "dialled", "timeofday", "bytesize", "day", "clocked"):
        bp.add_app_template_filter(getattr(words, name), name)
    _the_world(bp)
    _the_wire(bp)
    bp.add_url_rule("/mailbox", "mailbox", mailbox.mailbox)
    bp.add_url_rule("/mailbox/<mail_id>", "letter", mailbox.letter)
    bp.add_url_rule("/mailbox/<mail_id>/html", "letter_html", mailbox.letter_html)
    bp.add_url_rule("/phone", "phone", phone.phone)
    bp.add_url_rule("/phone/<number>", "conversation", phone.phone)
    return bp


def _the_world(bp: Blueprint) -> None:
    bp.add_url_rule("/", "index", parcels.index)
    bp.add_url_rule("/parcel/<number>", "parcel", parcel.parcel)
    bp.add_url_rule("/parcel/<number>/label", "label_picture", parcel.label_picture)
    bp.add_url_rule("/plays", "journeys", journeys.index)
    bp.add_url_rule("/plays", "play_for", journeys.play_for, methods=["POST"])
    bp.add_url_rule("/trouble", "faults", faults.index)
    bp.add_url_rule("/trouble/clear", "clear_faults", faults.clear, methods=["POST"])
    bp.add_url_rule("/trouble/<int:number>", "remove_fault", faults.remove, methods=["POST"])


def _the_wire(bp: Blueprint) -> None:
    bp.add_url_rule("/deliveries", "deliveries", deliveries.index)
    bp.add_url_rule("/deliveries/<delivery_id>", "again", deliveries.again, methods=["POST"])
    bp.add_url_rule("/post/lift", "lift_policy", deliveries.lift_policy, methods=["POST"])
    bp.add_url_rule("/calls", "requests", requests.index)
    bp.add_url_rule("/sold", "ledger", ledger.index)


def public_pages() -> Blueprint:
    bp = Blueprint("public", __name__)
    bp.add_url_rule("/", "home", carrier_page.home)
    bp.add_url_rule("/carriers/<carrier>", "carrier_form", carrier_page.form)
    bp.add_url_rule("/carriers/<carrier>/<number>", "carrier", carrier_page.page)
    return bp
