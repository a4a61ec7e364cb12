"""``/.well-known/security.txt`` (RFC 9116): where somebody who finds a weakness reports it."""

from datetime import datetime, timedelta

from flask import Blueprint, Response

from server.config import Settings
from server.context import current, now
from server.errors import NotFound

wellknown = Blueprint("wellknown", __name__)
GOOD_FOR = timedelta(days=180)  # RFC 9116, 2.5.5 wants less than a year


@wellknown.get("/.well-known/security.txt")
def get_security_txt() -> Response:
    """Who is told of a weakness, from the settings; 404 where nobody is named"""
    settings = current().settings
    if not settings.security_contact:
        raise NotFound
    response = Response(write_security_txt(settings, now()), mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def write_security_txt(settings: Settings, at: datetime) -> str:
    """The file's text; ``Expires`` is a UTC midnight about half a year after ``at`` (aware UTC)."""
    expires = (at + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    ]
    return "\n".join(lines) + "\n"
