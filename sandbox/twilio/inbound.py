"""A person texts us: Twilio takes it, tells the application, and sends what that answers."""

from urllib.parse import urlencode

from sandbox import calls
from sandbox.store import Doc
from sandbox.twilio import keywords, receipts, texts
from sandbox.twilio.magic import OURS
from sandbox.twilio.twiml import replies
from sandbox.world import World

PATIENCE_S = 15.0


def receive(world: World, sender: str, to: str, body: str) -> Doc:
    """Take one text in, with everything that follows at once."""
    last = _last(world, sender)
    to = to or last.get("from") or OURS
    meant = keywords.meaning(body)
    with world.store.change():
        text = texts.new(
            world,
            (last.get("account", texts.NOBODY), sender, to),
            body,
            direction=texts.INBOUND,
            status="received",
            service=last.get("service"),
            token=last.get("token", ""),
        )
        text["sent"] = text["updated"]
        world.store.put("text", text)
        own = keywords.obey(world, sender, meant)
        answers = [_reply(world, text, own, by="Twilio")] if own else []
    told, said = _call(world, text, meant)
    with world.store.change():
        if world.store.get("text", text["object_id"]) is not None:
            world.store.put("text", text | {"webhook": told})
        answers += [_reply(world, text, words) for words in said]
    return {
        "sid": text["object_id"],
        "from": sender,
        "to": to,
        "keyword": meant or None,
        "stopped": keywords.has_stopped(world, sender),
        "webhook": told,
        "replies": [{name: each[name] for name in ("body", "status")} for each in answers],
    }


def _last(world: World, phone: str) -> Doc:
    """The last text that went to this phone: its number and account are those answered to."""
    went = [text for text in texts.on_phone(world, phone) if text["direction"] == texts.SENT]
    if went:
        return went[-1]
    some = next(iter(world.store.find("text", span=(1, 0))), {})
    return {name: some[name] for name in ("account", "token") if name in some}


def _reply(world: World, text: Doc, body: str, *, by: str = "the application") -> Doc:
    """A text back; to who has stopped it fails, unless it is Twilio's own last word."""
    between = (text["account"], text["to"], text["from"])
    known: Doc = {"direction": texts.REPLY, "by": by}
    known |= {name: text[name] for name in ("service", "token")}
    if by != "Twilio" and keywords.has_stopped(world, text["from"]):
        known |= {"status": "failed", "error_code": 21610}
        return texts.new(world, between, body, **known)
    reply = texts.new(world, between, body, **known)
    receipts.begin(world, reply)
    return reply


def _call(world: World, text: Doc, meant: str) -> tuple[Doc | None, list[str]]:
    """The application's webhook, written into the log of deliveries; what it answers."""
    url = world.settings.inbound_url
    if not url:
        return None, []
    form, at = _form(text, meant), world.clock.now()
    headers = receipts.signed(world.settings.twilio_token or text["token"], url, form)
    body = urlencode(form)
    answer = calls.post(url, headers, body.encode(), PATIENCE_S)
    said, complaint = replies(answer)
    attempt = {"at": at, "attempt": 1, "status": answer.status, "error": answer.error or complaint}
    with world.store.change():
        delivery = world.post.send("twilio", "inbound", (url, headers, body), tries=1)
        over = {"status": "failed" if complaint else "done", "attempts": [attempt]}
        world.store.put("delivery", delivery | over)  # it has been made, so the post has no work
    return {"url": url, **{name: attempt[name] for name in ("status", "error")}}, said


def _form(text: Doc, meant: str) -> dict[str, str]:
    """What Twilio posts. Where a number lives is looked up only for North America."""
    form = {
        "ToCountry": _country(text["to"]),
        "ToState": "",
        "SmsMessageSid": text["object_id"],
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": text["object_id"],
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text["body"],
        "FromCountry": _country(text["from"]),
        "To": text["to"],
        "ToZip": "",
        "NumSegments": str(text["segments"]),
        "MessageSid": text["object_id"],
        "AccountSid": text["account"],
        "From": text["from"],
        "ApiVersion": texts.API_VERSION,
    }
    if text["service"]:
        form["MessagingServiceSid"] = text["service"]
    if text["service"] and meant:
        form["OptOutType"] = meant  # advanced opt-out belongs to messaging services
    return form


def _country(number: str) -> str:
    return "US" if number.startswith("+1") else ""
