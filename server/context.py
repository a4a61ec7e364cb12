"""What a request works with: the database, the clock, the settings. Views ask here; services get plain arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from server.clock import Clock
from server.config import Settings
from server.db import Database

_KEY = "kiem"


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The collaborators of one application."""

    settings: Settings
    database: Database
    clock: Clock
    push_key: str  # the VAPID public key that browsers subscribe with, base64url
    push_key_id: str  # its short name, kept with each subscription
    secret: bytes = field(repr=False)  # the installation's own; keys are derived from it, it is never used itself
    throttle_key: bytes = field(repr=False)  # keys the hashes under which tries are counted; the same in every process
    check_endpoint: Callable[[str], object]  # raises when a push endpoint is not of a known push service


def bind(app: Flask, context: Context) -> None:
    """Give an application its collaborators."""
    app.extensions[_KEY] = context


def current() -> Context:
    """The collaborators of the application that serves this request."""
    return given_to(current_app)


def given_to(app: Flask) -> Context:
    """The collaborators of an application, also where it serves no request."""
    return cast(Context, app.extensions[_KEY])


def now() -> datetime:
    """The time at which this request is handled, aware UTC."""
    return current().clock.now()
