"""The forms a shopper fills in."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from shop.outside import settings
from shop.rates import SHIPS_TO
from shop.values import Address

LINE = 35
"""What carriers print of one line of an address; more would be cut off on the label."""

STATES = """AL Alabama|AK Alaska|AS American Samoa|AZ Arizona|AR Arkansas|AA Armed Forces Americas
|AE Armed Forces Europe|AP Armed Forces Pacific|CA California|CO Colorado|CT Connecticut
|DE Delaware|DC District of Columbia|FL Florida|GA Georgia|GU Guam|HI Hawaii|ID Idaho|IL Illinois
|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts
|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada
|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota
|MP Northern Mariana Islands|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico
|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|VI U.S. Virgin Islands
|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"""
STATES_BY_CODE = {line[:2]: line[3:].strip() for line in STATES.replace("\n", "").split("|")}
ZIP = re.compile(r"([0-9]{5})[ -]?([0-9]{4})?")


def tidy(text: str | None) -> str:
    """One line of plain text: nothing unprintable in it, single spaces between words."""
    whole = unicodedata.normalize("NFC", text or "")
    spaced = "".join(" " if sign.isspace() else sign for sign in whole)
    return " ".join("".join(s for s in spaced if unicodedata.category(s)[0] != "C").split())


def email(text: str) -> str:
    """An e-mail address as we keep it. Outside live mode names under .test are good ones."""
    told = validate_email(
        text,
        check_deliverability=False,
        allow_smtputf8=False,  # most servers cannot take them
        test_environment=not settings.live,
    )
    return told.normalized


class QuantityForm(FlaskForm):  # type: ignore[misc]
    """How many of one product. `add` puts them to those already in the cart."""

    quantity = IntegerField(_("Quantity"), [InputRequired(), NumberRange(0, 999)])
    add = HiddenField()


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Who is buying and where it goes."""

    email = EmailField(_("E-mail"), [DataRequired(_("Enter your e-mail address."))], filters=[tidy])
    texts = BooleanField(_("Text me delivery updates"))
    phone = TelField(_("Phone"), filters=[tidy])
    name = StringField(
        _("Full name"),
        [
            DataRequired(_("Enter the name of the person who receives the parcel.")),
            Length(max=50, message=_("Shorten the name to 50 letters, so that it fits a label.")),
        ],
        filters=[tidy],
    )
    street1 = StringField(
        _("Street address"),
        [
            DataRequired(_("Enter the street and house number.")),
            Length(
                max=LINE,
                message=_("Shorten the street to 35 letters, so that it fits a label."),
            ),
        ],
        filters=[tidy],
    )
    street2 = StringField(
        _("Apartment, suite or unit"),
        [
            Length(
                max=LINE,
                message=_("Shorten the unit to 35 letters, so that it fits a label."),
            )
        ],
        filters=[tidy],
    )
    city = StringField(
        _("City"),
        [
            DataRequired(_("Enter the city.")),
            Length(max=LINE, message=_("Shorten the city to 35 letters, so that it fits a label.")),
        ],
        filters=[tidy],
    )
    state = SelectField(
        _("State"),
        [DataRequired(_("Choose the state."))],
        choices=[SelectChoice("", _("Choose a state"))]
        + [SelectChoice(code, name) for code, name in STATES_BY_CODE.items()],
        validate_choice=False,
    )
    zip = StringField(_("ZIP code"), [DataRequired(_("Enter the ZIP code."))], filters=[tidy])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if not settings.texts:
            del self.texts  # nothing is offered that this shop cannot do

    @property
    def consent(self) -> bool:
        """Whether they asked for texts."""
        return bool("texts" in self and self.texts.data)

    @property
    def address(self) -> Address:
        """The address they gave, checked."""
        fields = ("name", "street1", "street2", "city", "state", "zip", "phone", "email")
        return Address(country=SHIPS_TO[0], **{name: self[name].data for name in fields})

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = email(field.data or "")
        except EmailNotValidError:
            raise ValidationError(_("Enter an e-mail address like name@example.com."))

    def validate_phone(self, field: StringField) -> None:
        if field.data:
            field.data = _e164(field.data)
        elif self.consent:
            raise ValidationError(
                _("Enter a phone number we can text, or untick “Text me delivery updates”.")
            )

    def validate_state(self, field: SelectField) -> None:
        if field.data not in STATES_BY_CODE:
            raise ValidationError(_("Choose the state."))

    def validate_zip(self, field: StringField) -> None:
        digits = ZIP.fullmatch(field.data or "")
        if digits is None:
            raise ValidationError(_("Enter a ZIP code of 5 or 9 digits, like 97214."))
        field.data = "-".join(filter(None, digits.groups()))


class DeliveryForm(FlaskForm):  # type: ignore[misc]
    """One of the delivery options, or a wish for new prices."""

    rate = StringField(_("Delivery option"))
    refresh = HiddenField()

    def validate_rate(self, field: StringField) -> None:
        if not field.data and not self.refresh.data:
            raise ValidationError(_("Choose how it should be delivered."))


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """What the shopper has in front of them as they order: which basket, at which quote."""

    basket = HiddenField()
    quote = HiddenField()


class LoginForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password."""

    email = EmailField(
        _("E-mail"), [DataRequired(_("Enter your e-mail address.")), Length(max=254)], [tidy]
    )
    password = PasswordField(
        _("Password"), [DataRequired(_("Enter your password.")), Length(max=200)]
    )


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """A new customer's account."""

    name = StringField(
        _("Your name"),
        [
            DataRequired(_("Enter your name.")),
            Length(max=50, message=_("Shorten your name to 50 letters.")),
        ],
        filters=[tidy],
    )
    email = EmailField(_("E-mail"), [DataRequired(_("Enter your e-mail address."))], filters=[tidy])
    password = PasswordField(
        _("Password"),
        [
            DataRequired(_("Enter a password.")),
            Length(min=10, message=_("Use at least 10 characters.")),
            Length(max=200, message=_("Use at most 200 characters.")),
        ],
    )

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = email(field.data or "").lower()
        except EmailNotValidError:
            raise ValidationError(_("Enter an e-mail address like name@example.com."))


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, SHIPS_TO[0])
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Enter a phone number with its area code, like (503) 555-0142."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
