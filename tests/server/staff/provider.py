"""A small OpenID Connect provider on this machine, spoken to over real HTTP; every knob makes it lie in one way."""

import base64
import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

from server.config import Oidc

CLIENT, SECRET = "kiem", "secret of the client"


@dataclass(kw_only=True)
class Provider:
    """``claims`` replace those of the ID token, ``drop`` leaves some out; ``at`` is its clock (seconds since 1970)."""

    at: int
    issuer: str = ""
    mail: str = "cleo@kiem.example"
    verified: Any = True
    subject: str = "cleo-at-the-university"
    claims: dict[str, Any] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    told: dict[str, Any] | None = None  # by the userinfo endpoint; None = there is none
    says_issuer: str | None = None
    algorithm: str = "RS256"
    down: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def settings(self) -> Oidc:
        return Oidc(issuer=self.issuer, client_id=CLIENT, client_secret=SECRET, name="University")

    def discovery(self) -> Response:
        if self.down:
            return Response(status=503)
        known = {
            "issuer": self.says_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return jsonify(known | ({"userinfo_endpoint": f"{self.issuer}/me"} if self.told is not None else {}))

    def authorize(self) -> Response:
        """She is signed in there already: straight back with a code."""
        asked = request.args.to_dict()
        self.asked.append(asked)
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)  # type: ignore[return-value]

    def token(self) -> Response:
        asked = self.codes.pop(request.form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(request.form.get("code_verifier", "").encode()).digest())
        known = request.authorization and (request.authorization.username, request.authorization.password)
        fits = asked is not None and proof.rstrip(b"=").decode() == asked["code_challenge"]
        if not fits or known != (CLIENT, SECRET) or request.form["redirect_uri"] != asked["redirect_uri"]:  # type: ignore[index]
            answer = jsonify({"error": "invalid_grant"})
            answer.status_code = 400
            return answer
        token = self.id_token(asked["nonce"])  # type: ignore[index]
        return jsonify({"access_token": "opens-userinfo", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def id_token(self, nonce: str) -> str:
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": self.at,
            "exp": self.at + 300,
            "nonce": nonce,
            "email": self.mail,
            "email_verified": self.verified,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.drop}
        if self.algorithm == "HS256":  # with our own secret, as somebody would who knows it
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        if self.algorithm == "none":
            head, body = ('{"alg":"none"}', __import__("json").dumps(claims))
            return ".".join(base64.urlsafe_b64encode(one.encode()).rstrip(b"=").decode() for one in (head, body)) + "."
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with or self.key)

    def userinfo(self) -> Response:
        assert request.headers["Authorization"] == "Bearer opens-userinfo"
        return jsonify(self.told)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


@contextmanager
def running_provider(at: int) -> Iterator[Provider]:
    """A provider on a free port of 127.0.0.1."""
    provider, app = Provider(at=at), Flask("provider")
    for rule, view, methods in (
        ("/.well-known/openid-configuration", provider.discovery, ["GET"]),
        ("/authorize", provider.authorize, ["GET"]),
        ("/token", provider.token, ["POST"]),
        ("/me", provider.userinfo, ["GET"]),
    ):
        app.add_url_rule(rule, rule, view, methods=methods)
    app.add_url_rule("/keys", "keys", lambda: jsonify({"keys": [provider.key.as_dict(private=False)]}))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
