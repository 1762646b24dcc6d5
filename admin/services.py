"""What the shop's carrier accounts sell: a list to choose from, and loading it anew from Shippo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from shop import choices
from shop.carriers import spoken
from shop.db import session
from shop.gateways.errors import GatewayError
from shop.i18n import say as _
from shop.outside import gateways
from shop.values import CarrierAccount, Service


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A service of a carrier account: what a label is bought by without a rate."""

    account: CarrierAccount
    service: Service

    @property
    def value(self) -> str:
        """Its word in a form."""
        return value(self.account.id, self.service.token)

    @property
    def name(self) -> str:
        """Carrier and service, as one says it."""
        return spoken(self.account.carrier_name, self.service.name)


def value(account: str, service: str) -> str:
    """What a form holds for a service of an account: ids have no colon in them."""
    return f"{account}:{service}"


def find(wanted: str) -> Sold | None:
    """The service a form holds, if Shippo listed it when it was asked last."""
    every = (one for account in choices.carrier_accounts() for one in _sold(account))
    return next((one for one in every if one.value == wanted), None)


def options(*, whole: bool = False) -> list[SelectChoice]:
    """Every service for a select, grouped by account; none before they were loaded.

    Where the account is not read elsewhere, its carrier is named before each: the `whole` name.
    """
    accounts = choices.carrier_accounts()
    names = _names(accounts)
    return [
        SelectChoice(
            one.value,
            _whole(one, names) if whole else one.service.name,
            optgroup=names[account.id],
        )
        for account in accounts
        for one in _sold(account)
    ]


def load() -> str:
    """Ask Shippo for the accounts and keep them; returns why it could not be, or nothing.

    Ends the transaction before it asks, and commits what it heard. Nothing stored is lost.
    """
    session.commit()
    try:
        told = gateways.shippo.carrier_accounts()
    except GatewayError as error:
        return _("The services could not be loaded: %(why)s", why=error)
    if not told:
        return _("Shippo lists no active carrier account. Connect one in your Shippo account.")
    choices.set_carrier_accounts(told)
    session.commit()
    return ""


def _whole(one: Sold, names: dict[str, str]) -> str:
    """Carrier and service, and which account where its carrier has several."""
    account = one.account
    alone = names[account.id] == account.carrier_name
    return one.name if alone else f"{one.name} (…{account.id[-4:]})"


def _sold(account: CarrierAccount) -> list[Sold]:
    return [Sold(account=account, service=service) for service in account.services]


def _names(accounts: Sequence[CarrierAccount]) -> dict[str, str]:
    """An account's name is its carrier's; of several of one carrier, with the end of its id."""
    count = Counter(account.carrier_name for account in accounts)
    return {
        account.id: account.carrier_name
        if count[account.carrier_name] == 1
        else _("%(carrier)s, account …%(end)s", carrier=account.carrier_name, end=account.id[-4:])
        for account in accounts
    }
