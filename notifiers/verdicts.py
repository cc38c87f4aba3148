"""What a chat vendor makes of a message: its code, in the body of an answer of HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from notifiers.channel import SendError
from notifiers.http import Answer
from notifiers.words import cut, one_line


@dataclass(frozen=True, slots=True)
class Verdict:
    """A vendor's answer: its ``code`` (0 is success), what it ``said``, and the whole body."""

    code: int
    said: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Codes:
    """How a vendor's codes are to be taken.

    What is in neither table is temporary: to give up early would lose a message, to try again
    costs little.

    Attributes:
        vendor: its name, for error messages.
        field: where the code stands in the body.
        text: where the vendor says what it means.
        permanent: codes for which trying again cannot help, each with why in plain words.
        waits: codes that ask to wait, with the seconds to wait.
    """

    vendor: str
    field: str
    text: str
    permanent: Mapping[int, str]
    waits: Mapping[int, float]

    def read(self, answer: Answer) -> Verdict:
        """Read the verdict in an answer.

        Raises:
            SendError: the answer is no 2xx, or has no code and so is not the vendor's; a relay or a
                login page in between may have given it, which is temporary.
        """
        answer.require_success()
        try:
            body = json.loads(answer.body)
            return Verdict(int(body[self.field]), str(body.get(self.text) or ""), body)
        except (ValueError, KeyError, TypeError, AttributeError):
            reason = f"the answer is not {self.vendor}'s: no {self.field}"
            raise SendError(reason, permanent=False) from None

    def refuse(self, verdict: Verdict, secrets: Iterable[str] = ()) -> SendError:
        """Give the error for a verdict that is no success; ``secrets`` never show in it."""
        said = verdict.said
        for secret in secrets:
            for form in (secret, quote(secret, safe=""), quote(secret)):  # as addresses have it
                said = said.replace(form, "***")
        why = self.permanent.get(verdict.code) or cut(one_line(said), 200)
        return SendError(
            f"{self.field} {verdict.code}: {why}",
            permanent=verdict.code in self.permanent,
            retry_after=self.waits.get(verdict.code),
        )
