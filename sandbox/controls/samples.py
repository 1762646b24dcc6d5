"""The dashboard's "send test": a sample webhook to one address, or to all that asked for it."""

from flask import Response, jsonify

from sandbox.calls import local
from sandbox.refusals import Refused
from sandbox.shippo.samples import EVENTS, listeners, sample
from sandbox.world import asked, here


def send() -> Response:
    """Answers after the first attempt of each."""
    world, given = here(), asked()
    event, url = str(given.get("event") or "track_updated"), given.get("url")
    if event not in EVENTS:
        raise Refused(400, {"error": f"event is one of {', '.join(EVENTS)}"})
    if url and not local(str(url)):
        raise Refused(400, {"error": "url is an http or https address of this machine"})
    urls = [str(url)] if url else listeners(world, event)
    for each in urls:
        world.post.webhook(each, sample(world, event))
    world.post.all_tried()
    return jsonify(event=event, sent=len(urls), urls=urls)
