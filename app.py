"""The shop, assembled: settings in, doors open. Imported by nobody."""

from __future__ import annotations

import logging
import os
import time
from urllib.parse import urlsplit

import click
from flask import Flask
from flask_migrate import Migrate, upgrade
from redis import Redis

import admin
import portal
import storefront
import webhooks
from jobs import clock, worker
from shop import access, pages, seeding, throttle
from shop.db import ALONE, POSTGRES_OPTIONS, assert_idle, db, session, tune
from shop.gateways import open_gateways
from shop.sessions import RowSessions
from shop.settings import NotSettled, Settings, read

LARGEST_REQUEST = 1024 * 1024
PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 10_000}
"""Seconds for a connection to PostgreSQL, and milliseconds for one that has gone deaf."""


def create_app(settings: Settings | None = None) -> Flask:
    """The shop as a WSGI application, from the environment or from settings given."""
    settings = settings or _settled()
    _speak_utc()
    app = Flask(__name__)
    app.config.update(_flask_config(settings))
    app.extensions["settings"] = settings
    app.extensions["gateways"] = open_gateways(settings, ready=assert_idle)
    app.extensions["redis"] = Redis.from_url(settings.redis_url, **throttle.PATIENCE)
    app.session_interface = RowSessions()
    db.init_app(app)
    Migrate(app, db)
    with app.app_context():
        for engine in db.engines.values():
            tune(engine)
    access.login_manager.init_app(app)
    pages.furnish(app)
    for door in (storefront.bp, portal.bp, admin.bp, webhooks.bp, webhooks.machines):
        app.register_blueprint(door)
    _commands(app)
    return app


def _settled() -> Settings:
    """The settings, or an end in one line that names all that is wrong: no traceback helps here."""
    try:
        return read()
    except NotSettled as error:
        raise SystemExit(str(error)) from None


def _flask_config(settings: Settings) -> dict[str, object]:
    own_host = urlsplit(settings.public_url).hostname or "localhost"
    postgres = settings.database_url.startswith("postgresql")
    options: dict[str, object] = {
        "pool_size": 20,
        "pool_timeout": 2,
        "hide_parameters": True,  # what customers typed has no place in a log
    }
    if postgres:
        options["connect_args"] = PATIENCE | {"options": POSTGRES_OPTIONS}
    alone = options | {"url": settings.database_url, "isolation_level": "AUTOCOMMIT"}
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": options,
        "SQLALCHEMY_BINDS": {ALONE: alone | {"pool_reset_on_return": None}} if postgres else {},
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "TRUSTED_HOSTS": [own_host, *([] if settings.live else ["127.0.0.1", "localhost"])],
        "SESSION_COOKIE_NAME": "__Host-quayside" if settings.secure else "quayside",
        "SESSION_COOKIE_SECURE": settings.secure,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.secure,
    }


def _speak_utc() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _commands(app: Flask) -> None:
    @app.cli.command("prepare")
    def prepare() -> None:
        """Bring the schema up to date, stock the shelves and, in a demo, invite its people."""
        upgrade()
        seeding.stock_shelves()
        if app.extensions["settings"].demo:
            seeding.invite_demo_people()
        session.commit()

    @app.cli.command("work")
    @click.argument("name", type=click.Choice(worker.NAMES))
    def work(name: str) -> None:
        """Work on one queue until told to stop."""
        worker.work(app, name)

    @app.cli.command("clock")
    def tick() -> None:
        """Ring for what is due and do what happens by the hour, until told to stop."""
        clock.run(app)
