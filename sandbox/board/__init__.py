"""The board: the sandbox's world as pages for a person, and the carriers' public pages."""

from flask import Blueprint

from sandbox import auth
from sandbox.board import carrier_page, desk, mailbox, phone, words


def blueprint() -> Blueprint:
    bp = Blueprint("board", __name__, url_prefix="/_sandbox")
    bp.before_request(auth.this_machine)
    bp.context_processor(desk.frame)
    for name in ("moment", "grouped", "dialled", "timeofday", "bytesize"):
        bp.add_app_template_filter(getattr(words, name), name)
    bp.add_url_rule("/", "index", desk.index)
    bp.add_url_rule("/mailbox", "mailbox", mailbox.mailbox)
    bp.add_url_rule("/mailbox/<mail_id>", "letter", mailbox.letter)
    bp.add_url_rule("/mailbox/<mail_id>/html", "letter_html", mailbox.letter_html)
    bp.add_url_rule("/phone", "phone", phone.phone)
    bp.add_url_rule("/phone/<number>", "conversation", phone.phone)
    bp.add_url_rule("/deliveries", "deliveries", desk.deliveries)
    bp.add_url_rule("/sold", "ledger", desk.ledger)
    return bp


def public_pages() -> Blueprint:
    bp = Blueprint("public", __name__)
    bp.add_url_rule("/", "home", carrier_page.home)
    bp.add_url_rule("/carriers/<carrier>/<number>", "carrier", carrier_page.page)
    return bp
