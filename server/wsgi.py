"""What the web server loads: ``server.wsgi:load`` makes the application from the environment's settings."""

from flask import Flask

from server.app import create_app
from server.config import read_settings
from server.installation import open_installation
from server.log import set_up_logging


def load() -> Flask:
    """One application a process."""
    settings = read_settings()
    set_up_logging(level=settings.log_level, form=settings.log_format)
    return create_app(open_installation(settings).context)
