"""A letter that could not be delivered after all, told to its sender (RFC 3464)."""

from datetime import UTC, datetime
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid

from sandbox.clock import seconds
from sandbox.mail import letters
from sandbox.store import Doc
from sandbox.world import World

HOST = "sandbox"
WORDS = "Your letter could not be delivered to {}.\n550 5.1.1 No such mailbox\n"


def bounce(world: World, letter: Doc, recipient: str) -> None:
    """Mail the sender a report; one that has no sender of its own is never answered."""
    if not letter["from"] or letter["from"] == "<>":
        return
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    report["To"] = letter["from"]
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(datetime.fromtimestamp(seconds(world.clock.now()), UTC))
    report["Message-ID"] = make_msgid(domain=HOST)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(WORDS.format(recipient)))
    report.attach(_status(recipient))
    report.attach(_headers(letter))
    letters.keep(world, "", [letter["from"]], report.as_bytes())


def _status(recipient: str) -> Message:
    about, whose = Message(), Message()
    about["Reporting-MTA"] = f"dns; {HOST}"
    whose["Final-Recipient"] = f"rfc822; {recipient}"
    whose["Action"] = "failed"
    whose["Status"] = "5.1.1"
    whose["Diagnostic-Code"] = "smtp; 550 5.1.1 No such mailbox"
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about, whose])
    return part


def _headers(letter: Doc) -> MIMEText:
    """The head of the letter, so that its sender knows which it was."""
    head = letter["raw"].replace("\r\n", "\n").partition("\n\n")[0]
    return MIMEText(head + "\n", "rfc822-headers")
