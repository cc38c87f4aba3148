"""Signing in at an identity provider (统一身份认证), by OpenID Connect Core 1.0.

Authorization code with PKCE (RFC 7636), state and nonce. Of an ID token the signature and every
claim of section 3.1.3.7 are looked at.
"""

from __future__ import annotations

import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.web import OidcSettings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are believed: those with a public key, never ``none`` nor a shared secret."""

_FRESH = 3600.0  # seconds for which what a provider says of itself is kept
_LEEWAY = 60  # seconds by which the clocks may differ
_SECONDS = 10.0  # for an answer


class ProviderError(Exception):
    """The provider cannot be asked, or answers what makes no sense."""


class TokenError(Exception):
    """What came back proves nothing."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is drawn for one sign-in and has to come back with it."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def drawn(cls) -> Flow:
        """Draw one."""
        return cls(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))


@dataclass
class Provider:
    """The provider of some settings; what it says of itself and its keys are kept for an hour."""

    settings: OidcSettings
    _said: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _at: float = 0.0

    def address(self, flow: Flow, redirect_uri: str) -> str:
        """Give the address to which a browser is sent to sign in.

        Raises:
            ProviderError: the provider cannot be asked where that is.
        """
        with self._client() as client:
            said = self._metadata(client)
        uri: str = prepare_grant_uri(
            _text(said, "authorization_endpoint"),
            self.settings.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=" ".join(self.settings.scopes),
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
        return uri

    def claims(
        self, flow: Flow, redirect_uri: str, query: Mapping[str, str], now: int
    ) -> Mapping[str, Any]:
        """Give who came back, by the query with which his browser came; ``now`` in seconds.

        Raises:
            TokenError: it is not proved.
            ProviderError: the provider cannot be asked.
        """
        if not hmac.compare_digest(query.get("state", "").encode(), flow.state.encode()):
            raise TokenError("the state is another one")
        if query.get("iss", self.settings.issuer) != self.settings.issuer:  # RFC 9207
            raise TokenError("another issuer answered")
        if "code" not in query:
            raise TokenError(f"no code: {query.get('error', 'nothing was said')[:100]}")
        with self._client() as client:
            said = self._metadata(client)
            answer = self._exchange(client, said, query["code"], flow, redirect_uri)
            claims = self._checked(client, said, _text(answer, "id_token"), flow.nonce, now)
            if self.settings.login_claim in claims or "userinfo_endpoint" not in said:
                return claims
            headers = {"Authorization": f"Bearer {_text(answer, 'access_token')}"}
            more = _json(client, "GET", _text(said, "userinfo_endpoint"), headers=headers)
        if more.get("sub") != claims["sub"]:  # section 5.3.2
            raise TokenError("the user info is of somebody else")
        return {**more, **claims}

    def _exchange(
        self,
        client: httpx.Client,
        said: Mapping[str, Any],
        code: str,
        flow: Flow,
        redirect_uri: str,
    ) -> dict[str, Any]:
        secret, data = self.settings.client_secret, {"grant_type": "authorization_code"}
        data |= {"code": code, "redirect_uri": redirect_uri, "code_verifier": flow.verifier}
        data["client_id"] = self.settings.client_id
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if secret is not None and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(self.settings.client_id, secret.get_secret_value())
        elif secret is not None:
            data["client_secret"] = secret.get_secret_value()
        return _json(client, "POST", _text(said, "token_endpoint"), data=data, auth=auth)

    def _checked(
        self, client: httpx.Client, said: Mapping[str, Any], token: str, nonce: str, now: int
    ) -> dict[str, Any]:
        try:
            try:
                read = jwt.decode(token, self._key_set(client, said, fresh=False), ALGORITHMS)
            except (JoseError, ValueError):  # the provider may have new keys since
                read = jwt.decode(token, self._key_set(client, said, fresh=True), ALGORITHMS)
            CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                params={"nonce": nonce, "client_id": self.settings.client_id},
            ).validate(now, _LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenError(f"the ID token is refused: {error}") from None
        return dict(read.claims)

    def _metadata(self, client: httpx.Client) -> dict[str, Any]:
        if self._said and time.monotonic() - self._at < _FRESH:
            return self._said
        issuer = self.settings.issuer
        said = _json(client, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:  # Discovery 1.0, section 4.3
            raise ProviderError(f"it calls itself {str(said.get('issuer'))[:200]}")
        self._said, self._keys, self._at = said, None, time.monotonic()
        return said

    def _key_set(self, client: httpx.Client, said: Mapping[str, Any], *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            keys: Any = _json(client, "GET", _text(said, "jwks_uri"))
            self._keys = KeySet.import_key_set(keys)
        return self._keys

    def _client(self) -> httpx.Client:
        file = self.settings.ca_file
        try:
            verify = ssl.create_default_context(cafile=file) if file else True
        except OSError as error:
            raise ProviderError(f"{file}: {error}") from None
        return httpx.Client(verify=verify, timeout=_SECONDS, headers={"Accept": "application/json"})


def _json(client: httpx.Client, method: str, url: str, **given: Any) -> dict[str, Any]:
    try:
        answer = client.request(method, url, **given)
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderError(f"{method} {url}: {error}") from None
    if answer.status_code != 200 or not isinstance(said, dict):
        why = str(said.get("error", ""))[:100] if isinstance(said, dict) else ""
        raise ProviderError(f"{method} {url}: {answer.status_code} {why}".rstrip())
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise ProviderError(f"it says no {name}")
    return value
