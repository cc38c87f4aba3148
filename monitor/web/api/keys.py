"""Who calls: by the key of a program, the cookie of a browser, or the signature of a source."""

from __future__ import annotations

from dataclasses import dataclass, field

from standardwebhooks import Webhook, WebhookVerificationError

from config import Source, Words
from monitor import access
from monitor.access import Role, Visitor, block_of
from monitor.pipeline.in_force import InForce
from monitor.store import accounts
from monitor.store.scope import Scope
from monitor.web.api.calls import Call
from monitor.web.api.problems import ProblemError
from monitor.web.looking import UnknownError
from monitor.web.tries import Tries
from monitor.web.visiting import Ask, Visitors, origin_of, same_origin
from rules.instants import MINUTE

_MOST_FAILURES = 20  # of one address in five minutes
_COUNTED_FOR = 5 * MINUTE


@dataclass
class Callers:
    """Tells who calls; keys and signatures that fail are counted by address."""

    visitors: Visitors
    _failures: Tries = field(default_factory=lambda: Tries(_MOST_FAILURES, _COUNTED_FOR))

    def of(self, call: Call, request: Ask, body: bytes) -> Visitor:
        """Give who calls.

        Raises:
            ProblemError: nobody we know, or a browser on a page of another site.
            UnknownError: there is no such source.
        """
        if call.signed:
            return self._source(request, body)
        said = request.headers.get("authorization")
        if said is not None:
            return self._program(request, said)
        visitor = self.visitors.of(request)
        if visitor is None:
            raise _no_key()
        if visitor.must_change:
            raise ProblemError("no-right", Words("请先修改口令", "Change your password first"))
        # Names are put on record by who asked: no page of another site may ask in their name.
        names = "unmask" in request.query_params
        if (call.writes or names) and not same_origin(request):
            raise ProblemError("no-right", Words("请求来自别的网站", "It comes from another site"))
        return visitor

    def _program(self, request: Ask, said: str) -> Visitor:
        scheme, _, key = said.partition(" ")
        now, directory = self.visitors.clock(), self.visitors.rules().book.directory
        found = None
        if scheme.lower() == "bearer":
            with self.visitors.store.read() as connection:
                found = access.by_key(connection, key.strip(), directory, now)
        if found is None or found[1].kind != "api":
            raise self._failed(request, now)
        visitor, token = found
        if token.used_at is None or now - token.used_at > MINUTE:
            with self.visitors.store.write() as connection:
                accounts.used(connection, token.id, now)
        return visitor

    def _source(self, request: Ask, body: bytes) -> Visitor:
        source = source_of(self.visitors.rules(), str(request.path_params["id"]))
        headers = {
            name: request.headers.get(name, "")
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        }
        secret = source.push_secret
        try:
            if secret is None:
                raise WebhookVerificationError  # noqa: TRY301  # as one that fits no secret
            Webhook(secret.get_secret_value()).verify(body, headers, json_parse=False)
        except (WebhookVerificationError, ValueError):  # a text that is no base64, no UTF-8
            raise self._failed(request, self.visitors.clock()) from None
        return Visitor(f"source:{source.id}", source.id, Role.VIEW, Scope())

    def _failed(self, request: Ask, now: int) -> ProblemError:
        """Count a failure; give the problem that it is."""
        if self._failures.too_often(block_of(origin_of(request)), now):
            return ProblemError("too-often", headers={"Retry-After": "60"})
        return _no_key('error="invalid_token"')


def source_of(rules: InForce, ident: str) -> Source:
    """Give the source of an id.

    Raises:
        UnknownError: there is none.
    """
    found = {one.id: one for one in rules.settings.source}.get(ident)
    if found is None:
        raise UnknownError
    return found


def _no_key(more: str = "") -> ProblemError:
    challenge = 'Bearer realm="duban"' + (f", {more}" if more else "")
    return ProblemError("no-key", headers={"WWW-Authenticate": challenge})
