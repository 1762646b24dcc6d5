"""What staff fill in. The token against forgery is checked for every POST, by no form alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DecimalField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from shop.carriers import CARRIERS
from shop.drift import Policy
from shop.following import Wanted
from shop.i18n import say as _say
from shop.spending import Limits
from shop.values import LabelFormat, LabelWhen, Money

HOWS = {"phone": _("By phone"), "mail": _("By e-mail"), "web": _("On the carrier’s website")}
"""How one may have spoken with a carrier."""


def tidy(text: str | None) -> str:
    """What was typed, without the space around it."""
    return (text or "").strip()


def _joined(text: str | None) -> str:
    return "".join(tidy(text).split())


class LookupForm(Form):
    """Any carrier’s number."""

    carrier = SelectField(
        _("Carrier"),
        choices=[SelectChoice(c.token, c.name) for c in CARRIERS.values()],
        validate_choice=False,
    )
    number = StringField(
        _("Tracking number"),
        filters=[_joined],
        validators=[
            DataRequired(_("Enter the tracking number that stands on the label.")),
            Length(max=64, message=_("A tracking number has at most 64 characters.")),
        ],
    )

    def validate_carrier(self, field: SelectField) -> None:
        AnyOf(tuple(CARRIERS), message=_("Choose a carrier from the list."))(self, field)


class FollowForm(LookupForm):
    """A number of somebody else’s parcel, and what it is."""

    name = StringField(
        _("What it is"),
        filters=[tidy],
        validators=[
            DataRequired(_("Say what it is: a return of Dana Whitfield’s, mugs from the potter.")),
            Length(max=120, message=_("Keep it under 120 characters.")),
        ],
    )
    reference = StringField(
        _("Order or reference"),
        filters=[tidy],
        validators=[Optional(), Length(max=40, message=_("Keep it under 40 characters."))],
    )

    @property
    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(
            carrier=str(self.carrier.data),
            number=str(self.number.data),
            name=str(self.name.data),
            reference=str(self.reference.data or ""),
        )


class ContactForm(Form):
    """A word with the carrier about a case."""

    how = SelectField(_("How"), choices=[SelectChoice(how, words) for how, words in HOWS.items()])
    note = TextAreaField(
        _("What was said"),
        filters=[tidy],
        validators=[
            DataRequired(_("Write down what was said, so that a colleague can go on from it.")),
            Length(max=2000, message=_("Keep the note under 2,000 characters.")),
        ],
    )


class CloseForm(Form):
    """How a case ended."""

    resolution = TextAreaField(
        _("How it ended"),
        filters=[tidy],
        validators=[
            DataRequired(_("Say how it ended: sent again, refunded, found, delivered …")),
            Length(max=300, message=_("Keep it under 300 characters.")),
        ],
    )


def _transaction(text: str | None) -> str:
    """The id itself, also out of an address that ends with it."""
    return tidy(text).rstrip("/").rpartition("/")[2].partition("?")[0].lower()


class AdoptForm(Form):
    """A label that somebody found in the Shippo account."""

    transaction = StringField(
        _("Shippo transaction"),
        filters=[_transaction],
        validators=[
            DataRequired(_("Enter the transaction’s id from your Shippo account.")),
            Regexp(r"^[0-9a-f]{32}$", message=_("A transaction’s id has 32 letters and digits.")),
        ],
    )


class ReleaseForm(Form):
    """Giving a purchase up, knowing that we may pay twice."""

    number = StringField(_("Order number"), filters=[tidy])
    reason = TextAreaField(
        _("Why it is given up"),
        filters=[tidy],
        validators=[
            DataRequired(_("Say how you found out: no such label in the Shippo account, …")),
            Length(max=500, message=_("Keep it under 500 characters.")),
        ],
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def validate_number(self, field: StringField) -> None:
        if (field.data or "").upper() != self.wanted:
            raise ValidationError(_say("Type %(number)s to confirm.", number=self.wanted))


class DriftForm(Form):
    """How far a label may cost more than was agreed before somebody is asked."""

    amount = DecimalField(
        _("Absorb up to this amount, in dollars"),
        places=2,
        validators=[
            InputRequired(_("Enter an amount, 0 to absorb nothing.")),
            NumberRange(0, 1000, message=_("Enter an amount from 0 to 1,000.")),
        ],
    )
    percent = IntegerField(
        _("and up to this percentage"),
        validators=[
            InputRequired(_("Enter a percentage, 0 to absorb nothing.")),
            NumberRange(0, 100, message=_("Enter a percentage from 0 to 100.")),
        ],
    )
    swap = BooleanField(_("Take another service that is as quick and costs no more"))

    @property
    def policy(self) -> Policy:
        """What was chosen, in whole cents."""
        absorb = Money.of(str(self.amount.data or 0), "USD")
        return Policy(absorb=absorb, percent=self.percent.data or 0, swap=self.swap.data)


class SpendingForm(Form):
    """How much labels may cost; a field left empty is no limit."""

    daily = DecimalField(
        _("At most a day, in dollars"),
        places=2,
        validators=[
            Optional(),
            NumberRange(0, 1_000_000, message=_("Enter an amount from 0 to 1,000,000.")),
        ],
    )
    each = DecimalField(
        _("Approval above, in dollars a label"),
        places=2,
        validators=[
            Optional(),
            NumberRange(0, 10_000, message=_("Enter an amount from 0 to 10,000.")),
        ],
    )

    @staticmethod
    def of(limits: Limits) -> dict[str, Any]:
        """What the fields show of the limits that hold."""
        daily, each = limits.daily, limits.each
        return {
            "daily": None if daily is None else daily.amount,
            "each": None if each is None else each.amount,
        }

    def limits(self, currency: str) -> Limits:
        """What was chosen, in whole cents."""
        return Limits(
            daily_minor=_cents(self.daily.data, currency),
            each_minor=_cents(self.each.data, currency),
            currency=currency,
        )


def _cents(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else Money.of(amount, currency).minor


class SettingsForm(Form):
    """What the merchant chooses."""

    label_when = RadioField(
        _("When labels are bought"),
        choices=[SelectChoice(choice.value) for choice in LabelWhen],
        validators=[InputRequired(_("Choose when labels are bought."))],
    )


class LabelFormatForm(Form):
    """What kind of file labels are bought as."""

    label_format = RadioField(
        _("What labels are printed on"),
        choices=[SelectChoice(choice.value) for choice in LabelFormat],
        validators=[InputRequired(_("Choose what labels are printed on."))],
    )
