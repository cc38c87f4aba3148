"""The audit log in people's words: what acts are called, and what is wrong with the record."""

from __future__ import annotations

from config import Words
from monitor.store.seal_check import Fault, Wrong
from rules.findings import Outcome
from rules.orders_acts import ACT_NAMES

ACTS = {
    "acknowledge": Words("签收", "acknowledged"),
    "revoke": Words("撤牌", "revoked"),
    "appeal.file": Words("申诉", "appealed"),
    "appeal.revoke": Words("申诉获准，撤牌", "granted an appeal"),
    "appeal.send_back": Words("驳回申诉", "refused an appeal"),
    "appeal.pass_up": Words("申诉报上级", "passed an appeal up"),
    "order.issue": Words("签发督办单", "issued an order"),
    **{
        f"order.{act.value.replace(' ', '_')}": Words(f"督办单{name.zh}", f"order {name.en}")
        for act, name in ACT_NAMES.items()
    },
    "call_back.record": Words("回访", "called back"),
    "silence": Words("设静默", "silenced"),
    "silence.end": Words("结束静默", "ended a silence"),
    "leave": Words("请假", "entered leave"),
    "leave.end": Words("销假", "ended leave"),
    "delegate": Words("委托代理", "delegated"),
    "delegate.end": Words("结束代理", "ended a delegation"),
    "catalogue.import": Words("导入事项目录", "imported items"),
    "people.refresh": Words("重读名单", "refreshed people"),
    "sign-in": Words("登录", "signed in"),
    "sign-out": Words("退出", "signed out"),
    "sign-in-refused": Words("口令不对", "gave a wrong password"),
    "lock-out": Words("连错锁定", "was locked out"),
    "account.add": Words("建账号", "added an account"),
    "account.change": Words("改账号", "changed an account"),
    "account.password": Words("换口令", "changed a password"),
    "account.disable": Words("停用账号", "disabled an account"),
    "account.link": Words("关联统一身份认证", "linked an account to a provider"),
    "account.unlink": Words("解除统一身份认证关联", "unlinked an account"),
    "account.enable": Words("恢复账号", "enabled an account"),
    "account.unlock": Words("解锁账号", "unlocked an account"),
    "account.sign-out": Words("退出浏览器", "signed browsers out"),
    "token.add": Words("建令牌", "made a token"),
    "token.revoke": Words("吊销令牌", "revoked a token"),
    "store.upgrade": Words("升级本系统的库", "upgraded the store"),
    "catalogue.edit": Words("改事项", "edited an item"),
    "catalogue.release": Words("放回事项", "released an item"),
    "catalogue.take-back": Words("撤回事项的改动", "took an edit of an item back"),
    "call_back.reveal": Words("看申请人电话", "looked at an applicant's number"),
    "calendar.edit": Words("改日历", "edited a calendar"),
    "calendar.take-back": Words("撤回日历的改动", "took an edit of a calendar back"),
    "daemon.start": Words("启动", "started"),
    "daemon.stop": Words("停止", "stopped"),
    "settings.reload": Words("重读设置", "reloaded settings"),
    "delivery.retry": Words("重发", "sent again"),
    "record.verify": Words("核对留痕", "checked the record"),
    "record.accept": Words("承认现有的封印链", "accepted the chain of seals as it is"),
    "store.guard": Words("恢复留痕表的触发器", "restored the guards of the record"),
    "deliver": Words("投递", "delivered"),
    "notice": Words("通知", "told"),
    Outcome.OPENED.value: Words("亮牌", "opened"),
    Outcome.RAISED.value: Words("升牌", "raised"),
    Outcome.LOWERED.value: Words("降牌", "lowered"),
    Outcome.RESOLVED.value: Words("解除", "resolved"),
}
"""What acts are called; others go by their own names."""

TABLES = {
    "audit_log": Words("操作留痕", "the audit log"),
    "alert_events": Words("亮牌经过", "the events of alerts"),
    "fact_changes": Words("审批库改动", "the changes of sources"),
    "notices": Words("通知", "the notices"),
    "order_events": Words("督办单经过", "the events of orders"),
}
"""What the tables that are sealed are called."""

_ROWS = {
    Wrong.ROW_CHANGED: Words("被改过", "was changed"),
    Wrong.ROW_REMOVED: Words("被删去", "was removed"),
    Wrong.ROW_INSERTED: Words("是后来插入的", "was inserted afterwards"),
}


def fault_words(fault: Fault, when: str) -> Words:
    """Say what is wrong, and what of it was sealed when."""
    if fault.wrong is Wrong.SEAL_REMOVED:
        return Words(f"第 {fault.seal} 枚封印被删去", f"seal {fault.seal} was removed")
    if fault.wrong is Wrong.SEAL_CHANGED:
        return Words(f"第 {fault.seal} 枚封印被改过", f"seal {fault.seal} was changed")
    if fault.wrong is Wrong.HEAD_LOST:
        return Words(
            f"链上没有此前的第 {fault.seal} 枚封印（{when}）：此后被截去，或整条链被重写",
            f"the chain no longer has seal {fault.seal} of {when}: its end was cut off since, or "
            "the whole chain was written anew",
        )
    if fault.wrong is Wrong.GUARD_GONE:
        return Words(
            f"数据库不再拒绝修改 {fault.table}：触发器被删或停用",
            f"the database no longer refuses to change {fault.table}: its trigger was removed or "
            "switched off",
        )
    table, what = TABLES[fault.table], _ROWS[fault.wrong]
    return Words(
        f"{table.zh}（{fault.table}）第 {fault.id} 行{what.zh}；"
        f"第 {fault.seal} 枚封印，{when} 封存",
        f"row {fault.id} of {table.en} ({fault.table}) {what.en}; seal {fault.seal} of {when}",
    )
