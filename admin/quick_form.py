"""What staff fill in for a quick label: an address, a parcel, a service, and what it is for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DecimalField, EmailField, HiddenField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from admin import services
from shop import i18n, quick
from shop.forms import LINE, PostalForm, ReachForm, tidy
from shop.i18n import say as _say
from shop.models import Order
from shop.packing import BOXES, Box
from shop.quick import QuickLabel
from shop.rates import SHIPS_TO
from shop.values import Address, Package

OWN = "own"
OWN_NAME = "Own size"
LONGEST_CM, HEAVIEST_KG = 274, 68
"""What no carrier takes more than: 108 inches and 150 pounds."""

REACHED = ("name", "company", "street1", "street2", "city", "state", "zip", "phone", "email")


class Figure(DecimalField):
    """A length or a weight, told plainly where it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_say("Enter a number, like 12.5."))


def _side(label: Any) -> Figure:
    reach = NumberRange(1, LONGEST_CM, _("Enter 1 to 274 cm."))
    return Figure(label, [Optional(), reach], places=None)


def _box_words(box: Box) -> str:
    return f"{box.name}, {' × '.join(f'{side / 10:g}' for side in box.sides)} cm"


class QuickForm(PostalForm, ReachForm):
    """All of it. `token` names the form, so that sent twice it buys one label."""

    token = HiddenField()
    company = StringField(
        _("Company"),
        [
            Length(
                max=LINE, message=_("Shorten the company to 35 letters, so that it fits a label.")
            )
        ],
        filters=[tidy],
    )
    phone = TelField(_("Phone"), filters=[tidy])
    email = EmailField(_("E-mail"), [Optional()], filters=[tidy])
    box = SelectField(
        _("Box"),
        choices=[SelectChoice(box.name, _box_words(box)) for box in BOXES]
        + [SelectChoice(OWN, _("Own size"))],
        validate_choice=False,
    )
    length, width, height = _side(_("Length, cm")), _side(_("Width, cm")), _side(_("Height, cm"))
    weight = Figure(
        _("Weight with its packing, kg"),
        [
            InputRequired(_("Enter the weight of the parcel.")),
            NumberRange(Decimal("0.01"), HEAVIEST_KG, _("Enter 0.01 to 68 kg.")),
        ],
        places=None,
    )
    service = SelectField(_("Service"), validate_choice=False)
    note = StringField(
        _("What it is for"),
        [
            DataRequired(_("Say what it is for, so that a colleague can tell.")),
            Length(max=200, message=_("Keep it under 200 characters.")),
        ],
        filters=[tidy],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = SelectChoice("", _say("Choose a service"))
        self.service.choices = [first, *services.options(whole=True)]

    @property
    def to(self) -> Address:
        """The address as far as it was given."""
        return Address(
            country=SHIPS_TO[0], **{name: str(self[name].data or "") for name in REACHED}
        )

    @property
    def package(self) -> Package:
        """The parcel as it stands on the scales, once it is valid."""
        grams = _whole(self.weight.data, 1000)
        found = next((box for box in BOXES if box.name == self.box.data), None)
        name = found.name if found else OWN_NAME
        sides = found.sides if found else [_whole(field.data, 10) for field in self.sides]
        length, width, height = sorted(sides, reverse=True)
        return Package(box=name, length_mm=length, width_mm=width, height_mm=height, weight_g=grams)

    @property
    def wanted(self) -> QuickLabel:
        """Everything, once it is valid."""
        sold = services.find(self.service.data or "")
        assert sold  # noqa: S101 - valid
        return QuickLabel(
            to=self.to,
            package=self.package,
            account=sold.account,
            service=sold.service,
            note=self.note.data or "",
        )

    @property
    def sides(self) -> list[Figure]:
        return [self.length, self.width, self.height]

    def validate_box(self, field: SelectField) -> None:
        if field.data not in {OWN, *(box.name for box in BOXES)}:
            raise ValidationError(_("Choose a box, or its own size."))
        typed = [side for side in self.sides if side.raw_data and side.raw_data[0].strip()]
        if field.data == OWN and len(typed) < len(self.sides):
            raise ValidationError(_("Enter length, width and height of the parcel."))
        if field.data != OWN and typed:
            raise ValidationError(_("Choose “Own size”, or leave length, width and height empty."))

    def validate_service(self, field: SelectField) -> None:
        sold = services.find(field.data or "")
        if sold is None:
            raise ValidationError(_("Choose the service the label is bought by."))
        if quick.unreached(self.to, sold.account.carrier):
            raise ValidationError(
                _say(
                    "%(carrier)s does not come to post office boxes or to the forces."
                    " Choose a service of USPS.",
                    carrier=sold.account.carrier_name,
                )
            )


def likely(order: Order) -> dict[str, Any]:
    """What to begin with for somebody who has ordered: where they live, and a note."""
    return {**_reached(order), "note": _say("For %(number)s", number=order.number)}


def shown(order: Order) -> dict[str, Any]:
    """A quick label as its form holds it; a service no longer sold has to be chosen again."""
    (parcel,) = order.parcels
    box = parcel.box
    known = any(one.name == box.box for one in BOXES)
    sides = (box.length_mm, box.width_mm, box.height_mm)
    own = {} if known else dict(zip(("length", "width", "height"), map(_cm, sides), strict=True))
    return {
        **_reached(order),
        **own,
        "box": box.box if known else OWN,
        "weight": Decimal(box.weight_g) / 1000,
        "service": services.value(order.quote.carrier_account or "", order.quote.service),
        "note": order.note,
    }


def _reached(order: Order) -> dict[str, Any]:
    phone = i18n.phone(order.phone) if order.phone else ""
    return {**order.address, "email": order.email, "phone": phone}


def _cm(mm: int) -> Decimal:
    return Decimal(mm) / 10


def _whole(typed: Decimal | None, times: int) -> int:
    """In units so many times smaller, whole ones: kilograms in grams."""
    return round((typed or 0) * times)
