"""The nouns of the shop, by family."""

from shop.models.cases import Case, Contact
from shop.models.catalog import Product
from shop.models.events import AuditEntry, ShopSetting, Slot, WebhookEvent
from shop.models.following import FollowedParcel, FollowedSnapshot
from shop.models.messages import Message
from shop.models.orders import Basket, BasketLine, Order, OrderLine, Quote, QuoteRun
from shop.models.people import Account, WebSession
from shop.models.rates import Circuit, RateDecision
from shop.models.refunds import Refund
from shop.models.shipping import (
    LabelAttempt,
    LabelFile,
    LabelIntent,
    Parcel,
    ProviderTransaction,
    TrackSnapshot,
)

__all__ = [
    "Account",
    "AuditEntry",
    "Basket",
    "BasketLine",
    "Case",
    "Circuit",
    "Contact",
    "FollowedParcel",
    "FollowedSnapshot",
    "LabelAttempt",
    "LabelFile",
    "LabelIntent",
    "Message",
    "Order",
    "OrderLine",
    "Parcel",
    "Product",
    "ProviderTransaction",
    "Quote",
    "QuoteRun",
    "RateDecision",
    "Refund",
    "ShopSetting",
    "Slot",
    "TrackSnapshot",
    "WebSession",
    "WebhookEvent",
]
