"""Lawful lives of cases: what no check may say anything about.

Every moment is a time of a numbered working day, and what is allowed so many working days takes no
more of them. The times of a day follow one another: submitted from 09:00, accepted from 10:00,
reviewed from 11:10, decided from 14:00, closed from 15:30, delivered at 16:45.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, Final

from bench.planted.days import ALL, CLOSE, MINUTE, at, later, number, office
from bench.planted.drafts import NOW, NOW_DAY, Draft
from bench.planted.items import BY_CODE, DEPARTMENTS

FIRST_DAY: Final = 60
SETTLED: Final = NOW_DAY - 70
"""The last day on which a case is accepted of which all is long over."""

REGIONS: Final = ("990102", "990103", "990104", "990121")
_GROUNDS = ("听证", "检验", "检测", "专家评审", "招标", "检疫", "鉴定")
_BY_LETTER = {letter: [c for c in BY_CODE if c[0] == letter and c != "FREED"] for letter in "PIJ"}
_LETTERS = {"promise": "P", "instant": "I", "joint": "J"}


def life(draw: Random, key: str) -> Draft:
    """Give a case of any kind, at any stage of its life."""
    kind = draw.choices(
        (*_LETTERS, "hotline", "query", "report", "reported-up", "controlled"),
        (56, 18, 3, 9, 6, 4, 2, 2),
    )[0]
    if kind == "hotline":
        return hotline(draw, key)
    if kind == "query":
        return query(draw, key)
    if kind == "report":
        return report(draw, key)
    if kind == "reported-up":
        return reported_up(draw, key)
    if kind == "controlled":
        return controlled(draw, key)
    state = draw.choices(("closed", "recent", "open", "submitted"), (80, 8, 7, 5))[0]
    return licence(draw, key, kind, state)


def licence(
    draw: Random,
    key: str,
    kind: str = "promise",
    state: str = "closed",
    *,
    plain: bool = False,
    item: str = "",
    lasts: int | None = None,
    ends: int | None = None,
) -> Draft:
    """Give a licence: "closed" long ago or "recent", "open", or only "submitted".

    A ``plain`` one has its steps and no more; it is of an item without a fee unless one is named.
    ``lasts`` is how many working days it takes from acceptance to closing, ``ends`` the day of
    closing.
    """
    codes = _BY_LETTER[_LETTERS[kind]]
    if plain and not item:
        codes = [code for code in codes if not BY_CODE[code]["fee_standard"]]
    code = item or draw.choice(codes)
    facts = BY_CODE[code]
    draft = _new(draw, key, kind, code)
    promised = int(facts["promised_days"])
    if lasts is None:
        lasts = draw.randint(0, 1) if kind == "instant" else draw.randint(2, promised - 2)
    _accept(draw, draft, state, lasts, ends)
    if state == "submitted":
        _amounts(draw, draft, plain=plain)
        return draft
    begun = draft.day["accepted"]
    if kind != "instant":
        _steps(draw, draft, state, lasts)
    if state in ("closed", "recent"):
        _close(draw, draft, begun + lasts)
    _amounts(draw, draft, plain=plain)
    draft.facts["documents"] = _documents(draw, str(facts["documents"]))
    draft.facts["documents_missing"] = draw.choice((0, None))
    _charge(draw, draft, code)
    if not plain:
        _extras(draw, draft, state, lasts, joint=kind == "joint")
    return draft


def _new(draw: Random, key: str, kind: str, code: str) -> Draft:
    department = code.rpartition("-")[2] if "-" in code else draw.choice(DEPARTMENTS)
    facts: dict[str, Any] = {
        "title": "设立登记",
        "kind": kind,
        "region": draw.choice(REGIONS),
        "department": department,
        "window": f"W{draw.randrange(30)}",
        "handler": f"h{draw.randrange(400)}",
        "applicant": f"申请人{key}",
        "item_code": code,
        "status": "open",
    }
    return Draft(key, facts)


def _accept(draw: Random, draft: Draft, state: str, lasts: int, ends: int | None) -> None:
    if state == "submitted":
        draft.put("submitted", NOW_DAY - draw.randint(0, 4), office(draw.randrange(50) * MINUTE))
        return
    if ends is not None:
        day = ends - lasts
    elif state == "closed":
        day = draw.randint(FIRST_DAY, SETTLED)
    elif state == "recent":
        day = NOW_DAY - 1 - lasts - draw.randint(0, 8)
    else:
        day = NOW_DAY - draw.randint(1, max(lasts, 1))
    submitted = day - draw.randint(0, 5)
    draft.put("submitted", submitted, office(draw.randrange(60) * MINUTE))
    next_day = ALL[submitted] + timedelta(days=1)
    if submitted < day and number(next_day) == submitted:
        # Handed in over the web on the day off that follows.
        draft.facts["submitted_at"] = at(next_day, "21:15:07")
    draft.put("accepted", day, office((60 + draw.randrange(30)) * MINUTE))


def _steps(draw: Random, draft: Draft, state: str, lasts: int) -> None:
    begun, accepted = draft.day["accepted"], draft.facts["accepted_at"]
    clerk, examiner, head, other = draw.sample(range(400), 4)
    draft.step("受理", accepted, accepted + 5 * MINUTE, f"h{clerk}")
    last = begun + lasts if state != "open" else NOW_DAY - 1
    review = draw.randint(begun, min(begun + 5, last))
    draft.day["review"] = review
    since = at(review, "11:10") + draw.randrange(15) * MINUTE
    if draft.facts["item_code"][0] == "J":
        sent = at(max(begun, review - 1), "10:50")
        for branch in ("消防审查", "环评审查")[: draw.randint(1, 2)]:
            draft.step(
                branch, at(review, "11:00"), at(review, "11:09"), f"h{other}", opened_at=sent
            )
    if state == "open":
        limit = None if draw.random() < 0.5 else NOW_DAY - review + draw.randint(0, 5)
        draft.step("审查", since, None, f"h{examiner}", limit_days=limit)
        return
    ended = draw.randint(review, last)
    limit = draw.choice((None, ended - review, ended - review + 3))
    draft.step("审查", since, at(ended, "13:40"), f"h{examiner}", limit_days=limit or None)
    if draw.random() < 0.4:
        draft.step("现场勘验", at(ended, "13:45"), at(ended, "13:58"), f"h{examiner}")
    draft.step(
        "决定", at(last, "14:00") + draw.randrange(20) * MINUTE, at(last, "14:35"), f"h{head}"
    )


def _close(draw: Random, draft: Draft, day: int) -> None:
    draft.put("decided", day, "14:40")
    draft.put("closed", day, office((300 + draw.randrange(60)) * MINUTE))
    draft.facts["status"] = "closed"
    delivered = day + draw.randint(0, 10)
    if delivered < NOW_DAY:
        draft.put("delivered", delivered, "16:45")
    result = draw.choices(("granted", "refused", "returned", "voided"), (90, 5, 3, 2))[0]
    draft.facts |= {"result": result, "remedy_told": draw.choice(("是", "1", "已告知"))}
    if result != "granted":
        draft.facts["result_reason"] = "不符合法定条件"


def _amounts(draw: Random, draft: Draft, *, plain: bool) -> None:
    """Say what is promised and what the law allows: by the case, by its item, or as a moment."""
    facts, item = draft.facts, BY_CODE[draft.facts["item_code"]]
    promised, statutory = item["promised_days"], item["statutory_days"]
    if draw.random() < 0.6:
        facts["promised_days"] = promised
    if draw.random() < 0.5:
        facts["statutory_days"] = statutory
    if draw.random() < 0.15:
        facts["kind"] = None  # the item says it
    begun = draft.day.get("accepted")
    if begun is None or plain:
        return
    if draw.random() < 0.5:
        facts["promised_due"] = at(begun + int(promised), draw.choice((CLOSE, 0)))
    if draw.random() < 0.4:
        facts["statutory_due"] = at(begun + int(statutory), CLOSE)


def _documents(draw: Random, required: str) -> str:
    """List what is required, and perhaps more, as people do."""
    names = required.split("、")
    if draw.random() < 0.3:
        names += ["授权委托书"]
    if draw.random() < 0.3:
        draw.shuffle(names)
    return draw.choice(("、", "，", "; ", "|", "\n")).join(names)


def _charge(draw: Random, draft: Draft, code: str) -> None:
    facts = draft.facts
    due = standard(code, draft.day["accepted"])
    if draw.random() < 0.3:
        facts["fee_standard"] = due
    if not due:
        facts["fee_paid"] = draw.choice((0.0, None))
    elif facts.get("result") == "granted":
        waived = draw.random() < 0.1
        facts["fee_paid"] = draw.choice((None, 0.0, due / 2)) if waived else due
        facts["fee_waived"] = "小微企业减免" if waived else None
        facts["fee_place"] = draw.choice(("cashier", "online", None))
        if facts["fee_paid"]:
            facts["fee_paid_at"] = facts["accepted_at"] + draw.randint(0, 5) * MINUTE
            facts["fee_receipt"] = f"桂{draw.randrange(10**8):08}"


def standard(code: str, day: int) -> float:
    """Give the fee of an item on a working day."""
    if code == "FREED":
        return 80.0 if ALL[day].year < 2026 else 0.0
    return float(BY_CODE[code]["fee_standard"])


def _extras(draw: Random, draft: Draft, state: str, lasts: int, *, joint: bool) -> None:
    """Add what happens to some: a special procedure, a correction, an extension and so on."""
    begun = draft.day["accepted"]
    if state == "closed" and lasts >= 4 and draw.random() < 0.12:
        first = begun + draw.randint(1, lasts - 2)
        length = draw.randint(1, min(begun + lasts - first - 1, 20))
        told = draw.choice((None, length, length + 5))
        draft.pause(first, first + length, draw.choice(_GROUNDS), told_days=told)
    if draw.random() < 0.06:
        _correct(draw, draft)
    if state == "closed" and lasts >= 2 and draw.random() < 0.04:
        draft.extend(begun + draw.randint(1, lasts - 1), 15 if joint else 10, unit="working days")
    if state == "closed" and lasts >= 1 and draw.random() < 0.05:
        draft.facts["publicity_ends_at"] = at(begun + lasts - 1, draw.choice((0, CLOSE)))
    if draw.random() < 0.4:
        _wait(draw, draft)
    if "closed" in draft.day and draw.random() < 0.3:
        _rate(draw, draft)


def _correct(draw: Random, draft: Draft) -> None:
    """Have the applicant told once what is missing, in time, and accept in time after it."""
    accepted = draft.day["accepted"]
    corrected = accepted - draw.randint(1, 5)
    asked = corrected - draw.randint(0, 6)
    draft.put("submitted", asked - draw.randint(0, 5), "09:05")
    if draw.random() < 0.5:
        draft.pause_at(at(asked, "10:20"), at(corrected, "16:00"), "补正")
    else:
        draft.facts["correction_at"] = at(asked, "10:20")
        draft.facts["corrected_at"] = at(corrected, "16:00")


def _wait(draw: Random, draft: Draft) -> None:
    """Draw a ticket before the application and have it called in time, over noon perhaps."""
    worked = (draw.randrange(7 * 60 - 31)) * MINUTE
    day = draft.day["submitted"]
    draft.facts["ticket_at"] = at(day, office(worked))
    draft.facts["called_at"] = later(day, worked, draw.randint(1, 30) * MINUTE)


def _rate(draw: Random, draft: Draft) -> None:
    day = draft.day["closed"] + draw.randint(0, 20)
    rated = at(day, "20:10")
    if day >= NOW_DAY - 12:
        return
    rating = draw.choices(("1", "2", "3", "4", "5"), (60, 20, 10, 5, 5))[0]
    draft.facts |= {"rating": rating, "rated_at": rated}
    if rating in "45":
        draft.facts["called_back_at"] = at(day + draw.randint(1, 5), "16:00")


def reported_up(draw: Random, key: str) -> Draft:
    """Give a licence that an upper level decides, closed as it was decided there."""
    draft = licence(draw, key, plain=True, lasts=6)
    day, result = draft.day["accepted"], draft.facts["result"]
    draft.facts |= {
        "kind": "reported-up",
        "reported_up_at": at(day + 1, "16:00"),
        "upper_answered_at": at(day + draw.randint(2, 5), "11:00"),
        "upper_result": draw.choice((result, None)),
    }
    return draft


def controlled(draw: Random, key: str) -> Draft:
    """Give a controlled item, answered yes or no and on what ground."""
    draft = licence(draw, key, plain=True, lasts=6)
    answer = draw.choice(("同意", "不同意", "yes", "不予许可"))
    draft.facts |= {
        "kind": "controlled",
        "asked_at": at(draft.day["accepted"], "09:30"),
        "answered_at": at(draft.day["accepted"] + 4, "11:00"),
        "answer": answer,
        "answer_ground": "管理条例第八条",
    }
    return draft


def hotline(draw: Random, key: str) -> Draft:
    """Give a call to the hotline, which is answered day and night."""
    draft = _new(draw, key, "hotline", "12345")
    open_ = draw.random() < 0.05
    day = ALL[NOW_DAY - 1 if open_ else draw.randint(FIRST_DAY, SETTLED)] + timedelta(
        days=0 if open_ else draw.randrange(3)
    )
    accepted = at(day, draw.randrange(24 * 60) * MINUTE)
    draft.facts |= {"submitted_at": accepted - 2 * MINUTE, "accepted_at": accepted}
    draft.day["accepted"] = number(day)
    if not open_:
        closed = accepted + draw.randrange(1, 2 * 24 * 60) * MINUTE
        draft.facts |= {"closed_at": closed, "status": "closed", "result": "answered"}
    return draft


def query(draw: Random, key: str) -> Draft:
    """Give a complaint or a query, answered in time or not due yet."""
    draft = _new(draw, key, "query", "12345")
    open_ = draw.random() < 0.05
    day = NOW_DAY - draw.randint(0, 4) if open_ else draw.randint(FIRST_DAY, SETTLED)
    draft.facts["asked_at"] = at(
        day, "08:15" if open_ else draw.choice(("07:10", "12:30", "22:40"))
    )
    draft.day["asked"] = day
    if not open_:
        draft.facts["answered_at"] = at(day + draw.randint(0, 5), draw.choice(("23:00", CLOSE)))
        if draft.facts["answered_at"] > at(day + 5, CLOSE):
            draft.facts["answered_at"] = at(day + 5, CLOSE)
    draft.facts["handler"] = None
    return draft


def report(draw: Random, key: str) -> Draft:
    """Give an information report, sent in time or not due yet."""
    draft = _new(draw, key, "report", "信息报送")
    if draw.random() < 0.05:
        draft.facts["report_due"] = NOW + draw.randint(1, 5000) * MINUTE
        return draft
    day = draw.randint(FIRST_DAY, SETTLED)
    due = draw.choice((at(day, 0), at(day, "16:00")))
    draft.facts |= {"report_due": due, "reported_at": at(day, draw.choice(("09:00", "16:00")))}
    draft.day["report"] = day
    return draft
