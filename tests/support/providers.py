"""A small identity provider (OpenID Connect) on a real port, which can also answer wrongly."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "duban", "a secret of the client"
_KEY = RSAKey.generate_key(2048, {"kid": "one"})
_OTHER = RSAKey.generate_key(2048, {"kid": "one"})  # of somebody who only says the same name


@dataclass
class Provider:
    """What it says; ``wrong`` changes claims of the ID tokens, ``header`` their headers.

    ``forged`` signs with another key, ``user_info`` is what it tells over its user-info endpoint.
    """

    issuer: str = ""
    now: int = 0
    user: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    unsigned: bool = False
    by_secret: bool = False
    forged: bool = False
    user_info: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the user in at once; give where the browser goes then."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Exchange a code, once, for the client that asked and holds the verifier."""
        asked = self.asked.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {basic}":
            return None
        digest = sha256(form["code_verifier"].encode()).digest()
        same = asked["redirect_uri"] == form["redirect_uri"]
        if _coded(digest) != asked["code_challenge"] or not same:
            return None
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "u-1",
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            **self.user,
            **self.wrong,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.unsigned:
            return self._joined({"alg": "none"}, claims) + "."
        if self.by_secret:  # the public key as the secret of an HMAC (RFC 8725, section 2.1)
            text = self._joined({"alg": "HS256", "kid": "one"}, claims)
            made = hmac.digest(_KEY.as_pem(private=False), text.encode(), "sha256")
            return f"{text}.{_coded(made)}"
        key = _OTHER if self.forged else _KEY
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    def _joined(self, *parts: dict[str, Any]) -> str:
        return ".".join(_coded(json.dumps(one).encode()) for one in parts)

    def metadata(self) -> dict[str, Any]:
        """Give the discovery document."""
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {**said, "userinfo_endpoint": f"{self.issuer}/me"} if self.user_info else said


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Serve one."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self._json(made.metadata())
            elif parts.path == "/keys":
                self._json({"keys": [_KEY.as_dict(private=False)]})
            elif parts.path == "/me" and self.headers["Authorization"] == "Bearer opaque":
                self._json(made.user_info)
            elif parts.path == "/authorize":
                query = {name: one[0] for name, one in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", made.authorize(query))
                self.end_headers()
            else:
                self._json({"error": "unknown"}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: one[0] for name, one in parse_qs(body).items()}
            given = made.token(form, self.headers.get("Authorization", ""))
            self._json(given or {"error": "invalid_grant"}, 200 if given else 400)

        def _json(self, said: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
