from __future__ import annotations

import asyncio

import pytest

from notifiers import SendError
from notifiers.access_tokens import AccessToken


class Vendor:
    """Gives a new token each time, for two hours, and keeps count; the clock is moved by hand."""

    def __init__(self) -> None:
        self.given = 0
        self.now = 0.0
        self.down = False
        self.token = AccessToken(self.give, lambda: self.now)

    async def give(self) -> tuple[str, float]:
        await asyncio.sleep(0)
        if self.down:
            raise SendError("down", permanent=False)
        self.given += 1
        return f"t{self.given}", 7200.0


def test_a_token_is_kept_until_five_minutes_before_its_end() -> None:
    async def run() -> list[str]:
        vendor, seen = Vendor(), []
        for vendor.now in (0.0, 3600.0, 6899.0, 6900.0, 13_799.0, 13_800.0):
            seen.append(await vendor.token.get())
        return seen

    assert asyncio.run(run()) == ["t1", "t1", "t1", "t2", "t2", "t3"]


def test_however_many_need_it_at_once_it_is_asked_for_once() -> None:
    async def run() -> tuple[set[str], int]:
        vendor = Vendor()
        return set(await asyncio.gather(*(vendor.token.get() for _ in range(50)))), vendor.given

    assert asyncio.run(run()) == ({"t1"}, 1)


def test_a_token_refused_late_does_not_cost_the_newer_one() -> None:
    async def run() -> str:
        vendor = Vendor()
        old = await vendor.token.get()
        vendor.token.refused(old)
        await vendor.token.get()
        vendor.token.refused(old)
        return await vendor.token.get()

    assert asyncio.run(run()) == "t2"


def test_a_vendor_that_gives_none_is_asked_again_next_time() -> None:
    async def run() -> str:
        vendor = Vendor()
        vendor.down = True
        with pytest.raises(SendError):
            await vendor.token.get()
        vendor.down = False
        return await vendor.token.get()

    assert asyncio.run(run()) == "t1"
