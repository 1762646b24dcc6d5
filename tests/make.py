"""Domain objects for tests: plain functions with defaults, saved and committed.

The cast: Alice is a customer with an order, Bob another customer, Charlie has no account; Ada
runs the shop, Pat packs, Vera only looks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop import checkout, choices, packing, quotes, rates
from shop import quick as quick_labels
from shop.db import session
from shop.fixed import FixedOption
from shop.models import (
    Account,
    Basket,
    BasketLine,
    Case,
    FollowedParcel,
    LabelIntent,
    Message,
    Order,
    OrderLine,
    Parcel,
    Product,
    ProviderTransaction,
    Quote,
    QuoteRun,
)
from shop.models.orders import token
from shop.models.people import hasher
from shop.outside import gateways, world_now
from shop.quick import QuickLabel
from shop.seeding import PASSWORD, stock_shelves
from shop.values import (
    Address,
    CarrierAccount,
    Cause,
    Channel,
    IntentState,
    MessageState,
    Milestone,
    Mode,
    Money,
    ParcelState,
    QuoteSource,
    Role,
    Scan,
    Service,
    Snapshot,
    Standing,
    TrackingStatus,
    Transaction,
    TransactionStatus,
    Via,
)

T = TypeVar("T")

_hash = hasher.hash(PASSWORD)
NUMBER = "9205590164917312751089"
HOME = Address(
    name="Alice Archer",
    street1="2215 SE Alder St",
    street2="Apt 5",
    city="Portland",
    state="OR",
    zip="97214",
    country="US",
    phone="+15035550142",
)


def saved(thing: T) -> T:
    session.add(thing)
    session.commit()
    return thing


def account(email: str, role: Role = Role.CUSTOMER, **given: Any) -> Account:
    """Somebody with the password of the demo, made once."""
    found = session.scalar(sa.select(Account).filter_by(email=email))
    name = email.partition("@")[0].title()
    return found or saved(
        Account(**{"email": email, "name": name, "role": role, "password_hash": _hash, **given})
    )


def alice(**given: Any) -> Account:
    return account("alice@quayside.test", **given)


def bob(**given: Any) -> Account:
    return account("bob@quayside.test", **given)


def ada() -> Account:
    return account("ada@quayside.test", Role.ADMIN)


def pat() -> Account:
    return account("pat@quayside.test", Role.PACKER)


def vera() -> Account:
    return account("vera@quayside.test", Role.VIEWER)


def signed_in(client: FlaskClient, who: Account) -> FlaskClient:
    """Somebody's browser: their session is made as the sign-in page makes it."""
    email = who.email
    with client.session_transaction() as visit:
        visit["_user_id"] = str(who.id)
        visit["_fresh"] = True
    assert email
    return client


def product(slug: str = "harbour-mug", **given: Any) -> Product:
    """One of the shop's own goods, changed as given."""
    if not session.scalar(sa.select(sa.func.count(Product.id))):
        stock_shelves()
    found = session.scalars(sa.select(Product).filter_by(slug=slug)).one()
    for name, value in given.items():
        setattr(found, name, value)
    return saved(found)


def basket(**given: Any) -> Basket:
    mug = product(stock=50)
    defaults = {"email": "alice@quayside.test", "address": HOME.to_json(), "text_consent": True}
    return saved(Basket(**{**defaults, "lines": [BasketLine(product=mug, quantity=2)], **given}))


def order(**given: Any) -> Order:
    """An order of two mugs to Alice's home, with live rates; no parcel yet."""
    own = given.pop("basket", None) or basket(placed=True)
    source = given.pop("source", QuoteSource.LIVE)
    run = _run(own, source)
    arrives = rates.promise(datetime.now(UTC), 3, exact=False)
    line = own.lines[0]
    defaults: dict[str, Any] = {
        "basket_id": own.id,
        "quote": run.quotes[0],
        "name": HOME.name,
        "email": own.email,
        "phone": HOME.phone,
        "text_consent": own.text_consent,
        "address": HOME.to_json(),
        "goods_minor": own.goods.minor,
        "delivery_minor": run.quotes[0].price_minor,
        "currency": "USD",
        "promise_first": arrives.first,
        "promise_last": arrives.last,
        "placed_at": datetime.now(UTC),
        "lines": [
            OrderLine(
                product_id=line.product_id,
                sku=line.product.sku,
                name=line.product.name,
                line=line.product.line,
                image=line.product.image,
                weight_g=line.product.weight_g,
                quantity=line.quantity,
                price_minor=line.product.price_minor,
                currency="USD",
            )
        ],
    }
    made = Order(**{**defaults, **given})
    session.add(made)
    session.flush()
    made.number = made.number or f"Q-{10_000 + made.id}"
    return saved(made)


def placed(**given: Any) -> Order:
    """An order placed by the shop's own rules on rates the sandbox quoted just now."""
    own = basket(**given)
    asked = checkout.enquiry(own)
    session.commit()
    reply = quotes.ask(asked)
    run = quotes.offer(asked, reply)
    checkout.choose(own, run.quotes[0].token)
    made = checkout.place(own, None)
    session.commit()
    return made


def sold(metadata: str, **given: Any) -> Transaction:
    """What Shippo says of a label that was bought under this reference, without a rate."""
    told = {"id": "a" * 32, "rate": None, "tracking_number": NUMBER}
    return Transaction(**{"status": TransactionStatus.SUCCESS, **told, **given}, metadata=metadata)


def stray(**given: Any) -> ProviderTransaction:
    """A label with our reference on Shippo's list that no wish of ours asked for."""
    told = {"object_id": "a" * 32, "mode": Mode.TEST, "tracking_number": NUMBER}
    told |= {"metadata_text": "qs1:nobody:1", "status": TransactionStatus.SUCCESS}
    return saved(ProviderTransaction(**{**told, "seen_via": Via.LIST, **given}))


def fixed(cost_minor: int = 8_40) -> tuple[FixedOption, ...]:
    """The shop delivers at fixed prices from now on, by services its accounts at Shippo sell."""
    accounts = {account.carrier: account for account in gateways.shippo.carrier_accounts()}
    bought = (
        ("Standard delivery", 7_90, 4, "usps", "usps_ground_advantage", "Ground Advantage"),
        ("Express delivery", 19_90, 2, "ups", "ups_second_day_air", "2nd Day Air®"),
    )
    options = tuple(
        FixedOption(
            name=name,
            price=Money(price),
            days=days,
            account=accounts[carrier].id,
            carrier=carrier,
            carrier_name=accounts[carrier].carrier_name,
            service=service,
            service_name=service_name,
            cost=Money(cost_minor),
        )
        for name, price, days, carrier, service, service_name in bought
    )
    choices.set_fixed_options(options)
    session.commit()
    return options


def quick(**given: Any) -> Order:
    """A quick label to Alice, not bought yet, by a service that is on the list."""
    service = Service(token="usps_ground_advantage", name="Ground Advantage")
    sells = CarrierAccount(id="c" * 32, carrier="usps", carrier_name="USPS", services=(service,))
    choices.set_carrier_accounts([sells])
    wanted = {
        "to": HOME,
        "package": packing.pack([]),
        "account": sells,
        "service": service,
        "note": "Replacement mug",
    }
    made, _new = quick_labels.place(token(), QuickLabel(**{**wanted, **given}))
    session.commit()
    return made


def parcel(**given: Any) -> Parcel:
    """A parcel that waits for its label, unless told otherwise."""
    own = given.pop("order", None) or order()
    defaults: dict[str, Any] = {
        "order": own,
        "mode": Mode.TEST,
        "state": ParcelState.NEEDS_LABEL,
        "package": vars(packing.pack([])),
        "rate_id": own.quote.rate_id,
        "rate_until": own.quote.run.expires_at,
        "service": own.quote.service,
        "carrier": "usps",
        "carrier_name": "USPS",
        "service_name": "Priority Mail",
        "cost_minor": own.quote.cost_minor,
        "currency": "USD",
    }
    return saved(Parcel(**{**defaults, **given}))


def labelled(**given: Any) -> Parcel:
    """A parcel with a label and a number, no scan yet."""
    count = session.scalar(sa.select(sa.func.count(Parcel.id))) or 0
    defaults: dict[str, Any] = {
        "state": ParcelState.LABELLED,
        "standing": Standing.LABEL_READY,
        "transaction_id": f"{count:032x}",
        "tracking_number": NUMBER,
        "tracking_url": None,
        "labelled_at": datetime.now(UTC),
        "labelled_via": Via.WEBHOOK,
    }
    return parcel(**{**defaults, **given})


def scanned(status: TrackingStatus, substatus: str | None = None, **given: Any) -> Parcel:
    """A labelled parcel that has been scanned once, as a webhook would have said it."""
    flagged = given.pop("action_required", False)
    details = given.pop("details", "Scanned")
    own = labelled(**given)
    at = world_now() - timedelta(seconds=1)
    scan = Scan(
        status=status,
        substatus=substatus,
        action_required=flagged,
        at=at,
        ingested=at,
        city="Portland",
        state="OR",
        country="US",
        details=details,
    )
    told = Snapshot(
        carrier=own.carrier,
        number=own.tracking_number or "",
        transaction=own.transaction_id,
        status=scan,
        history=(scan,),
    )
    own.hear(told, Via.WEBHOOK, world_now())
    return saved(own)


def intent(**given: Any) -> LabelIntent:
    own = given.pop("parcel", None) or parcel()
    defaults: dict[str, Any] = {
        "parcel": own,
        "rate_id": own.rate_id,
        "rate_until": datetime.now(UTC) + timedelta(days=6),
        "amount_minor": own.cost_minor,
        "currency": "USD",
        "mode": own.mode,
        "state": IntentState.READY,
        "due_at": datetime.now(UTC),
    }
    return saved(LabelIntent(**{**defaults, **given}))


def followed(**given: Any) -> FollowedParcel:
    """A number of somebody else's that Ada follows, scanned once."""
    at = datetime.now(UTC)
    defaults: dict[str, Any] = {
        "mode": Mode.TEST,
        "carrier": "ups",
        "tracking_number": "1Z999AA10123456784",
        "name": "Mugs from the potter",
        "followed_at": at,
        "followed_by": ada().id,
        "poll_at": at + timedelta(hours=4),
        "registered_at": at,
    }
    own = FollowedParcel(**{**defaults, **given})
    scan = Scan(status=TrackingStatus.TRANSIT, at=at, ingested=at, city="Reno", details="Departed")
    told = Snapshot(carrier=own.carrier, number=own.tracking_number, status=scan, history=(scan,))
    own.hear(told, Via.WEBHOOK, at)
    return saved(own)


def case(cause: Cause = Cause.DELIVERY_FAILED, **given: Any) -> Case:
    own = given.pop("parcel", None) or scanned(TrackingStatus.FAILURE, "package_undeliverable")
    return saved(
        Case(**{"parcel_id": own.id, "cause": cause, "evidence": "Undeliverable", **given})
    )


def message(**given: Any) -> Message:
    own = given.pop("parcel", None) or labelled()
    defaults: dict[str, Any] = {
        "parcel": own,
        "milestone": Milestone.LABEL_READY,
        "channel": Channel.MAIL,
        "recipient": own.order.email,
        "state": MessageState.QUEUED,
    }
    return saved(Message(**{**defaults, **given}))


def _run(own: Basket, source: QuoteSource) -> QuoteRun:
    live = source is QuoteSource.LIVE
    at = datetime.now(UTC)
    arrives = rates.promise(at, 3, exact=False)
    quote = Quote(
        rate_id="f" * 32 if live else None,
        carrier="usps" if live else "",
        carrier_name="USPS" if live else "",
        service="usps_priority" if live else "standard",
        service_name="Priority Mail" if live else "Standard delivery",
        price_minor=945,
        cost_minor=785 if live else None,
        currency="USD",
        arrives_first=arrives.first,
        arrives_last=arrives.last,
    )
    run = QuoteRun(
        basket_id=own.id,
        fingerprint=own.fingerprint,
        source=source,
        cause="" if live else "Shippo: no answer within 2 s",
        package=vars(packing.pack([])),
        made_at=at,
        expires_at=at + timedelta(days=6),
        quotes=[quote],
    )
    session.add(run)
    session.flush()
    return run
