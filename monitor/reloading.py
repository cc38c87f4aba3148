"""Which settings are refused while a daemon runs although they are no fault in themselves."""

from __future__ import annotations

from config import Settings, Words


def too_little(before: Settings, after: Settings) -> Words | None:
    """Say why settings are not taken over at a reload; ``None`` where they are.

    A file that is empty, or that was cut off while it was written, reads as settings with nothing
    to watch. Every alert would be resolved at once, and opened again with the whole file.
    """
    lost: list[Words] = []
    if before.source and not {one.id for one in after.source} & {one.id for one in before.source}:
        lost.append(Words("来源（[[source]]）", "source ([[source]])"))
    if before.limit and not {one.id for one in after.limit} & {one.id for one in before.limit}:
        lost.append(Words("时限（[[limit]] 和预置）", "limit ([[limit]] and presets)"))
    if not lost:
        return None
    zh, en = "和".join(one.zh for one in lost), " and no ".join(one.en for one in lost)
    return Words(
        f"现有的{zh}一个也没有了；如确要这样，请重新启动守护进程",
        f"no {en} of now is left; if that is meant, restart the daemon",
    )
