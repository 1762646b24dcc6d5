"""What several doors ask people for: who they are, how to reach them, and where they live."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form, SelectField, StringField, TelField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from shop.outside import settings
from shop.rates import SHIPS_TO

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


def mail_address(text: str) -> str:
    """An e-mail address as we keep it. Outside live mode names under .test are good ones."""
    told = validate_email(
        text,
        check_deliverability=False,
        allow_smtputf8=False,  # most servers cannot take them
        test_environment=not settings.live,
    )
    return told.normalized


def e164(text: str) -> str:
    """A phone number as we keep it. Raises ValidationError."""
    try:
        number = phonenumbers.parse(text, SHIPS_TO[0])
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Enter a phone number with its area code, like (503) 555-0142."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class ReachForm(Form):
    """How somebody is reached."""

    email = EmailField(_("E-mail"), [DataRequired(_("Enter your e-mail address."))], filters=[tidy])
    phone = TelField(_("Phone"), filters=[tidy])

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = mail_address(field.data or "")
        except EmailNotValidError:
            raise ValidationError(_("Enter an e-mail address like name@example.com."))

    def validate_phone(self, field: StringField) -> None:
        if field.data:
            field.data = e164(field.data)


class PostalForm(Form):
    """Where a parcel goes: what a carrier prints on a label, within its lengths."""

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

    def validate_state(self, field: SelectField) -> None:
        if field.data not in STATES_BY_CODE:
            raise ValidationError(_("Choose the state."))

    def validate_zip(self, field: StringField) -> None:
        digits = ZIP.fullmatch(field.data or "")
        if digits is None:
            raise ValidationError(_("Enter a ZIP code of 5 or 9 digits, like 97214."))
        field.data = "-".join(filter(None, digits.groups()))
