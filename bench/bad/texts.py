"""Bad and odd text files: encodings, damage, masses, and what is no form at all."""

from __future__ import annotations

import base64
import codecs
import random
from collections.abc import Iterator

from bench.bad.case import BadInput, always, example, flipped, formless, head, noise, read, refused

NAME = "北塘县特殊困难家庭适老化改造"
ROWS = (
    ("项目支出绩效自评表",),
    ("（2024年度）",),
    ("项目名称", NAME, "", "", "", "", "", ""),
    ("主管部门", "北塘县民政局", "", "", "实施单位", "北塘县社会救助服务中心", "", ""),
    ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("", "年度资金总额", "180.00", "180.00", "176.40", "10", "98.00%", "9.80"),
    ("年度总体目标", "预期目标", "", "", "实际完成情况", "", "", ""),
    ("", "完成400户改造。", "", "", "完成392户改造。", "", "", ""),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("产出指标", "数量指标", "适老化改造户数", "≥400户", "392户", "40", "39.2", "8户因老人住院未实施"),
    ("效益指标", "社会效益指标", "改造家庭跌倒发生率", "≤5%", "3.1%", "40", "40", ""),
    ("满意度指标", "服务对象满意度指标", "改造家庭满意度", "≥90%", "93.9%", "10", "10", ""),
    ("总分", "", "", "", "", "100", "99.0", ""),
)
EMPTY_SAID = "没有任何内容"
STRANGE_SAID = "不是可识别的文字"


def form_text(**changed: str) -> str:
    """The form, tab between cells; ``changed`` puts one text in the place of another, by name of the place."""
    text = "\n".join("\t".join(row) for row in ROWS) + "\n"
    places = {"name": NAME, "target": "≥400户", "actual": "392户", "budget": "180.00", "score": "39.2"}
    for place, words in changed.items():
        assert places[place] in text
        text = text.replace(places[place], words)
    return text


FORM = form_text()
FORM_BYTES = FORM.encode()


def text_cases() -> Iterator[BadInput]:
    """All of them."""
    yield from _nothing()
    yield from _encodings()
    yield from _damaged()
    yield from _odd_signs()
    yield from _odd_values()
    yield from _masses()
    yield from _no_forms()


def _nothing() -> Iterator[BadInput]:
    for name, content in (
        ("空文件.txt", b""),
        ("只有UTF-8标记.txt", codecs.BOM_UTF8),
        ("只有UTF-16标记.txt", codecs.BOM_UTF16_LE),
        ("只有UTF-16大端标记.txt", codecs.BOM_UTF16_BE),
        ("只有空格.txt", b" " * 500),
        ("只有换行.txt", b"\r\n" * 500),
        ("只有制表符.txt", b"\t\t\t\n" * 50),
        ("只有全角空格.txt", "　".encode() * 60),
        ("只有零宽字符.txt", "\u200b\ufeff\u200d".encode() * 20),
        ("空文件.docx", b""),
        ("空文件.xlsx", b""),
        ("空文件.html", b""),
        ("空文件.pdf", b""),
        ("空文件.jpg", b""),
        ("空文件.zip", b""),
        ("空文件", b""),
    ):
        yield refused(name, always(content), EMPTY_SAID, "请")
    yield refused("全是零字节.txt", always(bytes(4096)), EMPTY_SAID, "请")
    yield refused("全是零字节.docx", always(bytes(40960)), EMPTY_SAID, "请")


def _encodings() -> Iterator[BadInput]:
    for name, encoding, mark in (
        ("UTF-8带标记.txt", "utf-8", codecs.BOM_UTF8),
        ("UTF-16带标记.txt", "utf-16-le", codecs.BOM_UTF16_LE),
        ("UTF-16大端带标记.txt", "utf-16-be", codecs.BOM_UTF16_BE),
        ("UTF-16无标记.txt", "utf-16-le", b""),
        ("UTF-16大端无标记.txt", "utf-16-be", b""),
        ("UTF-32带标记.txt", "utf-32-le", codecs.BOM_UTF32_LE),
        ("UTF-32大端带标记.txt", "utf-32-be", codecs.BOM_UTF32_BE),
        ("GB18030.txt", "gb18030", b""),
        ("GB18030带标记.txt", "gb18030", b"\x84\x31\x95\x33"),
        ("GBK.csv", "gbk", b""),
    ):
        yield read(name, always(mark + FORM.encode(encoding)), NAME, "392户")
    yield read("两个标记.txt", always(codecs.BOM_UTF8 * 2 + FORM_BYTES), NAME)
    yield refused("台湾编码.txt", always("專案名稱\t農村公路養護\n主管機關\t交通局\n".encode("big5") * 8), STRANGE_SAID)
    yield refused("西里尔文.txt", always("Название проекта\tДорога\n".encode("koi8-r") * 8), STRANGE_SAID)
    yield formless("UTF-8当成西文再存.txt", always(FORM_BYTES.decode("latin-1").encode()), "未找到表")
    yield formless("UTF-7.txt", always(FORM.encode("utf-7")), "未找到表")
    yield formless("Base64.txt", always(base64.encodebytes(FORM_BYTES)), "未找到表")
    yield refused("奇数字节的UTF-16.txt", always(FORM.encode("utf-16-le")[:-1] + b"\n\0\0"), STRANGE_SAID)
    yield read(
        "末尾少一字节的UTF-16.txt",
        always(codecs.BOM_UTF16_LE + FORM.encode("utf-16-le")[:-1]),
        NAME,
        says=("字节损坏",),
    )
    yield read(
        "孤立代理项.txt",
        always(codecs.BOM_UTF16_LE + FORM.encode("utf-16-le") + b"\x00\xd8\x0a\x00"),
        NAME,
        says=("字节损坏",),
    )


def _damaged() -> Iterator[BadInput]:
    whole = example("01")
    for tenths in range(1, 10):
        content = head(whole, tenths / 10)
        yield read(f"传了{tenths}成.txt", always(content), "青岚县农村公路日常养护经费")
    for seed in range(6):
        content = flipped(FORM_BYTES, seed=seed, begin=FORM_BYTES.index("一级".encode()))
        yield read(f"坏了一位（{seed}）.txt", always(content), NAME)
    yield read("断在一个字中间.txt", always(FORM_BYTES + "备".encode()[:2]), NAME, says=("字节损坏",))
    yield refused("四分之一是乱码.txt", always(flipped(FORM_BYTES, seed=1, flips=len(FORM_BYTES) // 4)), STRANGE_SAID)
    yield refused("随机字节.txt", always(noise(1000, seed=1)), STRANGE_SAID, "另存为")
    yield refused("随机字节十万.dat", always(noise(100_000, seed=2)), STRANGE_SAID, "另存为")
    yield refused("零字节夹在文字中.txt", always(FORM_BYTES.replace(b"\t", b"\0\0\0")), STRANGE_SAID)
    yield refused("后半是零字节.txt", always(FORM_BYTES + bytes(2001)), STRANGE_SAID)
    yield read("一个零字节.txt", always(FORM_BYTES * 3 + b"\0"), NAME)


def _odd_signs() -> Iterator[BadInput]:
    for name, text in (
        ("回车换行.txt", FORM.replace("\n", "\r\n")),
        ("只用回车.txt", FORM.replace("\n", "\r")),
        ("换行混用.txt", FORM.replace("\n", "\r\n", 4).replace("\n", "\r", 2)),
        ("不间断空格.txt", FORM.replace("（", "\xa0（")),
        ("表情符号.txt", FORM.replace("392户", "392户😀")),
        ("零宽空格.txt", FORM.replace("指标", "指\u200b标")),
        ("从右到左标记.txt", FORM.replace("（2024", "\u202e（2024")),
        ("竖排换页符.txt", FORM.replace("年度总体目标", "\f年度总体目标")),
        ("行分隔符.txt", FORM.replace("完成400户改造。", "完成400\u2028户改造。")),
        ("全角数字.txt", FORM.replace("392户", "３９２户")),
        ("叠加符号.txt", FORM.replace("8户因", "8户" + "\u0301" * 300 + "因")),
        ("私用区字符.txt", FORM.replace("8户因", "8户\ue000因")),
    ):
        yield read(name, always(text.encode()), NAME)


ODD_VALUES = (
    "NaN",
    "inf",
    "-inf",
    "1e999",
    "-392户",
    "9" * 400,
    "0." + "0" * 400 + "1",
    "１２３万",
    "①②③",
    "392,00,0户",
    "3.9.2户",
    "--",
    "二〇二四年十三月三十二日",
    "2024-02-30",
    "99999年12月",
    "≥≤400",
    "100%%%",
    "∞",
    "½户",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n%x",
    "'; DROP TABLE forms;--",
    "../../etc/passwd",
    "^((a+)+)+$",
    "（" * 500,
    "第" * 3000,
    "12" * 2000 + "户",
    "10亿亿亿亿亿亿万万万元",
    "1/0",
    "0/0",
    "-0",
    "٣٩٢户",
    "三百九十二万亿兆京户",
    "1" + ",000" * 300,
)


def _odd_values() -> Iterator[BadInput]:
    """A form must be read, and what stands in a cell kept as it is, whatever it is."""
    for number, value in enumerate(ODD_VALUES):
        # markup residue is undone by the reader of text; every other sign stays
        kept = "" if value.startswith("<") else value
        yield read(f"怪值{number + 1:02}.txt", always(form_text(actual=value).encode()), NAME, kept)
    yield read("名称很长.txt", always(form_text(name=NAME * 300).encode()), NAME)
    yield read("预算为负.txt", always(form_text(budget="-180.00").encode()), "-180.00")
    yield read("得分超过分值.txt", always(form_text(score="39200").encode()), "39200")


def _masses() -> Iterator[BadInput]:
    yield refused("一行超长.txt", always(b"9" * 1_000_001), "第 1 行长达", "请")
    yield refused("表后一行超长.txt", always(FORM_BYTES + b"," * 1_000_001), "行长达", "请")
    yield read("一行九十万字.txt", always("项目名称".encode() * 225_000), says=("没有找到“项目名称”",))
    yield formless("一行九十万数字.txt", always(b"1" * 900_000), "未找到表")
    yield formless("一行九十万括号.txt", always("（".encode() * 300_000), "未找到表")
    yield formless("百万空行.txt", always(b"x\n" + b"\n" * 1_000_000), "未找到表", is_slow=True)
    yield formless(
        "五千列.txt", always(b"\n".join(b"\t".join([b"x"] * 5000) for _ in range(20))), "未找到表", is_slow=True
    )
    yield formless("二十万行.csv", always("2024,公路,12.50,完成\n".encode() * 200_000), "未找到表", is_slow=True)
    yield formless("标签重复五千次.txt", always("一级指标\t二级指标\t三级指标\n".encode() * 5000), "未找到表")
    yield read(
        "表后附两万行说明.txt", always(FORM_BYTES + "附：本项目按规定执行。\n".encode() * 20_000), NAME, is_slow=True
    )
    yield read("一表两千行.txt", always(_long_form(2000)), NAME, "第1999村户数", is_slow=True)
    yield read("长表的文字打散.txt", always(_strewn(40)), NAME, says=("由打散的文字还原",), is_slow=True)
    yield read("一百张表.txt", always(FORM_BYTES * 100), NAME, is_slow=True)


def _long_form(rows: int) -> bytes:
    row = ROWS[9]
    many = "".join("\t".join((*row[:2], f"第{number}村户数", *row[3:])) + "\n" for number in range(rows))
    return FORM.replace("\t".join(row) + "\n", many).encode()


def _strewn(rows: int) -> bytes:
    """A long table whose words no longer stand in any order; nothing adds up."""
    words = [word for row in ROWS[9:12] * rows for word in row if word]
    random.Random(0).shuffle(words)
    lines = [" ".join(words[place : place + 3]) for place in range(0, len(words), 3)]
    above = [" ".join(word for word in row if word) for row in ROWS[:9]]
    return "\n".join([*above, *lines, "总分 100 99.0", ""]).encode()


def _no_forms() -> Iterator[BadInput]:
    title = "项目支出绩效自评表\n".encode()
    for name, content in (("只有标题.txt", title), ("只有标题一万次.txt", title * 10_000)):
        yield read(name, always(content), says=("没有读到任何指标行", "没有找到“项目名称”"))
    letters = "各科室：请于本周五前报送自评材料。\n联系人：办公室。\n".encode()
    for name, content in (
        ("通知.txt", letters),
        ("程序代码.txt", b"import os\n\ndef main() -> None:\n    print(os.name)\n" * 40),
        ("配置.json", b'{"a": [1, 2, {"b": null}]}'),
        ("嵌套.json", b"[" * 100_000),
        ("数据.xml", b'<?xml version="1.0"?><a><b>1</b></a>'),
        ("日志.log", b"2024-01-01 12:00:00 INFO started\n" * 5000),
        ("英文.txt", b"The quick brown fox jumps over the lazy dog. " * 100),
        ("邮件.eml", b"From: a@example.org\r\nSubject: =?utf-8?B?5oql?=\r\n\r\n" + base64.encodebytes(letters)),
        ("一个字.txt", "表".encode()),
        ("一个数.txt", b"1"),
        ("矢量图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'),
        ("标点.txt", b"|" * 5000),
        ("分隔线.md", b"|---|---|---|\n" * 500),
        ("逗号.csv", b",,,,,x,,,\n" * 500),
    ):
        yield formless(name, always(content), "未找到表")
