"""What ``duban check`` tells of the directory: its lists, the data beside it, whom alerts reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from config import Words
from config.people_lists import ListSettings
from monitor.catalogue import FileFault
from monitor.cli.shell import Shell
from monitor.people import Entry, Reading, joined, read_configured
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name
from monitor.sources import SourceError
from monitor.sources.examine import CheckResult
from monitor.sources.reject_words import in_words
from rules.carriers import every
from rules.cases import Case
from rules.reaching import try_cases, try_system
from rules.roles import Gap

_SHOWN = 5


def results(shell: Shell, cases: Sequence[Case]) -> list[CheckResult]:
    """Give what there is to say of the directory.

    DIR-101 a list is read, DIR-102 the places and handlers of cases are in it, DIR-103 alerts about
    cases reach somebody, DIR-104 alerts about the system do. ``cases`` are those of a sample.
    """
    found: list[CheckResult] = []
    entries: list[Entry] = []
    for one in shell.settings.directory:
        reading, result = _list(shell, one)
        entries += reading.entries
        found.append(result)
    rules = shell.rules.with_directory(joined(shell.rules.book.directory, entries))
    found += _unknown(rules, cases)
    found += _unreached(rules, cases, shell.now)
    found.append(_system(rules, shell.now))
    return found


def _list(shell: Shell, one: ListSettings) -> tuple[Reading, CheckResult]:
    nothing = Reading((), ())
    try:
        reading = read_configured(shell.settings, one)
    except (SourceError, FileFault) as error:
        said = error.text if isinstance(error, SourceError) else error.why
        text = Words(f"名单 {one.id}：{said.zh}", f"list {one.id}: {said.en}")
        return nothing, CheckResult("DIR-101", "fail", text)
    count = len(reading.entries)
    if not reading.rejects:
        text = Words(f"名单 {one.id}：{count} 项", f"list {one.id}: {count} entries")
        return reading, CheckResult("DIR-101", "ok", text)
    told = [(row.called, in_words(row.gist)) for row in reading.rejects[:_SHOWN]]
    zh = "；".join(f"{key}：{detail.zh}" for key, detail in told)
    en = "; ".join(f"{key}: {detail.en}" for key, detail in told)
    text = Words(
        f"名单 {one.id}：{count} 项，另有 {len(reading.rejects)} 行读不懂：{zh}",
        f"list {one.id}: {count} entries, {len(reading.rejects)} rows not understood: {en}",
    )
    return reading, CheckResult("DIR-101", "warn" if count else "fail", text)


def _unknown(rules: InForce, cases: Sequence[Case]) -> Iterator[CheckResult]:
    """Compare the places and handlers that cases name with those of the directory."""
    directory = rules.book.directory
    handlers = {*directory.people, *(person.name for person in directory.people.values())}
    kinds: tuple[tuple[str, Words, Collection[str]], ...] = (
        ("region", Words("区划", "regions"), directory.regions),
        ("department", Words("部门", "departments"), directory.departments),
        ("handler", Words("承办人", "handlers"), handlers),
    )
    for fact, called, known in kinds:
        named = Counter(
            name
            for case in cases
            for name in {
                str(one.facts[fact]) for one in every(case, _carriers(rules)) if one.facts.get(fact)
            }
        )
        lacking = Counter({name: count for name, count in named.items() if name not in known})
        if not named:
            continue
        if not lacking:
            text = Words(
                f"办件里的{called.zh}名录里都有", f"the {called.en} of the cases are all in it"
            )
            yield CheckResult("DIR-102", "ok", text)
            continue
        listed = _listed(lacking)
        text = Words(
            f"试读的办件里有 {len(lacking)} 个{called.zh}名录里没有（括号里是件数）：{listed}；"
            "请加进名录，或用 values 对应到名录的编号",
            f"{len(lacking)} {called.en} of the cases that were tried are not in it (with how many "
            f"cases): {listed}; add them, or map them to its ids with values",
        )
        yield CheckResult("DIR-102", "warn", text)


def _unreached(rules: InForce, cases: Sequence[Case], now: int) -> Iterator[CheckResult]:
    """Try whom alerts about these cases would reach."""
    if not cases:
        return
    book = rules.book
    reached = try_cases(
        book.policies, book.levels, rules.resolver(now), cases, now, _carriers(rules)
    )
    if reached.unassigned:
        zh, en = (
            _listed(Counter({level_name(k, lang): v for k, v in reached.unassigned.items()}))
            for lang in ("zh_CN", "en")
        )
        text = Words(
            f"有的牌没有 [[policy]]，谁也不通知（括号里是件数）：{zh}；"
            "请加一条不限级别、不带 when 的",
            f"no [[policy]] is for some alerts, so that nobody hears (with how many cases): {en}; "
            "add one without levels and when",
        )
        yield CheckResult("DIR-103", "warn", text)
    if reached.faults:
        listed = _listed(reached.faults)
        text = Words(f"[[policy]] 的条件算不出来：{listed}", f"a condition fails: {listed}")
        yield CheckResult("DIR-103", "warn", text)
    if reached.gaps:
        listed = _listed(Counter({_gap(gap): count for gap, count in reached.gaps.items()}))
        text = Words(
            f"有 {len(reached.gaps)} 个岗位没有人能通知到（括号里是件数）：{listed}；"
            "请在名录里补上人、岗位或联系方式",
            f"nobody can be reached for {len(reached.gaps)} posts (with how many cases): {listed}; "
            "add people, posts or addresses to the directory",
        )
        yield CheckResult("DIR-103", "warn", text)
    if not (reached.unassigned or reached.faults or reached.gaps):
        text = Words(
            f"试了 {len(cases)} 件：每一级的牌都有人接收",
            f"tried on {len(cases)} cases: at every level somebody hears",
        )
        yield CheckResult("DIR-103", "ok", text)


def _system(rules: InForce, now: int) -> CheckResult:
    """Try whom an alert about the system itself would reach."""
    book = rules.book
    try:
        policy, heard = try_system(
            book.policies, book.levels, rules.resolver(now), "source:try", now
        )
    except ValueError as error:
        text = Words(f"[[policy]] 的条件算不出来：{error}", f"a condition fails: {error}")
        return CheckResult("DIR-104", "warn", text)
    if heard:
        text = Words("系统自身的告警有人接收", "somebody hears of alerts about the system")
        return CheckResult("DIR-104", "ok", text)
    why = (
        Words("没有 [[policy]] 适用", "no [[policy]] is for them")
        if policy is None
        else Words(f"[[policy]] {policy.id} 谁也通知不到", f"[[policy]] {policy.id} reaches nobody")
    )
    text = Words(
        f"系统自身的告警（读不到审批库、渠道发不出去等）没有人接收：{why.zh}；请加一条 "
        """when = "alert.about == 'system'" 的 [[policy]]，写明通知谁""",
        f"nobody hears of alerts about the system (a source is down, a channel refuses …): {why.en}"
        """; add a [[policy]] with when = "alert.about == 'system'" that tells somebody""",
    )
    return CheckResult("DIR-104", "warn", text)


def _carriers(rules: InForce) -> list[Mapping[str, str]]:
    """Return the facts that say who carries the alerts of limits whose carrier is another unit."""
    return [limit.carriers for limit in rules.book.limits if limit.carriers]


def _gap(gap: Gap) -> str:
    return gap.subject.removeprefix("post:")


def _listed(counted: Counter[str]) -> str:
    shown = ", ".join(f"{name} ({count})" for name, count in counted.most_common(_SHOWN))
    return shown + (" …" if len(counted) > _SHOWN else "")
