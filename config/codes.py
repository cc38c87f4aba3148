"""The codes of faults in settings: what each means, what is expected and how it is mended.

A code never changes its meaning and is never given to another fault.
"""

from __future__ import annotations

from typing import NamedTuple

from rules.amounts import EXPECTED


class Words(NamedTuple):
    """The same text in Chinese and in English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """Give the Chinese for ``zh…``, the English for any other language."""
        return self.zh if language.startswith("zh") else self.en


class Code(NamedTuple):
    """What a code means, what is expected in general, and how it is mended."""

    title: Words
    expected: Words
    mend: Words


CODES: dict[str, Code] = {
    # The file as a whole.
    "CFG-001": Code(
        Words("文件读不了", "the file cannot be read"),
        Words("可读的 TOML 文件", "a readable TOML file"),
        Words("检查路径和权限。", "Check the path and its permissions."),
    ),
    "CFG-002": Code(
        Words("TOML 语法错误", "TOML syntax error"),
        Words("合法的 UTF-8 TOML", "valid TOML in UTF-8"),
        Words(
            "改正该行：文本要加引号，表头写作 [[limit]]。",
            'Correct that line: text needs quotes, a table header reads "[[limit]]".',
        ),
    ),
    # One key.
    "CFG-101": Code(
        Words("不认识的项", "unknown key"),
        Words("手册所列的项", "one of the keys of the manual"),
        Words("改名或删去。", "Rename it or take it out."),
    ),
    "CFG-102": Code(
        Words("缺少必填项", "a required key is missing"),
        Words("该项必须填写", "the key to be there"),
        Words("补上该项。", "Add it."),
    ),
    "CFG-103": Code(
        Words("类型不对", "wrong type"),
        Words("另一种类型", "another type"),
        Words("按应有的类型改写。", "Write it as the expected type."),
    ),
    "CFG-104": Code(
        Words("不在可选值之内", "not one of the possible values"),
        Words("可选值之一", "one of the possible values"),
        Words("改为可选值之一。", "Use one of them."),
    ),
    "CFG-105": Code(
        Words("超出范围或为空", "out of range or empty"),
        Words("范围之内的值", "a value within the range"),
        Words("改为范围之内的值。", "Use a value within the range."),
    ),
    "CFG-106": Code(
        Words("值被拒绝", "the value is refused"),
        Words("该项可用的值", "a value fit for this key"),
        Words("按说明改写。", "Change it as described."),
    ),
    # The form of a value.
    "CFG-201": Code(
        Words("不是时间量", "not an amount of time"),
        Words('数字加单位，如 "20 working days"、"60日"、"36工作小时"', EXPECTED),
        Words("写成数字加单位。", "Write a number and a unit."),
    ),
    "CFG-202": Code(
        Words("不是亮牌阈值", "not a threshold"),
        Words(
            '"80 %"、"2 working days left"（还剩）、"over"（到期）或 "3 working days over"（超期）',
            '"80 %", "2 working days left", "over" or "3 working days over"',
        ),
        Words("按其中一种写法改写。", "Write it in one of these forms."),
    ),
    "CFG-203": Code(
        Words("不是工作时段", "not a span of working time"),
        Words(
            '"09:00-12:00"；过夜写作 "22:00-30:00"', '"09:00-12:00", past midnight "22:00-30:00"'
        ),
        Words("改正起止时刻，止须晚于起。", "Correct the times; the end comes after the start."),
    ),
    "CFG-204": Code(
        Words("不是时长", "not a length of time"),
        Words('"30s"、"2m"、"1h" 或 "1d"', '"30s", "2m", "1h" or "1d"'),
        Words("写成固定长度的时长。", "Write a length of time that is always the same."),
    ),
    "CFG-205": Code(
        Words("不是时间单位", "not a unit of time"),
        Words('如 "working days"、"工作日"、"自然日"', 'such as "working days", "calendar days"'),
        Words("改用其中一种单位。", "Use one of the units."),
    ),
    "CFG-206": Code(
        Words("不是日期", "not a date"),
        Words("2026-10-01；每年的日子写作 10-01", "2026-10-01, or 10-01 for a day of every year"),
        Words("写成 年-月-日。", "Write year-month-day."),
    ),
    "CFG-207": Code(
        Words("没有这个时区", "no such time zone"),
        Words('IANA 时区，如 "Asia/Shanghai"', 'an IANA time zone such as "Asia/Shanghai"'),
        Words("改用 IANA 时区名。", "Use the name of an IANA time zone."),
    ),
    "CFG-208": Code(
        Words("数据库地址不对", "not a database URL"),
        Words(
            "postgresql+psycopg://用户:口令@主机/库、mysql+pymysql://… 或 sqlite:///文件",
            "postgresql+psycopg://user:password@host/database, mysql+pymysql://… or sqlite:///file",
        ),
        Words(
            "检查驱动名，缺的驱动要先安装；口令中的特殊字符要用百分号转义。",
            "Check the name of the driver and that it is installed; escape special characters of "
            "the password with %.",
        ),
    ),
    "CFG-209": Code(
        Words("表达式有误", "the expression is faulty"),
        Words("CEL 表达式，如 case.fee_paid > 0.0", "a CEL expression such as case.fee_paid > 0.0"),
        Words("改正表达式。", "Correct the expression."),
    ),
    "CFG-210": Code(
        Words("不是监听地址", "not an address to listen on"),
        Words('"127.0.0.1:8321"', '"127.0.0.1:8321"'),
        Words("写成 主机:端口。", "Write host:port."),
    ),
    "CFG-211": Code(
        Words("不是时刻项", "not the name of a moment"),
        Words(
            '以 _at 或 _due 结尾的名字（from 还可写 "step:环节" 或 "due:时限"）',
            'a name that ends in _at or _due (from may also be "step:NAME" or "due:LIMIT")',
        ),
        Words("改用时刻项的名字。", "Use the name of a moment."),
    ),
    "CFG-212": Code(
        Words("不是通知对象", "not a role to tell"),
        Words(
            "handler、person:编号、team:编号、duty:值班表、岗位，或 岗位@window、岗位@department、"
            "岗位@region（后可接 .parent，区划还可接 .up）",
            "handler, person:ID, team:ID, duty:ROSTER, POST, or POST@window, POST@department, "
            "POST@region (followed by .parent; a region also by .up)",
        ),
        Words("按其中一种写法改写。", "Write it in one of these forms."),
    ),
    "CFG-213": Code(
        Words("不是日期或时间", "neither a day nor a time"),
        Words(
            '2026-10-01、"2026-10-01" 或 "2026-10-01 09:00"',
            '2026-10-01, "2026-10-01" or "2026-10-01 09:00"',
        ),
        Words("写成年-月-日，需要时加时:分。", "Write year-month-day, and hour:minute if needed."),
    ),
    "CFG-214": Code(
        Words("不是一天中的时间", "not a time of day"),
        Words('"09:00"', '"09:00"'),
        Words("写成 时:分。", "Write hour:minute."),
    ),
    "CFG-215": Code(
        Words("不是地址或网段", "neither an address nor a network"),
        Words('"10.0.0.8" 或 "10.0.0.0/8"', '"10.0.0.8" or "10.0.0.0/8"'),
        Words("写成 IP 地址，或 地址/位数。", "Write an IP address, or ADDRESS/BITS."),
    ),
    "CFG-216": Code(
        Words("签发者不经 https", "the issuer is reached without TLS"),
        Words("https:// 开头的网址；本机除外", "an address with https://, unless on this machine"),
        Words(
            "改用 https；确需明文的，写 allow_http = true。",
            "Use https, or write allow_http = true where there is no other way.",
        ),
    ),
    "CFG-220": Code(
        Words("不是编号格式", "not a pattern of numbers"),
        Words(
            "含 {n}、只用 {n} {year} {region} 的格式，如 DB-{year}-{n:04d}",
            "a pattern with {n}, and no field but {n}, {year} and {region}: DB-{year}-{n:04d}",
        ),
        Words("改写编号格式，须含 {n}。", "Write the pattern anew; it needs {n}."),
    ),
    # What refers to something else.
    "CFG-301": Code(
        Words("编号重复", "the id is used twice"),
        Words("未用过的编号", "an id of its own"),
        Words("改用另一个编号。", "Give it another id."),
    ),
    "CFG-302": Code(
        Words("没有这个日历", "no such calendar"),
        Words("已有的日历", "a calendar that exists"),
        Words("改正名字，或加一个 [[calendar]]。", "Correct the name or add a [[calendar]]."),
    ),
    "CFG-303": Code(
        Words("没有这个级别", "no such level"),
        Words("daemon.levels 中的级别", "a level of daemon.levels"),
        Words("改正名字，或加入 daemon.levels。", "Correct the name or add it to daemon.levels."),
    ),
    "CFG-304": Code(
        Words("没有这个渠道", "no such channel"),
        Words("某个 [[channel]] 的 id", "the id of a [[channel]]"),
        Words("改正名字，或加一个 [[channel]]。", "Correct the name or add a [[channel]]."),
    ),
    "CFG-305": Code(
        Words("没有这个预置", "no such preset"),
        Words("随附的预置", "a preset that is shipped"),
        Words("改正名字或删去。", "Correct the name or take it out."),
    ),
    "CFG-306": Code(
        Words("没有这个区划", "no such region"),
        Words("某个 [[region]] 的 id", "the id of a [[region]]"),
        Words("改正编号，或加一个 [[region]]。", "Correct the id or add a [[region]]."),
    ),
    "CFG-307": Code(
        Words("上下级成环", "it is above itself"),
        Words("向上追溯有尽头", "a chain that ends"),
        Words("改正其中一个上级。", "Correct one link of the chain."),
    ),
    "CFG-308": Code(
        Words("没有这个部门", "no such department"),
        Words("某个 [[department]] 的 id", "the id of a [[department]]"),
        Words("改正编号，或加一个 [[department]]。", "Correct the id or add a [[department]]."),
    ),
    "CFG-309": Code(
        Words("没有这个人", "no such person"),
        Words("某个 [[person]] 的 id", "the id of a [[person]]"),
        Words("改正编号，或加一个 [[person]]。", "Correct the id or add a [[person]]."),
    ),
    "CFG-310": Code(
        Words("没有这个小组", "no such team"),
        Words("某个 [[team]] 的 id", "the id of a [[team]]"),
        Words("改正编号，或加一个 [[team]]。", "Correct the id or add a [[team]]."),
    ),
    "CFG-311": Code(
        Words("没有人任此岗位", "nobody holds this post"),
        Words("至少一个 [[person]] 的 posts 含此岗位", "a [[person]] with it among his posts"),
        Words("改正岗位名，或给某人加上此岗位。", "Correct the post or give it to a person."),
    ),
    "CFG-312": Code(
        Words("没有来源映射这一项", "no source maps this column"),
        Words("某个来源 columns 中的名字", "a name among the columns of a source"),
        Words("改正名字，或在来源的 columns 中加上。", "Correct it or add it to the columns."),
    ),
    "CFG-313": Code(
        Words("没有这个时限，或首尾相接成环", "no such limit, or limits start after one another"),
        Words("另一个 [[limit]] 的 id，且不成环", "the id of another [[limit]], without a loop"),
        Words("改正 due: 后面的编号。", "Correct the id behind due:."),
    ),
    "CFG-314": Code(
        Words("没有这个来源", "no such source"),
        Words("某个 [[source]] 的 id", "the id of a [[source]]"),
        Words("改正名字，或加一个 [[source]]。", "Correct the name or add a [[source]]."),
    ),
    "CFG-315": Code(
        Words("没有这项内置检查", "no such built-in check"),
        Words("内置检查之一", "one of the built-in checks"),
        Words("改正名字。", "Correct the name."),
    ),
    "CFG-316": Code(
        Words("这项检查没有这样的设置", "the check has no such setting"),
        Words("该检查的设置及其类型", "a setting of the check, of its type"),
        Words("改正名字或类型。", "Correct its name or type."),
    ),
    "CFG-317": Code(
        Words("另装的检查用不了", "an installed check cannot be used"),
        Words(
            "入口点 duban.checks 给出一个 id 不重复的 rules.compliance.Builtin",
            "an entry point duban.checks that gives a rules.compliance.Builtin with its own id",
        ),
        Words("修好或卸载那个包。", "Mend that package or uninstall it."),
    ),
    "CFG-318": Code(
        Words("只有普查才有间隔", "only a survey is made every so often"),
        Words("跨办件的检查（普查）", "a check across cases"),
        Words("删去 every：其他检查在到时或有变时进行。", "Take it out: others look when due."),
    ),
    "CFG-319": Code(
        Words("普查不能带 when", "a survey cannot have a condition"),
        Words("用 settings 选定范围", "settings that choose the cases"),
        Words("改用 settings 选定范围。", "Choose the cases by its settings."),
    ),
    "CFG-320": Code(
        Words("普查所指的时限不存在", "the survey goes by a limit that is none"),
        Words("某个 [[limit]] 的 id", "the id of a [[limit]]"),
        Words("改正编号。", "Correct the id."),
    ),
    "CFG-330": Code(
        Words("另装的渠道用不了", "an installed channel cannot be used"),
        Words(
            "入口点 duban.channels 给出一个 kind 不重复的 notifiers.ChannelBase 子类",
            "an entry point duban.channels that gives a subclass of notifiers.ChannelBase "
            "with its own kind",
        ),
        Words("修好或卸载那个包。", "Mend that package or uninstall it."),
    ),
    "CFG-340": Code(
        Words("没有这个值班表", "no such roster"),
        Words("某个 [[roster]] 的 id", "the id of a [[roster]]"),
        Words("改正名字，或加一个 [[roster]]。", "Correct the name or add a [[roster]]."),
    ),
    "CFG-341": Code(
        Words("没有这个窗口", "no such window"),
        Words("某个 [[window]] 的 id", "the id of a [[window]]"),
        Words("改正编号，或加一个 [[window]]。", "Correct the id or add a [[window]]."),
    ),
    "CFG-342": Code(
        Words("代理成环", "deputies stand in for one another in a loop"),
        Words("同一时刻沿代理找下去有尽头", "a chain that ends at every moment"),
        Words("改正其中一个代理，或错开时间。", "Correct one of them, or part their times."),
    ),
    "CFG-343": Code(
        Words("同一值班表的班次重叠", "shifts of one roster overlap"),
        Words("每一时刻至多一人值班", "no more than one on duty at any moment"),
        Words("改正其中一班的起止。", "Correct the times of one of them."),
    ),
    "CFG-344": Code(
        Words("结束不晚于开始", "it ends no later than it begins"),
        Words("until 晚于 from", "an until later than from"),
        Words("改正起止时间。", "Correct the two times."),
    ),
    "CFG-345": Code(
        Words("快报没有区划，无从找上级", "a digest without a region has no place above it"),
        Words("[[digest]] 写明 region", "a [[digest]] with a region"),
        Words(
            "写明 region，或改用本级的岗位。", "Name the region, or a post without a place above."
        ),
    ),
    # What contradicts itself.
    "CFG-401": Code(
        Words("几项之中须有且仅有一项", "exactly one of several keys is needed"),
        Words("其中一项", "one of them"),
        Words("留一项，删去其余。", "Keep one and take the others out."),
    ),
    "CFG-402": Code(
        Words("日历自相矛盾", "the calendar contradicts itself"),
        Words(
            "一日不能既放假又上班，时段不能重叠",
            "no day both off and on, and no hours that overlap",
        ),
        Words("改正其中之一。", "Correct one of the two."),
    ),
    "CFG-403": Code(
        Words("缺少必需的列", "a needed column is missing"),
        Words("该列已映射", "the column to be mapped"),
        Words("在 columns 中加上。", "Add it to columns."),
    ),
    "CFG-404": Code(
        Words("这种名单没有这一项", "this kind of list has no such column"),
        Words("该种名单的列", "a column of that kind of list"),
        Words("改名或删去。", "Rename it or take it out."),
    ),
    "CFG-405": Code(
        Words("两个来源的推送密钥相同", "two sources have the same push secret"),
        Words("各来源自己的密钥", "a secret of its own for each source"),
        Words("给其中一个换密钥。", "Give one of them another secret."),
    ),
    "CFG-406": Code(
        Words("不用口令，也没有别的登录方式", "no passwords, and no other way to sign in"),
        Words("[oidc] 或 daemon.user_header", "[oidc] or daemon.user_header"),
        Words(
            "写上其中之一，或删去 passwords = false。",
            "Write one of the two, or take out passwords = false.",
        ),
    ),
    "CFG-407": Code(
        Words("each 只用于环节的时限", "each is only for a limit over steps"),
        Words('from = "step:…"', 'from = "step:…"'),
        Words(
            "from 改为 step:环节名 或 step:*，或者去掉 each。",
            "Begin at step:NAME or step:*, or take each out.",
        ),
    ),
    # Placeholders.
    "CFG-501": Code(
        Words("环境变量未设置", "the environment variable is not set"),
        Words("已设置的环境变量", "a variable that is set"),
        Words("在服务的环境中设置它。", "Set it in the environment of the service."),
    ),
    "CFG-502": Code(
        Words("引用的文件读不了", "the file referred to cannot be read"),
        Words("可读的 UTF-8 文件", "a readable file in UTF-8"),
        Words("检查路径和权限。", "Check the path and its permissions."),
    ),
    "CFG-503": Code(
        Words("占位写法不对", "not a placeholder"),
        Words("${env:NAME} 或 ${file:PATH}", "${env:NAME} or ${file:PATH}"),
        Words("按其中一种写法改写。", "Write it in one of these forms."),
    ),
}
"""Every code, by number: 0 the file, 1 keys, 2 forms, 3 references, 4 contradictions, 5 places."""
