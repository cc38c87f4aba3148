"""Ladders as they are kept: a policy by its content, so that a card ends on the one it began on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from rules.amounts import Amount, parse_amount
from rules.policies import OrderTerms, Policy, Repeat, Step, Unless


def fingerprint(policy: Policy) -> str:
    """Give what tells a policy from others by all that it says: 32 hexadecimal digits."""
    said = json.dumps(snapshot(policy), ensure_ascii=False, sort_keys=True)
    return blake2b(said.encode(), digest_size=16).hexdigest()


def snapshot(policy: Policy) -> dict[str, Any]:
    """Give a policy as plain JSON values, from which :func:`restored` makes it again."""
    return {
        # Left out if false, so that ladders kept before stay the same.
        **({"by_region": True} if policy.by_region else {}),
        "id": policy.id,
        "calendar": policy.calendar,
        "when": policy.when,
        "levels": list(policy.levels),
        "version": policy.version,
        "acknowledged_for": _text(policy.acknowledged_for),
        "with_milder": policy.with_milder,
        "steps": [_step(step) for step in policy.steps],
    }


def restored(kept: Mapping[str, Any]) -> Policy:
    """Give the policy that a snapshot was taken of."""
    return Policy(
        kept["id"],
        tuple(_restored(step) for step in kept["steps"]),
        kept["calendar"],
        kept["when"],
        tuple(kept["levels"]),
        kept["version"],
        parse_amount(kept["acknowledged_for"]),
        kept["with_milder"],
        kept.get("by_region", False),
    )


def _step(step: Step) -> dict[str, Any]:
    repeat, order = step.repeat, step.order
    return {
        "tell": list(step.tell),
        "via": list(step.via),
        "after": _text(step.after),
        "before": _text(step.before),
        "unless": step.unless.value,
        "repeat": [_text(repeat.every), repeat.times] if repeat else None,
        "at_any_hour": step.at_any_hour,
        "order": order
        and [_text(order.reply_within), _text(order.acknowledge_within), order.advice],
    }


def _restored(kept: Mapping[str, Any]) -> Step:
    repeat, order = kept["repeat"], kept["order"]
    return Step(
        tuple(kept["tell"]),
        tuple(kept["via"]),
        _amount(kept["after"]),
        _amount(kept["before"]),
        Unless(kept["unless"]),
        Repeat(parse_amount(repeat[0]), repeat[1]) if repeat else None,
        kept["at_any_hour"],
        OrderTerms(_amount(order[0]), _amount(order[1]), order[2]) if order else None,
    )


def _text(amount: Amount | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Amount | None:
    return None if text is None else parse_amount(text)
