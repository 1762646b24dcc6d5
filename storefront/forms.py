"""The forms a shopper fills in."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from shop.forms import PostalForm, ReachForm, mail_address, tidy
from shop.outside import settings
from shop.rates import SHIPS_TO
from shop.values import Address


class QuantityForm(FlaskForm):  # type: ignore[misc]
    """How many of one product. `add` puts them to those already in the cart."""

    quantity = IntegerField(_("Quantity"), [InputRequired(), NumberRange(0, 999)])
    add = HiddenField()


class AddressForm(FlaskForm, ReachForm, PostalForm):  # type: ignore[misc]
    """Who is buying and where it goes."""

    texts = BooleanField(_("Text me delivery updates"))

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

    def validate_phone(self, field: StringField) -> None:
        super().validate_phone(field)
        if self.consent and not field.data:
            raise ValidationError(
                _("Enter a phone number we can text, or untick “Text me delivery updates”.")
            )


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
            field.data = mail_address(field.data or "").lower()
        except EmailNotValidError:
            raise ValidationError(_("Enter an e-mail address like name@example.com."))
