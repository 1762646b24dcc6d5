"""The words and measures of the trade, by family: no database, no network."""

from shop.values.events import EventState, Mode, Outcome, Via
from shop.values.labels import (
    Hold,
    Instalabel,
    IntentState,
    LabelFormat,
    LabelWhen,
    Transaction,
    TransactionStatus,
)
from shop.values.messages import Channel, Mark, MessageState, Milestone
from shop.values.money import Money
from shop.values.parcels import Address, Handling, Package, ParcelState
from shop.values.people import PERMISSIONS, Act, Permission, Role
from shop.values.rates import (
    CarrierAccount,
    LeftOut,
    Promise,
    QuoteSource,
    Rate,
    RateAnswer,
    Service,
    Verdict,
)
from shop.values.refunds import RefundState, RefundStatus, ToldRefund
from shop.values.tracking import Cause, Delay, Eta, Scan, Snapshot, Standing, TrackingStatus

__all__ = [
    "PERMISSIONS",
    "Act",
    "Address",
    "CarrierAccount",
    "Cause",
    "Channel",
    "Delay",
    "Eta",
    "EventState",
    "Handling",
    "Hold",
    "Instalabel",
    "IntentState",
    "LabelFormat",
    "LabelWhen",
    "LeftOut",
    "Mark",
    "MessageState",
    "Milestone",
    "Mode",
    "Money",
    "Outcome",
    "Package",
    "ParcelState",
    "Permission",
    "Promise",
    "QuoteSource",
    "Rate",
    "RateAnswer",
    "RefundState",
    "RefundStatus",
    "Role",
    "Scan",
    "Service",
    "Snapshot",
    "Standing",
    "ToldRefund",
    "TrackingStatus",
    "Transaction",
    "TransactionStatus",
    "Verdict",
    "Via",
]
