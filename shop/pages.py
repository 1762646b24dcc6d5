"""What every page has: words for values, addresses of static files, headers, and error pages."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, has_request_context, render_template, request, url_for
from flask_babel import Babel, format_currency
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from shop import basket, i18n, ways
from shop.db import read_only, session
from shop.i18n import clock, day, day_range, moment
from shop.i18n import say as _
from shop.outside import settings
from shop.rates import HOME
from shop.values import Money

log = logging.getLogger(__name__)

csrf = CSRFProtect()
babel = Babel()

CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SECURE = {"Strict-Transport-Security": "max-age=31536000"}
"""What is said besides where all is sent over HTTPS; and of all these only what a page has not."""
ERROR_PAGES = {400, 403, 404, 409, 429, 500, 503}
READS = {"GET", "HEAD", "OPTIONS"}


def furnish(app: Flask) -> None:
    """Give an app its filters, functions, headers and error pages."""
    app.jinja_options = {"extensions": ["jinja2.ext.i18n", "jinja2.ext.do"]}
    app.jinja_env.filters.update(
        money=money,
        cost=cost,
        day=day,
        day_range=day_range,
        clock=clock,
        moment=moment,
        words=words,
        hour=i18n.hour,
        phone=i18n.phone,
        offered=ways.offered,
        travelling=ways.travelling,
        tracking_spaces=tracking_spaces,
    )
    app.jinja_env.globals.update(asset=asset)
    babel.init_app(app, locale_selector=lambda: "en_US", timezone_selector=lambda: str(HOME))
    csrf.init_app(app)
    app.before_request(_begin)
    app.after_request(_finish)
    app.context_processor(_surroundings)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(CSRFError, _explain)


def money(value: Money) -> str:
    return str(format_currency(value.amount, value.currency))


def cost(amount: Money | None, *, about: bool = False) -> str:
    """What a label costs, as far as it is known before it is bought."""
    if amount is None:
        return _("price not known yet")
    return _("about %(price)s", price=money(amount)) if about else money(amount)


def words(value: Enum) -> str:
    """What one of our words is called on a page."""
    return i18n.words(value)


def tracking_spaces(number: str) -> str:
    """A tracking number in groups of four, for reading aloud. USPS and UPS print them so."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def asset(path: str) -> str:
    """The address of a static file, with its content's hash: cached for ever, never stale."""
    return url_for("static", filename=path, v=_digest(path))


@lru_cache(maxsize=512)
def _digest(path: str) -> str:
    file = Path(__file__).parent.parent / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _surroundings() -> dict[str, Any]:
    return {
        "locale": str(i18n.locale()).replace("_", "-"),
        # A mail is written where nobody is visiting.
        "basket_count": basket.count() if has_request_context() else 0,
        "test_mode": not settings.live,
        "demo": settings.demo,
    }


def _begin() -> None:
    reads = request.method in READS
    read_only(reads)
    if request.blueprint == "webhooks":
        return  # machines have proofs of their own
    if not reads and _foreign():
        abort(403)  # even with a token that fits: a page of ours did not send this
    if any("\0" in text for text in _given()):
        abort(400)  # no name, search or address has one, and PostgreSQL cannot store it


def _foreign() -> bool:
    """Whether a browser says that another site's page wrote this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(settings.public_url).netloc}
    return origin != "null" and urlsplit(origin).netloc not in ours


def _given() -> Iterator[str]:
    yield request.path
    yield from request.args.values()
    yield from request.form.values()


def _finish(response: Response) -> Response:
    given = {name.lower() for name, _value in response.headers}
    wanted = HEADERS | SECURE if settings.secure else HEADERS
    # To ask for a header that is not there is slow, and here mostly none of them is.
    response.headers.extend(
        [(name, value) for name, value in wanted.items() if name.lower() not in given]
    )
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _explain(error: HTTPException) -> Response | tuple[str, int, dict[str, str]]:
    """An error page in the shop's own look, or a short line for machines."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    session.rollback()
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name == "Retry-After"}
    machine = request.path.startswith(("/webhooks/", "/healthz", "/readyz", "/metrics"))
    if machine or isinstance(error, SecurityError):  # for a stranger's host no link can be made
        return f"{error.name}\n", code, {**headers, "Content-Type": "text/plain; charset=utf-8"}
    reference = ""
    if isinstance(error, InternalServerError):
        reference = g.setdefault("error_reference", uuid.uuid4().hex[:12])
        log.error("page failed, reference %s", reference, exc_info=error.original_exception)
    page = code if code in ERROR_PAGES else (500 if code >= 500 else 400)
    return render_template(f"errors/{page}.html", error=error, reference=reference), code, headers
