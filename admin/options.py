"""What the merchant fills in for delivery prices: live or fixed, and up to two fixed options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, FormField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, ValidationError

from admin import services
from admin.forms import tidy
from shop.fixed import FixedOption
from shop.i18n import say as _say
from shop.rates import STANDARD_DAYS
from shop.values import Money, QuoteSource

CURRENCY = "USD"
DEAREST = Money(1_000_00, CURRENCY)
LONGEST = 30
AMOUNT = re.compile(r"\$?\s*([0-9]{1,7}(?:\.[0-9]{1,2})?)")


def amount(typed: str) -> Money | None:
    """Dollars as people type them, 7.90, $7.90 or 8; None for what is no amount."""
    found = AMOUNT.fullmatch(typed)
    return Money.of(Decimal(found[1]), CURRENCY) if found else None


class OptionForm(Form):
    """One option. `which` is what messages call it, `taken` a name that another bears."""

    name = StringField(_("Name the shopper reads"), filters=[tidy])
    price = StringField(_("Price, in dollars"), filters=[tidy])
    days = StringField(_("Working days"), filters=[tidy])
    service = SelectField(_("Service its label is bought by"), validate_choice=False)
    cost = StringField(_("What such a label costs as a rule, in dollars"), filters=[tidy])

    which = ""
    wanted = True
    taken = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = SelectChoice("", _say("Choose a service"))
        self.service.choices = [first, *services.options(whole=True)]

    @property
    def blank(self) -> bool:
        return not any(field.data for field in self)

    @property
    def option(self) -> FixedOption:
        """What was filled in, once it is valid."""
        sold = services.find(self.service.data or "")
        price, cost = amount(self.price.data or ""), amount(self.cost.data or "")
        assert sold and price is not None and cost is not None  # noqa: S101, PT018 - valid
        return FixedOption(
            name=self.name.data or "",
            price=price,
            days=int(self.days.data or 0),
            account=sold.account.id,
            carrier=sold.account.carrier,
            carrier_name=sold.account.carrier_name,
            service=sold.service.token,
            service_name=sold.service.name,
            cost=cost,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.wanted or super().validate(extra_validators)

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(_say("Enter a name for %(which)s delivery.", which=self.which))
        if len(field.data) > 80:
            raise ValidationError(_say("Keep the name under 80 characters."))
        if field.data.casefold() == self.taken.casefold():
            told = _say("Give %(which)s delivery a name of its own.", which=self.which)
            raise ValidationError(told)

    def validate_price(self, field: StringField) -> None:
        if not field.data:
            told = _say(
                "Enter what the shopper pays for %(which)s delivery, 0 if it is free.",
                which=self.which,
            )
            raise ValidationError(told)
        self._within(field)

    def validate_days(self, field: StringField) -> None:
        typed = field.data or ""
        if not (re.fullmatch("[0-9]{1,2}", typed) and 1 <= int(typed) <= LONGEST):
            told = _say(
                "Enter the working days %(which)s delivery takes, from 1 to %(most)s.",
                which=self.which,
                most=LONGEST,
            )
            raise ValidationError(told)

    def validate_service(self, field: SelectField) -> None:
        if services.find(field.data or "") is None:
            told = _say(
                "Choose the service the label of %(which)s delivery is bought by.",
                which=self.which,
            )
            raise ValidationError(told)

    def validate_cost(self, field: StringField) -> None:
        if not field.data:
            told = _say(
                "Enter what a label of %(which)s delivery costs as a rule.", which=self.which
            )
            raise ValidationError(told)
        if not self._within(field):
            raise ValidationError(_say("A label costs something: enter more than 0."))

    def _within(self, field: StringField) -> Money:
        """The amount typed. Raises ValidationError for none, and for too much."""
        told = amount(field.data or "")
        if told is None:
            raise ValidationError(
                _say("“%(typed)s” is no amount. Write it like 7.90.", typed=(field.data or "")[:20])
            )
        if told.minor > DEAREST.minor:
            raise ValidationError(_say("Enter 1,000 at most."))
        return told


class DeliveryForm(Form):
    """Live or fixed prices. Of fixed ones the first is needed, the second may be left empty."""

    source = RadioField(
        _("How delivery is priced"),
        choices=[SelectChoice(one.value) for one in (QuoteSource.LIVE, QuoteSource.FIXED)],
        validators=[InputRequired(_("Choose how delivery is priced."))],
    )
    standard = FormField(OptionForm)
    express = FormField(OptionForm)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standard.form.which, self.express.form.which = _say("standard"), _say("express")

    @staticmethod
    def of(options: Sequence[FixedOption], source: QuoteSource) -> dict[str, Any]:
        """What the fields show of the options kept; at first only what is likely."""
        likely = {"name": _say("Standard delivery"), "days": str(STANDARD_DAYS)}
        shown = [_shown(option) for option in options] or [likely]
        return {"source": source.value, **dict(zip(("standard", "express"), shown, strict=False))}

    @property
    def fixed(self) -> bool:
        return str(self.source.data) == QuoteSource.FIXED.value

    @property
    def parts(self) -> list[OptionForm]:
        return [self.standard.form, self.express.form]

    @property
    def options(self) -> list[FixedOption]:
        """What was filled in, once it is valid."""
        return [part.option for part in self.parts if not part.blank]

    def validate(self, extra_validators: Any = None) -> bool:
        first, second = self.parts
        first.wanted, second.wanted = self.fixed, self.fixed and not second.blank
        second.taken = first.name.data or ""
        return super().validate(extra_validators)


def _shown(option: FixedOption) -> dict[str, str]:
    """An option as its fields hold it; a service no longer sold has to be chosen again."""
    value = services.value(option.account, option.service)
    return {
        "name": option.name,
        "price": str(option.price.amount),
        "days": str(option.days),
        "service": value if services.find(value) else "",
        "cost": str(option.cost.amount),
    }
