"""Mail: what was received or tried, how the server behaves to whom, and unsubscribing."""

from flask import Response, jsonify

from sandbox.mail import mailman
from sandbox.world import here


def received() -> Response:
    return jsonify(mailman.log(here()))
