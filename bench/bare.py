"""The bare framework: Flask saying hello, served as ours is. ``bench.bare:load``"""

from flask import Flask, Response, jsonify


def load() -> Flask:
    """An application with one address."""
    app = Flask(__name__, static_folder=None)

    @app.get("/hello")
    def hello() -> Response:
        return jsonify(status="ok")

    return app
