"""What Twilio's codes say, and the numbers that bring them about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Said at once, instead of taking the text."""

    code: int
    said: str
    status: int = 400


REFUSALS = {
    refusal.code: refusal
    for refusal in (
        Refusal(20003, "Authenticate", 401),
        Refusal(20009, "The message is still in progress", 409),
        Refusal(20404, "The requested resource {path} was not found", 404),
        Refusal(20429, "Too Many Requests", 429),
        Refusal(20500, "Internal Server Error", 500),
        Refusal(21211, "Invalid 'To' Phone Number: {to}"),
        Refusal(21212, "Invalid 'From' Number (caller ID): {from}"),
        Refusal(21266, "'To' and 'From' number cannot be the same: {to}"),
        Refusal(21408, "Permission to send an SMS has not been enabled for the region of {to}"),
        Refusal(21602, "Message body is required."),
        Refusal(21603, "A 'From' phone number is required."),
        Refusal(21604, "A 'To' phone number is required."),
        Refusal(
            21606,
            "The 'From' phone number provided ({from}) is not a valid message-capable"
            " Twilio phone number for this destination.",
        ),
        Refusal(21609, "The 'StatusCallback' URL {callback} is not a valid URL."),
        Refusal(21610, "Attempt to send to unsubscribed recipient"),
        Refusal(
            21611, "This 'From' number {from} has exceeded the maximum number of queued messages"
        ),
        Refusal(
            21612,
            "Message cannot be sent with the current combination of 'To' ({to}) and"
            " 'From' ({from}) parameters",
        ),
        Refusal(21614, "'To' number is not a valid mobile number: {to}"),
        Refusal(21617, "The concatenated message body exceeds the 1600 character limit"),
        Refusal(21635, "'To' number cannot be a landline: {to}"),
        Refusal(21701, "The Messaging Service {service} does not exist."),
        Refusal(30409, "This message cannot be canceled", 409),
        Refusal(35114, "Scheduling does not support this timestamp"),
        Refusal(90007, "Invalid validity period value"),
    )
}
# What becomes of a text that was taken: its last state, and the words for its code.
ENDS = {
    30001: ("failed", "Queue overflow"),
    30003: ("undelivered", "Unreachable destination handset"),
    30004: ("undelivered", "Message blocked"),
    30005: ("undelivered", "Unknown destination handset"),
    30006: ("undelivered", "Landline or unreachable carrier"),
    30007: ("undelivered", "Message filtered"),
    30008: ("undelivered", "Unknown error"),
    30036: ("failed", "Validity Period Expired"),
    21610: ("failed", "Attempt to send to unsubscribed recipient"),
}
# Twilio's own magic numbers.
TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
OURS = "+15005550006"
# The sandbox's: a number that ends in a code's five digits brings that code about.
AT_ONCE = (20003, 20429, 20500, 21211, 21408, 21610, 21612, 21614, 21635)
LATER = (30001, 30003, 30004, 30005, 30006, 30007, 30008, 30036)
UNREACHABLE = "0000"
JUMBLED = "22222"


def refused_at_once(number: str) -> int:
    """The code for which this number's texts are not even taken, or none."""
    return TO.get(number) or next((code for code in AT_ONCE if number.endswith(str(code))), 0)


def end_of(number: str) -> int:
    """The code with which this number's texts end, or none."""
    if number.endswith(UNREACHABLE):
        return 30003
    return next((code for code in LATER if number.endswith(str(code))), 0)


def jumbled(number: str) -> bool:
    """Whether the receipts for this number's texts come twice and in no order."""
    return number.endswith(JUMBLED)


def table() -> list[dict[str, object]]:
    """Every magic number and ending, with what it brings about."""
    lines: list[dict[str, object]] = [
        {"to": number, "code": code, "http": 400} for number, code in TO.items()
    ]
    lines += [{"from": number, "code": code, "http": 400} for number, code in FROM.items()]
    lines += [
        {"to_ends": str(code), "code": code, "http": REFUSALS[code].status} for code in AT_ONCE
    ]
    lines.append({"to_ends": UNREACHABLE, "code": 30003, "http": 201, "status": "undelivered"})
    lines += [
        {"to_ends": str(code), "code": code, "http": 201, "status": ENDS[code][0]} for code in LATER
    ]
    told = "every receipt twice, in no order"
    lines.append({"to_ends": JUMBLED, "code": None, "http": 201, "status": told})
    return lines
