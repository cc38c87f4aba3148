"""Receivers for tests: an HTTP server and an SMTP server that behave like the real ones."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True)
class Request:
    """What arrived."""

    target: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer: after ``delay`` seconds; ``raw`` bytes instead, or nothing where ``cut``."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False
    raw: bytes = b""


Responder = Callable[[Request], Reply]


@dataclass
class HttpSink:
    """A running server: its address and what it received."""

    url: str
    requests: list[Request] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)


@contextmanager
def http_sink(
    respond: Responder = lambda request: Reply(), tls: ssl.SSLContext | None = None
) -> Iterator[HttpSink]:
    """Serve on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            sink.requests.append(request)
            sink.connections.add(self.client_address[1])
            reply = respond(request)
            time.sleep(reply.delay)
            if reply.cut or reply.raw:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True  # the client did not wait

        do_GET = do_POST  # noqa: N815  # the name that http.server calls

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128  # as of any real receiver: with 5, bursts wait for SYN after SYN

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that hangs up is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    sink = HttpSink(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wecom_vendor(key: str, *, per_minute: int = 20) -> Responder:
    """Answer as WeCom's gateway does: HTTP 200 whatever happens, the verdict in ``errcode``."""
    taken = 0

    def verdict(request: Request) -> tuple[int, str]:
        nonlocal taken
        address = urlsplit(request.target)
        if address.path != "/cgi-bin/webhook/send" or parse_qs(address.query).get("key") != [key]:
            return 93000, "invalid webhook url, hint: [1755605200056773468916791]"
        message = request.json
        if message.get("msgtype") != "markdown":
            return 40008, "invalid message type"
        size = len(message["markdown"]["content"].encode())
        if size > 4096:
            return 40058, f"markdown.content exceed max length 4096. invalid Request, size {size}"
        taken += 1
        if taken > per_minute:
            return 45009, "api freq out of limit"
        return 0, "ok"

    def respond(request: Request) -> Reply:
        errcode, errmsg = verdict(request)
        return Reply(body=json.dumps({"errcode": errcode, "errmsg": errmsg}).encode())

    return respond


def webhook_receiver(secret: str) -> Responder:
    """Answer as a receiver of Standard Webhooks does: 204, or 401 to a wrong signature."""

    def respond(request: Request) -> Reply:
        try:
            Webhook(secret).verify(request.body, request.headers)
        except WebhookVerificationError as error:
            return Reply(401, str(error).encode())
        return Reply(204)

    return respond


@dataclass
class SmtpSink:
    """A running SMTP server: what it received and how it answers.

    ``on_recipient`` and ``on_mail`` give an SMTP answer or ``None`` to accept; ``hang_up`` closes
    each connection shortly after a mail, as servers do with idle clients; ``delay`` is how many
    seconds the server thinks about a mail; at the ``cut_at``-th mail it hangs up in the middle.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)
    on_recipient: Callable[[str], str | None] = lambda address: None
    on_mail: Callable[[int], str | None] = lambda number: None
    hang_up: bool = False
    delay: float = 0.0
    cut_at: int = 0
    port: int = 0
    _seen: int = 0

    async def handle_RCPT(  # noqa: N802 the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._seen + 1 == self.cut_at:
            self.cut_at = 0
            assert server.transport is not None
            server.transport.close()
        refusal = self.on_recipient(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 the same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self._seen += 1
        self.peers.add(session.peer)
        await asyncio.sleep(self.delay)
        refusal = self.on_mail(self._seen)
        if refusal:
            return refusal
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=modern))
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        if self.hang_up:
            assert server.transport is not None
            asyncio.get_running_loop().call_later(0.02, server.transport.close)
        return f"250 2.0.0 queued as {self._seen}"


class _AnyPort(Controller):
    """A controller that lets the system choose its port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def smtp_sink(
    sink: SmtpSink,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[SmtpSink]:
    """Serve on a free port until the block ends; ``login`` is then asked for over TLS only."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        sink.logins.append(mechanism)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == login, handled=False)

    controller = _AnyPort(
        sink,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_required=login is not None,
        authenticator=authenticate if login else None,
    )
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost, as a file and for a server."""

    file: Path
    server: ssl.SSLContext


def self_signed(folder: Path) -> Certificate:
    """Make a certificate in ``folder``, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file, key_file)
    return Certificate(file, server)
