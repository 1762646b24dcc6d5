"""Which webhooks are to be applied again: since when, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateTimeLocalField, Field, Form
from wtforms.validators import InputRequired, ValidationError

from admin.spans import theirs
from shop.rates import HOME
from shop.replay import AGAIN
from shop.values import EventState

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
ASK = _("Enter a day and a time, like 03/12/2026 09:30 am.")


class LocalTime(DateTimeLocalField):
    """A day and a time as a browser's own field writes it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(ASK) from None


class ReplayForm(Form):
    """A time in the shop's zone, and the states that count; those applied only if wished."""

    since = LocalTime(_("First heard since"), format=FORMATS, validators=[InputRequired(ASK)])
    unmatched = BooleanField(_("Matches nothing of ours"), default=True)
    unreadable = BooleanField(_("Unreadable"), default=True)
    wrong_mode = BooleanField(_("Wrong mode"), default=True)
    ignored = BooleanField(_("Not followed"), default=True)
    done = BooleanField(_("Also those applied"))

    @property
    def boxes(self) -> list[Field]:
        return [self[state.value] for state in (*AGAIN, EventState.DONE)]

    @property
    def states(self) -> list[EventState]:
        return [EventState(box.name) for box in self.boxes if box.data]

    @property
    def moment(self) -> datetime:
        """Since when, in machine time; what was typed is of the clock that the desk shows."""
        typed = cast(datetime, self.since.data)
        return theirs(typed.replace(tzinfo=HOME))

    def validate_unmatched(self, field: BooleanField) -> None:
        """Said beside the first box: it is the boxes that nobody has ticked."""
        if not self.states:
            raise ValidationError(_("Tick what is to be applied again."))
