"""Papers a printer would take, behind links that are signed and expire."""

from flask import Blueprint

from sandbox.papers import files


def blueprint() -> Blueprint:
    bp = Blueprint("papers", __name__)
    bp.add_url_rule("/labels/<name>", "label", files.label)
    bp.add_url_rule("/papers/<kind>/<name>", "paper", files.paper)
    return bp
