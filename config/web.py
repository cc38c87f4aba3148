"""Settings of who vouches for people that use the desk: proxies, and a provider (OIDC)."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from config.fields import Id, Model, refusal

Network = IPv4Network | IPv6Network


def _network(value: Any) -> Network:
    if not isinstance(value, str):
        raise refusal("CFG-215")
    try:
        return ip_network(value)
    except ValueError:
        raise refusal("CFG-215") from None


NetworkField = Annotated[Network, PlainValidator(_network), PlainSerializer(str)]
"""Addresses of a network, written ``"10.0.0.0/8"``, or one address."""

Header = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
"""The name of an HTTP header."""

HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$")]
"""The name of a host, without a port."""

Issuer = Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
"""The address of a provider, exactly as its tokens say it."""

RoleName = Literal["view", "inspect", "issue", "manage", "system"]
"""A role of the desk."""


class GroupSettings(Model):
    """What those have of whom the provider says that they are in the group ``name``.

    Without ``regions`` and ``departments`` they see everything.
    """

    name: Id
    role: RoleName = "view"
    regions: tuple[Id, ...] | None = None
    departments: tuple[Id, ...] | None = None


class OidcSettings(Model):
    """The provider (统一身份认证) at which people sign in, by OpenID Connect.

    ``login_claim`` is the claim that is the login of the account, ``name_claim`` what he is called.
    Accounts must be there unless ``create``. With ``group`` an account that has no password gets,
    at each sign-in, what the first group has that ``group_claim`` names; in none, nobody comes in.
    With ``allow_http`` the issuer may be reached without TLS elsewhere than on this machine.
    ``ca_file`` is a PEM file of the authorities to trust instead of the public ones, ``label`` what
    the button says.
    """

    allow_http: bool = False
    issuer: Issuer
    client_id: Id
    client_secret: SecretStr | None = None
    scopes: tuple[Id, ...] = ("openid", "profile")
    login_claim: Id = "preferred_username"
    name_claim: Id = "name"
    group_claim: Id = "groups"
    group: tuple[GroupSettings, ...] = ()
    create: bool = False
    ca_file: Path | None = None
    label: str = ""

    @field_validator("issuer")
    @classmethod
    def _by_tls(cls, issuer: str, info: ValidationInfo) -> str:
        host = urlsplit(issuer).hostname or ""
        local = host == "localhost" or host == "::1" or host.startswith("127.")
        if not issuer.startswith("https://") and not local and not info.data.get("allow_http"):
            raise refusal("CFG-216")
        return issuer
