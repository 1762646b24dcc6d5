"""What the merchant chooses, and what the shop was started with. No secret is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import delivery, spending
from admin.drift import policy
from admin.forms import LabelFormatForm, SettingsForm
from shop import access, choices
from shop.db import session
from shop.i18n import say as _
from shop.outside import settings
from shop.rates import SENDER
from shop.values import LabelFormat, LabelWhen, Permission


@access.needs(Permission.MANAGE_SETTINGS)
def edit() -> str | Response | tuple[str, int]:
    chosen = choices.label_when()
    form = SettingsForm(request.form, label_when=chosen.value)
    if request.method == "GET":
        return _page(form, chosen)
    if not form.validate():
        return _page(form, chosen), 422
    choices.set_label_when(LabelWhen(form.label_when.data))
    session.commit()
    flash(_("Saved. It holds for orders placed from now on."), "good")
    return redirect(url_for("admin.settings"), 303)


@access.needs(Permission.MANAGE_SETTINGS)
def labels() -> Response | tuple[str, int]:
    """What kind of file labels are bought as."""
    form = LabelFormatForm(request.form)
    if not form.validate():
        return _page(form, choices.label_when()), 422
    choices.set_label_format(LabelFormat(form.label_format.data))
    session.commit()
    flash(_("Saved. It holds for labels bought from now on."), "good")
    return redirect(url_for("admin.settings", _anchor="label_format"), 303)


def _page(form: SettingsForm | LabelFormatForm, chosen: LabelWhen) -> str:
    return render_template(
        "admin/settings.html",
        form=form,
        chosen=chosen,
        options=_options(),
        formats=_formats(),
        chosen_format=choices.label_format(),
        spending=spending.rows(),
        delivery=delivery.summary(),
        lost=delivery.lost() if choices.fixed_options() else [],
        drift=policy(choices.drift_policy()),
        shop=_shop(),
        proofs=_proofs(),
        sender=SENDER,
    )


def _options() -> list[tuple[LabelWhen, str]]:
    return [
        (
            LabelWhen.ON_ORDER,
            _("Every order buys its label by itself, at the rate the customer chose."),
        ),
        (
            LabelWhen.BY_HAND,
            _("Orders wait under Needs label until somebody presses the button with the price."),
        ),
    ]


def _formats() -> list[tuple[LabelFormat, str]]:
    return [
        (LabelFormat.PDF_4X6, _("A label a page, for label printers.")),
        (LabelFormat.PDF_A4, _("On a sheet of A4, for office printers.")),
        (LabelFormat.PDF_LETTER, _("On a sheet of 8½ × 11 in, for office printers.")),
        (LabelFormat.PNG, _("A picture, for software that wants one.")),
        (LabelFormat.ZPL, _("For Zebra and other thermal printers that speak it.")),
    ]


def _shop() -> list[tuple[str, str]]:
    texts = settings.twilio_from if settings.texts else _("Not set up: no texts are sent")
    return [
        (_("Mode"), _("Live: labels cost money") if settings.live else _("Test: labels are free")),
        (_("Public address"), settings.public_url),
        (_("Shippo"), settings.shippo_api_url),
        (_("Mail is sent from"), settings.mail_from),
        (_("Mail goes through"), urlsplit(settings.smtp_url).hostname or ""),
        (_("Texts are sent from"), texts),
    ]


def _proofs() -> list[tuple[str, str]]:
    hosts = ", ".join(settings.carrier_hosts), ", ".join(settings.label_hosts)
    signed, named = settings.shippo_webhook_hmac_secret, settings.shippo_webhook_token
    return [
        (_("Webhook address"), _("With a secret part") if named else _("Without a secret part")),
        (_("Webhook signature"), _("Checked") if signed else _("Not set up")),
        (_("Carrier pages"), hosts[0]),
        (_("Label files from"), hosts[1]),
    ]
