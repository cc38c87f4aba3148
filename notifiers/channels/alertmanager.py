"""Alertmanager: posts alerts to the API of one that the house already runs.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (POST /api/v2/alerts)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from notifiers.channel import Readers, Receipt
from notifiers.http import HttpSettings, Poster, SecretUrl
from notifiers.message import Kind, Message
from notifiers.rendering import Renderer

# Alertmanager takes an alert without an end for over as soon as it is not posted again for a while
# (resolve_timeout); ours stand until we say that they are over.
_STANDS = timedelta(days=3650)
_SOON = timedelta(minutes=5)  # news that no message takes back


class AlertmanagerSettings(HttpSettings):
    """Where it listens.

    Attributes:
        url: its address, without ``/api/v2/alerts``.
        token: bearer token, where a proxy before it asks for one.
        labels: further labels for its routes.
    """

    readers: ClassVar[Readers] = Readers.PROGRAM

    kind: Literal["alertmanager"]
    url: SecretUrl
    token: SecretStr | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)

    def open(self) -> Alertmanager:
        """Give the channel."""
        return Alertmanager(self)


class Alertmanager:
    """Posts one alert for each card, whoever is told: its own routes say who hears.

    The labels are the same at every rung of a ladder, so that it is one alert and not many; its
    end comes with the message that it is over.
    """

    def __init__(self, settings: AlertmanagerSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("alertmanager", settings.templates)
        self._poster = Poster(settings)
        self._url = settings.url.get_secret_value().rstrip("/") + "/api/v2/alerts"

    async def send(self, message: Message) -> Receipt:
        """Post a message.

        Raises:
            SendError: anything but a 2xx; 410 and 413 are final, others temporary.
        """
        headers = {"content-type": "application/json"}
        if self.settings.token:
            headers["authorization"] = f"Bearer {self.settings.token.get_secret_value()}"
        answer = await self._poster.post(self._url, self.payload(message).encode(), headers)
        answer.require_success()
        return Receipt(id=message.key, response=f"HTTP {answer.status}")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message."""
        return json.dumps([self._alert(message, datetime.now(UTC))], ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def _alert(self, message: Message, now: datetime) -> dict[str, Any]:
        notice = self._renderer.notice(message)
        context = message.context
        alert, links = context.get("alert") or {}, context.get("links") or {}
        labels = {**self.settings.labels, **_labels(message)}
        annotations = {
            "summary": notice.headline,
            "description": notice.lead or notice.about,
            **{fact.label: fact.text for fact in notice.facts},
        }
        starts = _moment(alert.get("opened_at")) or now
        ends = now if message.kind is Kind.RESOLVED else now + _STANDS
        if message.kind in (Kind.TEST, Kind.DIGEST):
            ends = now + _SOON
        posted = {
            "labels": {name: value for name, value in labels.items() if value},
            "annotations": {name: text for name, text in annotations.items() if text},
            "startsAt": starts.isoformat(),
            "endsAt": max(starts, ends).isoformat(),
        }
        return {**posted, "generatorURL": links["case"]} if links.get("case") else posted


def _labels(message: Message) -> dict[str, str]:
    """Give what tells an alert from others; Alertmanager takes it for gone once that changes."""
    context = message.context
    alert, case = context.get("alert") or {}, context.get("case") or {}
    order, source = context.get("order") or {}, context.get("source") or {}
    kind = message.kind.value
    name = {Kind.ORDER: "order", Kind.TEST: "test", Kind.DIGEST: "digest"}.get(message.kind)
    return {
        "alertname": name or str(alert.get("rule") or alert.get("title") or kind),
        "alert": str(alert.get("id") or ""),
        "case": str(case.get("tail") or ""),
        "department": str(case.get("department") or ""),
        "region": str(case.get("region") or ""),
        "order": str(order.get("no") or ""),
        "source": str(source.get("id") or ""),
    }


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
