"""What every journey of a parcel must tell, written by hand: scans, and in which order they go out.

One line a scan of a USPS parcel from San Francisco to New York: the world's hour since the journey
began, status, substatus, town, by how many hours the promise has moved, and after the bar the
carrier's words. A star before the hour: `object_updated` is null. `40@60` was seen at 40 and
reported at 60. `told` are the webhooks in their order, each by the number of the scan after which
its snapshot was taken; left out, every scan is told once, in order.
"""

from dataclasses import dataclass

MANY = 24 * 14  # hours: longer than any journey


@dataclass(frozen=True)
class Story:
    scans: str
    told: str = ""
    headlines: str = ""  # which scan is the headline of each snapshot, where it is not the newest


SMOOTH = """
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
53  DELIVERED delivered         New_York      0 | Delivered, In/At Mailbox
"""

STORIES = {
    "smooth": Story(SMOOTH),
    "stalled_before_first_scan": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
"""),
    "stalled_midway": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
"""),
    "weather_delay": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
26  TRANSIT   delayed  Memphis 48 | Weather Delay: severe weather conditions have delayed delivery
50  TRANSIT   delayed  Memphis 72 | In Transit, Arriving Late. Emergency conditions - WEATHER
70  TRANSIT   package_departed  Memphis      72 | Departed USPS Regional Facility
92  TRANSIT   package_arrived   New_York     72 | Arrived at Post Office
99  TRANSIT   out_for_delivery  New_York     72 | Out for Delivery
104 DELIVERED delivered         New_York     72 | Delivered, In/At Mailbox
"""),
    "customs_hold": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
30  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
54  TRANSIT   package_arrived   Jamaica  0 | Processed Through Facility - INBOUND INTO CUSTOMS
66  TRANSIT   package_held      Jamaica 96 | Held in Customs
90  TRANSIT   contact_carrier   Jamaica 96 | Clearance Event: commercial invoice incomplete, CONTACT CARRIER
162 TRANSIT   package_processed Jamaica 96 | Inbound Out of Customs
170 TRANSIT   package_departed  Jamaica 96 | Departed USPS Regional Facility
190 TRANSIT   package_arrived   New_York     96 | Arrived at Post Office
197 TRANSIT   out_for_delivery  New_York     96 | Out for Delivery
203 DELIVERED delivered         New_York     96 | Delivered, In/At Mailbox
"""),  # noqa: E501  the carrier's own words
    "address_issue_fixed": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
51  TRANSIT   address_issue     New_York     48 | Insufficient Address
*75 FAILURE package_undeliverable New_York   48 | Undeliverable as Addressed / RTS pending
99 TRANSIT package_processing New_York 72 | Address corrected by shipper, forwarded to delivery unit
119 TRANSIT   out_for_delivery  New_York     72 | Out for Delivery
124 DELIVERED delivered         New_York     72 | Delivered, In/At Mailbox
"""),
    "missed_delivery": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
52  TRANSIT delivery_attempted  New_York 0 | Delivery Attempted - No Access to Delivery Location
53  TRANSIT notice_left         New_York 0 | Notice Left (No Authorized Recipient Available)
66  TRANSIT delivery_rescheduled New_York 24 | Redelivery Scheduled for Next Business Day
71  TRANSIT   out_for_delivery  New_York     24 | Out for Delivery
76  DELIVERED delivered         New_York     24 | Delivered, Left with Individual
"""),
    "damaged": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
23  TRANSIT   package_damaged   Memphis 0 | DAMAGED IN TRANSIT. Item being inspected and repackaged
47  TRANSIT   package_held      Memphis 72 | Held for inspection, merchandise recovery
119 FAILURE   package_disposed  Memphis 72 | All merchandise discarded. The sender will be notified with details of the damage.
"""),  # noqa: E501
    "lost": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
92  TRANSIT   delayed           -            72 | In Transit to Next Facility, Arriving Late
*164 UNKNOWN  other             -            72 | Status Not Available
236 FAILURE   package_lost      -            72 | Package could not be located. Trace closed: LOST
"""),
    "refused_returned": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
52  TRANSIT   delivery_attempted New_York     0 | REFUSED BY RECIPIENT
54  RETURNED  return_to_sender  New_York      0 | Return to Sender - Refused
60  TRANSIT   package_departed  New_York      0 | Departed Post Office
76  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
80  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
100 TRANSIT   package_arrived   San_Francisco 0 | Arrived at USPS Facility
106 RETURNED  return_to_sender  San_Francisco 0 | Delivered, To Original Sender
"""),
    "delivered_not_received": Story("""
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
53  DELIVERED delivered         Secaucus      0 | Delivered, Left with Neighbor / safe place: PORCH
"""),
    "delivered_then_returned": Story(
        SMOOTH
        + """
125 RETURNED  return_to_sender  New_York      0 | Returned by recipient, accepted at counter
149 RETURNED  return_to_sender  Memphis       0 | Return in transit
173 RETURNED  return_to_sender  San_Francisco 0 | Returned to Sender
"""
    ),
    "out_of_order": Story(
        """
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
53  DELIVERED delivered         New_York      0 | Delivered, In/At Mailbox
40@60 TRANSIT package_arrived   New_York      0 | Arrived at Post Office
""",
        told="1 3 2 6 4 7 5 8",
        headlines="1 2 3 4 5 6 7 7",
    ),
    "duplicated": Story(
        """
*0  PRE_TRANSIT information_received San_Francisco 0 | Shipping Label Created, USPS Awaiting Item
6   TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11  TRANSIT   package_departed  San_Francisco 0 | Departed USPS Regional Facility
20  TRANSIT   package_arrived   Memphis       0 | Arrived at USPS Regional Facility
20@21 TRANSIT package_arrived   Memphis       0 | Arrived at USPS Regional Facility
24  TRANSIT   package_departed  Memphis       0 | Departed USPS Regional Facility
40  TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
47  TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
53  DELIVERED delivered         New_York      0 | Delivered, In/At Mailbox
""",
        told="1 2 2 3 4 4 4 5 6 7 8 9 9",
    ),
    "burst_after_silence": Story(SMOOTH),
    "forged_signature": Story(SMOOTH),
    "wrong_mode": Story(SMOOTH),
    "webhooks_never_sent": Story(SMOOTH),
}

SMOOTH_WITH_SEED_7 = Story("""
*0    PRE_TRANSIT information_received San_Francisco 0 | Pre-Shipment Info Sent to USPS, USPS Awaiting Item
6.02  TRANSIT   package_accepted  San_Francisco 0 | USPS in possession of item
11.1  TRANSIT   package_departed  San_Francisco 0 | In Transit to Next Facility
19.9  TRANSIT   package_arrived   Denver        0 | Arrived at USPS Regional Facility
24.25 TRANSIT   package_departed  Denver        0 | Departed USPS Regional Facility
41.88 TRANSIT   package_arrived   New_York      0 | Arrived at Post Office
49.15 TRANSIT   out_for_delivery  New_York      0 | Out for Delivery
54.34 DELIVERED delivered         New_York      0 | Delivered, Left with Individual
""")  # noqa: E501
