"""The words carriers use for where a parcel is: six statuses, twenty-seven substatuses."""

from sandbox.store import Doc

STATUSES = ("UNKNOWN", "PRE_TRANSIT", "TRANSIT", "DELIVERED", "RETURNED", "FAILURE")

# status, code, whether somebody must act, what the carrier says
TABLE = """
PRE_TRANSIT information_received no  Shipping label created, the carrier awaits the item.
TRANSIT     address_issue        yes The address is incomplete or wrong. Contact the carrier.
TRANSIT     contact_carrier      yes The carrier asks to be contacted about this parcel.
TRANSIT     delayed              no  The parcel is delayed on its way.
TRANSIT     delivery_attempted   yes Delivery was attempted, but it could not be completed.
TRANSIT     delivery_rescheduled no  Delivery has been rescheduled.
TRANSIT     delivery_scheduled   no  A delivery date has been set.
TRANSIT     location_inaccessible yes The driver could not reach the delivery location.
TRANSIT     notice_left          yes Nobody was there, a notice was left.
TRANSIT     out_for_delivery     no  Out for delivery.
TRANSIT     package_accepted     no  The parcel was accepted by the carrier.
TRANSIT     package_arrived      no  Arrived at a facility of the carrier.
TRANSIT     package_damaged      yes The parcel was found to be damaged.
TRANSIT     package_departed     no  Departed from a facility of the carrier.
TRANSIT     package_forwarded    no  The parcel was redirected to another address.
TRANSIT     package_held         no  The parcel is held at a location of the carrier.
TRANSIT     package_processed    no  The parcel was processed at a facility of the carrier.
TRANSIT     package_processing   no  The parcel is being processed at a facility of the carrier.
TRANSIT     pickup_available     yes The parcel can be collected at a location of the carrier.
TRANSIT     reschedule_delivery  yes Delivery has to be rescheduled.
DELIVERED   delivered            no  Delivered.
RETURNED    return_to_sender     no  The parcel is being returned to the sender.
RETURNED    package_unclaimed    yes The parcel was not claimed and is being returned.
FAILURE     package_undeliverable yes The parcel cannot be delivered.
FAILURE     package_disposed     no  The parcel was disposed of by the carrier.
FAILURE     package_lost         yes The parcel is lost.
UNKNOWN     other                no  No further information is known.
"""

ROWS = [row.split(None, 3) for row in TABLE.strip().splitlines()]
SUBSTATUSES: dict[str, Doc] = {
    code: {"code": code, "text": text, "action_required": act == "yes"}
    for _, code, act, text in ROWS
}
STATUS_OF = {code: status for status, code, _, _ in ROWS}
USUAL = {
    "UNKNOWN": "other",
    "PRE_TRANSIT": "information_received",
    "TRANSIT": "package_departed",
    "DELIVERED": "delivered",
    "RETURNED": "return_to_sender",
    "FAILURE": "package_undeliverable",
}
