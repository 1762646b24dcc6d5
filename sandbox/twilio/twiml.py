"""What an application answers Twilio: texts to send back, or what was wrong with the answer."""

from xml.etree import ElementTree

from sandbox.calls import Answer

FAILED, UNREADABLE = "11200 HTTP retrieval failure", "12100 Document parse failure"


def replies(answer: Answer) -> tuple[list[str], str]:
    """The bodies of the texts to send back, and Twilio's own complaint if there is one."""
    if not 200 <= answer.status < 300:
        return [], f"{FAILED}: {answer.error or answer.status}"
    said = answer.body.decode("utf-8", "replace").strip()
    if not said:
        return [], ""
    if answer.kind == "text/plain":
        return [said], ""
    return _read(said)


def _read(said: str) -> tuple[list[str], str]:
    if "<!DOCTYPE" in said.upper():  # entities have no place in TwiML, and can be made to explode
        return [], UNREADABLE
    try:
        root = ElementTree.fromstring(said)  # noqa: S314  without a DOCTYPE it is only elements
    except ElementTree.ParseError:
        return [], UNREADABLE
    if root.tag != "Response":
        return [], UNREADABLE
    found = [_words(each) for each in root if each.tag in ("Message", "Sms")]
    return [words for words in found if words], ""


def _words(message: ElementTree.Element) -> str:
    body = message.find("Body")
    return "".join((message if body is None else body).itertext()).strip()
