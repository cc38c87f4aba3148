"""The two addresses of signing in at an identity provider: going there, and coming back.

What has to come back with a browser is in a signed cookie of its own, good for ten minutes.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from typing import Any

import structlog
from itsdangerous import BadSignature, URLSafeTimedSerializer
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from config.web import OidcSettings
from monitor import access
from monitor.acts.actor import Actor
from monitor.acts.rights import Rights
from monitor.acts.vouching import UnlinkedError, Vouched, let_in
from monitor.store import meta
from monitor.web.oidc import Flow, Provider, ProviderError, TokenError
from monitor.web.rendering import HEADERS
from monitor.web.visiting import Ask, Visitors, following, origin_of
from rules.instants import SECOND
from rules.refusals import RefusedError

log = structlog.get_logger(__name__)

COOKIE = "duban_oidc"
"""The name of the cookie with what has to come back from the provider."""

_PATH = "/sign-in/oidc"
_LIFE = 600  # seconds that somebody may take at the provider
_SECRET = "oidc_secret"  # the key under which the store keeps it  # noqa: S105


@dataclass
class _SignIn:
    visitors: Visitors
    _provider: Provider | None = None
    _signer: URLSafeTimedSerializer | None = None

    def go(self, request: Ask) -> Response[Any]:
        provider = self._current()
        if provider is None:
            return Redirect("/sign-in", status_code=303, headers=HEADERS)
        flow, target = Flow.drawn(), following(request.query_params.get("next", ""))
        try:
            address = provider.address(flow, self._back(request))
        except ProviderError as error:
            log.warning("oidc_unavailable", reason=str(error))
            return self.visitors.sign_in_page(request, "provider", 503)
        held = self._sign().dumps({**asdict(flow), "next": target})
        cookie = self._cookie(request, held if isinstance(held, str) else held.decode(), _LIFE)
        return Redirect(address, status_code=303, headers=HEADERS, cookies=[cookie])

    def come_back(self, request: Ask) -> Response[Any]:
        response = self._come_back(request)
        response.set_cookie(self._cookie(request, "", 0))  # good for one return
        return response

    def _come_back(self, request: Ask) -> Response[Any]:
        provider, now = self._current(), self.visitors.clock()
        if provider is None:
            return Redirect("/sign-in", status_code=303, headers=HEADERS)
        if self.visitors.too_often(request):
            return self.visitors.sign_in_page(request, "often", 429)
        try:
            held = self._sign().loads(request.cookies.get(COOKIE, ""), max_age=_LIFE)
        except BadSignature:
            return self.visitors.sign_in_page(request, "stale", 400)
        flow = Flow(held["state"], held["nonce"], held["verifier"])
        query = {name: request.query_params[name] for name in request.query_params}
        try:
            claims = provider.claims(flow, self._back(request), query, now // SECOND)
            secret, fault = self._let_in(provider.settings, claims, origin_of(request), now)
        except ProviderError as error:
            log.warning("oidc_unavailable", reason=str(error))
            return self.visitors.sign_in_page(request, "provider", 503)
        except UnlinkedError as error:
            log.warning("oidc_refused", reason=f"the account {error} is not linked to this user")
            return self.visitors.sign_in_page(request, "unlinked", 403)
        except (TokenError, RefusedError) as error:
            log.warning("oidc_refused", reason=str(error))
            return self.visitors.sign_in_page(request, "refused", 403)
        if secret is None:
            return self.visitors.sign_in_page(request, fault, 403)
        self.visitors.succeeded(request)
        cookie = self.visitors.cookie(request, secret)
        return Redirect(held["next"], status_code=303, headers=HEADERS, cookies=[cookie])

    def _let_in(
        self, settings: OidcSettings, claims: Mapping[str, Any], origin: str, now: int
    ) -> tuple[str | None, str]:
        """Give what the cookie is to hold; ``None`` with the fault where he may not come in."""
        login, name = (_text_of(claims, one) for one in (settings.login_claim, settings.name_claim))
        subject = _text_of(claims, "sub")
        if not subject or "\0" in subject + login + name:
            raise TokenError("there is no claim sub, or a claim has a NUL")
        rights = rights_of(settings, claims)
        if settings.group and rights is None:
            log.warning("oidc_refused", reason=f"{login} is in no group of the settings")
            return None, "stranger"
        said = Vouched(
            issuer=settings.issuer, subject=subject, login=login, name=name, rights=rights
        )
        with self.visitors.store.write() as connection:
            account = let_in(
                connection,
                self.visitors.rules().book.directory,
                Actor("oidc", origin),
                said,
                now,
                create=settings.create,
            )
            if account is None:
                log.warning("oidc_refused", reason=f"there is no account {login}")
                return None, "stranger"
            if account.disabled_at is not None:
                return None, "disabled"
            return access.signed_in(connection, account, origin, now), ""

    def _current(self) -> Provider | None:
        """Give the provider of the settings in force."""
        settings = self.visitors.rules().settings.oidc
        if settings is None:
            return None
        if self._provider is None or self._provider.settings != settings:
            self._provider = Provider(settings)
        return self._provider

    def _sign(self) -> URLSafeTimedSerializer:
        # By a secret of the store, so that whichever process a browser comes back to can read it.
        if self._signer is None:
            with self.visitors.store.write() as connection:
                secret = meta.keep(connection, _SECRET, token_urlsafe(32))
            self._signer = URLSafeTimedSerializer(str(secret), salt=COOKIE)
        return self._signer

    def _back(self, request: Ask) -> str:
        base = self.visitors.rules().settings.daemon.desk_url
        scheme = "https" if self.visitors.by_https(request) else "http"
        host = request.headers.get("host", "")
        return (base or f"{scheme}://{host}").rstrip("/") + f"{_PATH}/callback"

    def _cookie(self, request: Ask, value: str, life: int) -> Cookie:
        return Cookie(
            key=COOKIE,
            value=value,
            path=_PATH,
            max_age=life,
            httponly=True,
            samesite="lax",
            secure=self.visitors.by_https(request),
        )


def _text_of(claims: Mapping[str, Any], name: str) -> str:
    said = claims.get(name)
    return said if isinstance(said, str) else ""


def rights_of(settings: OidcSettings, claims: Mapping[str, Any]) -> Rights | None:
    """Give what the first group has that the claims name; ``None``: they name none."""
    said = claims.get(settings.group_claim) or ()
    names = {said} if isinstance(said, str) else {one for one in said if isinstance(one, str)}
    for group in settings.group:
        if group.name in names:
            return Rights(group.role, group.regions, group.departments)
    return None


def handlers(visitors: Visitors) -> list[HTTPRouteHandler]:
    """Give the handlers of the two; they send to ``/sign-in`` where no provider is set."""
    sign_in = _SignIn(visitors)

    @get(_PATH, include_in_schema=False)
    async def go(request: Ask) -> Response[Any]:
        return await to_thread(sign_in.go, request)

    @get(f"{_PATH}/callback", include_in_schema=False)
    async def come_back(request: Ask) -> Response[Any]:
        return await to_thread(sign_in.come_back, request)

    return [go, come_back]
