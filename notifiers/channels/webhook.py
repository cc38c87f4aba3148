"""Webhook: posts messages as JSON, signed by the Standard Webhooks specification."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, SecretStr
from standardwebhooks import Webhook as Signer

from notifiers.http import HttpSettings


def _http_url(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("http://", "https://")):
        raise ValueError("expected a URL that starts with https:// or http://")
    return url


def _signing_secret(secret: SecretStr) -> SecretStr:
    try:
        Signer(secret.get_secret_value())
    except Exception as error:
        raise ValueError("expected whsec_ and base64 text, as made by the receiver") from error
    return secret


class WebhookSettings(HttpSettings):
    """Where to post, and the secret shared with the receiver.

    Attributes:
        url: secret because many receivers put a token into it.
        secret: ``whsec_`` and base64 text.
    """

    kind: Literal["webhook"]
    url: Annotated[SecretStr, AfterValidator(_http_url)]
    secret: Annotated[SecretStr, AfterValidator(_signing_secret)]
