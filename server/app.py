"""The web application: a table of contents of what it serves.

``create_app(context)`` takes its collaborators ready made, so that tests, the demo and production differ only in what
they pass in.
"""

from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server import context as contexts
from server import models  # noqa: F401  erasing and downloading ask every table there is
from server.consent.views import consent
from server.context import Context
from server.delivery.views import delivery
from server.desk.api.auth import SECURITY_SCHEMES as DESK_SECURITY_SCHEMES
from server.desk.api.views import API_BLUEPRINTS as DESK_API_BLUEPRINTS
from server.desk.api.views import PREFIX as DESK_API
from server.desk.frame import register_desk
from server.desk.views import BLUEPRINTS as DESK_BLUEPRINTS
from server.diary.express import Express
from server.diary.today_views import today
from server.diary.views import diary
from server.error_pages import register_error_pages
from server.errors import Api, register_errors
from server.game.views import game
from server.health import health
from server.metrics import count_answers, metrics
from server.parents.views import parents
from server.people.auth import COOKIE, SECURITY_SCHEMES
from server.people.views import people
from server.planning.views import planning
from server.pwa.views import serve_pwa
from server.reference.views import reference_pages
from server.rights.views import rights
from server.safety.views import safety
from server.security import put_headers_on_everything, register_security
from server.studies.views import content
from server.trends.views import trends
from server.wellknown import wellknown

API_BLUEPRINTS = (people, consent, content, planning, today, diary, delivery, game, safety, trends, rights)


def create_app(context: Context) -> Flask:
    """The application over ``context``."""
    app = Flask("server", static_folder=None)
    app.config.update(
        API_TITLE="Kiem",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=context.settings.max_body_kib * 1024,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    contexts.bind(app, context)
    register_errors(app)
    register_error_pages(app)
    register_security(app)
    api = Api(app)
    for name, scheme in (SECURITY_SCHEMES | DESK_SECURITY_SCHEMES).items():
        api.spec.components.security_scheme(name, scheme)
    for blueprint in API_BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    for blueprint in DESK_API_BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=DESK_API)
    app.register_blueprint(health)
    app.register_blueprint(metrics)
    count = count_answers(app)
    app.register_blueprint(wellknown)
    app.register_blueprint(parents)
    app.register_blueprint(reference_pages(api.spec.to_dict))
    register_desk(app, DESK_BLUEPRINTS)
    app.wsgi_app = Express(app.wsgi_app, find_context=partial(contexts.given_to, app), cookie=COOKIE, count=count)  # type: ignore[method-assign]
    if hops := context.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    serve_pwa(app)
    outermost = put_headers_on_everything(app.wsgi_app, secure=context.settings.secure)
    app.wsgi_app = outermost  # type: ignore[method-assign,assignment]
    return app
