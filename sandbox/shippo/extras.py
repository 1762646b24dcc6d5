"""Extras of shipments and parcels: the known ones are looked at, the unknown let through."""

from sandbox.carriers.surcharges import PROVIDERS
from sandbox.shippo.fields import (
    Checks,
    amount,
    choice,
    inside,
    money,
    text,
    truth,
    up_to,
    whole,
)

INSURANCE = inside(
    {"amount": amount, "currency": money},
    {"content": text, "provider": choice(PROVIDERS)},
)
COD = inside(
    {"amount": amount, "currency": money},
    {"payment_method": choice(("SECURED_FUNDS", "CASH", "ANY"))},
)
REFERENCE = inside({}, {"prefix": text, "value": up_to(40)})
OF_A_PARCEL: Checks = {
    "COD": COD,
    "insurance": INSURANCE,
    "reference_1": up_to(50),
    "reference_2": up_to(50),
}
OF_A_SHIPMENT: Checks = {
    **OF_A_PARCEL,
    "signature_confirmation": choice(
        ("STANDARD", "ADULT", "CERTIFIED", "INDIRECT", "CARRIER_CONFIRMATION")
    ),
    "return_service_type": choice(
        ("PRINT_AND_MAIL", "ATTEMPT_1", "ATTEMPT_3", "ELECTRONIC_LABEL", "NO_RETURN")
    ),
    "ancillary_endorsement": choice(("FORWARDING_SERVICE_REQUESTED", "RETURN_SERVICE_REQUESTED")),
    "dangerous_goods_code": choice([f"0{number}" for number in range(1, 10)]),
    "preferred_delivery_timeframe": choice(
        ("10001200", "12001400", "14001600", "16001800", "18002000", "19002100")
    ),
    "billing": inside(
        {},
        {
            "type": choice(
                ("SENDER", "RECIPIENT", "THIRD_PARTY", "THIRD_PARTY_CONSIGNEE", "COLLECT")
            )
        },
    ),
    "delivery_instructions": up_to(500),
    "carrier_hub_travel_time": whole,
    **dict.fromkeys(
        (
            *("saturday_delivery", "is_return", "bypass_address_validation"),
            *("authority_to_leave", "request_retail_rates", "qr_code_requested"),
            *("carbon_neutral", "premium", "usmca_eligible"),
        ),
        truth,
    ),
    **dict.fromkeys(
        ("customer_reference", "po_number", "invoice_number", "dept_number", "rma_number"),
        REFERENCE,
    ),
}
PARCEL = inside({}, OF_A_PARCEL)
SHIPMENT = inside({}, OF_A_SHIPMENT)
