"""Flask and nothing else, doing the same durable write: what taking in a webhook costs at least."""

import hashlib
import os

import sqlalchemy as sa
from flask import Flask, request

TABLE = "control_event"
MADE = f"CREATE TABLE {TABLE} (LIKE webhook_event INCLUDING ALL)"
KEPT = sa.text(
    f"INSERT INTO {TABLE} (delivery_key, event, body, proof, state, note, seen, tries,"
    " first_seen_at, last_seen_at, due_at) VALUES (:key, 'track_updated', :body, 'none', 'new',"
    " '', 1, 0, now(), now(), now())"
    f" ON CONFLICT (delivery_key) DO UPDATE SET seen = {TABLE}.seen + 1, last_seen_at = now()"
    " RETURNING id, seen"
)


def create_app() -> Flask:
    """One address: keep the body, commit, 202. No proof, no reading, no session, no bell."""
    app = Flask(__name__)
    engine = sa.create_engine(os.environ["DATABASE_URL"], pool_size=20)

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    @app.post("/hook")
    def hook() -> tuple[str, int]:
        body = request.get_data()
        with engine.begin() as connection:
            key = hashlib.sha256(body).hexdigest()
            connection.execute(KEPT, {"key": key, "body": body}).one()
        return "", 202

    return app
