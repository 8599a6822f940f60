"""Bad and odd web pages: nesting, spans, entities, encodings that lie, and pages of other makers."""

from __future__ import annotations

from collections.abc import Iterator

from bench.bad.case import BadInput, always, example, flipped, formless, head, read, refused

NAME = "北塘县特殊困难家庭适老化改造"
_CELL = "<td>实际完成值</td>"
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def page() -> str:
    """The example page."""
    return example("06").decode()


def page_cases() -> Iterator[BadInput]:
    """All of them."""
    whole = example("06")
    for tenths in range(4, 10):
        yield read(f"传了{tenths}成.html", always(head(whole, tenths / 10)), NAME)
    for seed in range(4):
        yield read(f"坏了一位（{seed}）.html", always(flipped(whole, seed=seed, begin=1200)), NAME)
    yield from _markup()
    yield from _spans()
    yield from _entities()
    yield from _encodings()
    yield from _masses()
    yield from _others()


def _changed(old: str, new: str, times: int = -1) -> bytes:
    assert old in page()
    return page().replace(old, new, times).encode()


def _markup() -> Iterator[BadInput]:
    for name, content in (
        ("没有结束标记.html", page().replace("</td>", "").replace("</tr>", "").replace("</table>", "").encode()),
        ("大写标记.html", page().replace("<td", "<TD").replace("<tr", "<TR").replace("<table", "<TABLE").encode()),
        ("注释没有结束.html", page().encode() + b"<!-- "),
        ("脚本.html", _changed("<body>", "<body><script>document.write('<table><tr><td>x')</script>")),
        ("脚本没有结束.html", page().encode() + b"<script> if (a < b"),
        ("条件注释.html", _changed("<body>", "<body><!--[if mso]><table><tr><td>x</td></tr></table><![endif]-->")),
        ("属性没有引号.html", _changed('<table border="1">', "<table border=1 onclick=alert(1) width=100%>")),
        ("属性两百万字.html", _changed('<table border="1">', f'<table title="{"x" * 2_000_000}">')),
        ("嵌在框中.html", _changed("<body>", "<body><div><center><font>")),
        ("隐藏的表.html", _changed('<table border="1">', '<table style="display:none">')),
        ("单元格有列表.html", _changed("<td>392户</td>", "<td><ul><li>392户<li>完成</ul></td>")),
        ("单元格有表单.html", _changed("<td>392户</td>", '<td><input value="392户"></td>')),
        ("嵌套一百层.html", _changed("<table", "<div>" * 100 + "<table", 1)),
        ("表套表六层.html", _changed("<table", "<table><tr><td>" * 6 + "<table", 1)),
        ("外部图片.html", _changed("<body>", '<body><img src="http://example.invalid/a.png">')),
        ("外部样式.html", _changed("<head>", '<head><link rel="stylesheet" href="http://example.invalid/a.css">')),
        (
            "自动跳转.html",
            _changed("<head>", '<head><meta http-equiv="refresh" content="0;url=http://example.invalid">'),
        ),
        ("内嵌图片.html", _changed("<body>", f'<body><img src="data:image/png;base64,{"A" * 500_000}">')),
    ):
        yield read(name, always(content), NAME, "392户")
    yield from _markup_alone()


def _markup_alone() -> Iterator[BadInput]:
    """Nested too deep, or with no form in it."""
    for name, deep in (
        ("嵌套五千层.html", "<div>" * 5000 + page()),
        ("表套表三千层.html", "<table><tr><td>" * 3000 + "一级指标"),
        ("粗体五万层.html", "<html>" + "<b>" * 50_000 + "x"),
        ("列表两千层.html", "<html>" + "<ul><li>" * 2000 + "x"),
    ):
        yield refused(name, always(deep.encode()), "嵌套过深", "请")
    for name, content in (
        ("只有标签.html", b"<html>"),
        ("空页.html", b"<!DOCTYPE html><html><head><title>x</title></head><body></body></html>"),
        ("空表.html", b"<html><table></table>"),
        ("没有行的表.html", b"<html><table>" + "项目".encode() + b"</table>"),
        ("只有脚本.html", b"<html><script>render()</script>"),
        ("只有尖括号.html", b"<html>" + b"<" * 10_000),
        ("只有结束标记.html", b"<html>" + b"</td></tr>" * 10_000),
    ):
        yield formless(name, always(content), "未找到表")
    yield refused(
        "框架网页.html", always(b'<html><frameset cols="1,2"><frame src="a.htm"></frameset></html>'), "框架网页"
    )


def _spans() -> Iterator[BadInput]:
    for name, span in (
        ("列跨九亿.html", 'colspan="999999999"'),
        ("列跨负数.html", 'colspan="-3"'),
        ("列跨零.html", 'colspan="0"'),
        ("列跨文字.html", 'colspan="abc"'),
        ("行跨九亿.html", 'rowspan="999999999"'),
        ("行跨零.html", 'rowspan="0"'),
        ("列跨小数.html", 'colspan="1.5"'),
        ("列跨全角数字.html", 'colspan="２"'),
        ("列跨空.html", "colspan="),
    ):
        yield read(name, always(_changed("<td>392户</td>", f"<td {span}>392户</td>")), NAME, "392户")
    grown = "<html><table>" + "<tr>" + "<td colspan=1000 rowspan=65534>x" * 9 + "<tr><td>y" * 300
    yield refused("跨度撑成几千万格.html", always(grown.encode()), "单元格", "请")


def _entities() -> Iterator[BadInput]:
    for name, mark in (("十亿个哈.html", BILLION), ("外部实体.html", OUTSIDE)):
        entity = "&a9;" if mark == BILLION else "&x;"
        content = mark + page().replace("<!DOCTYPE html>", "").replace("<td>392户</td>", f"<td>392户{entity}</td>")
        yield read(name, always(content.encode()), NAME, "392户")
    for name, entity in (
        ("数字实体太大.html", "&#99999999999;"),
        ("零字符实体.html", "&#0;"),
        ("代理项实体.html", "&#xD800;"),
        ("不认识的实体.html", "&bogus;"),
        ("没有分号的实体.html", "&nbsp"),
        ("控制字符实体.html", "&#8;"),
    ):
        yield read(name, always(_changed("<td>392户</td>", f"<td>392户{entity}</td>")), NAME, "392户")


def _encodings() -> Iterator[BadInput]:
    declared = 'charset="utf-8"'
    for name, told, encoding in (
        ("自称GBK实为UTF-8.html", "gbk", "utf-8"),
        ("自称UTF-8实为GBK.html", "utf-8", "gbk"),
        ("自称UTF-16实为UTF-8.html", "utf-16", "utf-8"),
        ("自称不存在的编码.html", "x-nothing", "utf-8"),
        ("自称不存在的编码实为GBK.html", "x-nothing", "gb18030"),
        ("自称西文实为GBK.html", "iso-8859-1", "gb18030"),
        ("自称UTF-7.html", "utf-7", "utf-8"),
        ("自称十六进制编码.html", "hex", "utf-8"),
        ("自称压缩编码实为GBK.html", "zlib", "gb18030"),
        ("自称国际化域名实为GBK.html", "idna", "gb18030"),
    ):
        yield read(name, always(page().replace(declared, f'charset="{told}"').encode(encoding)), NAME, "392户")
    yield read("UTF-16带标记.html", always(page().encode("utf-16")), NAME, "392户")
    broken = page().encode().replace("老人住院".encode(), "老人住院".encode()[:-1] + b"\xff", 1)
    yield read("一个坏字.html", always(broken), NAME, "392户", says=("\ufffd",))


def _masses() -> Iterator[BadInput]:
    yield read(
        "一格两百万字.html", always(_changed("<td>392户</td>", f"<td>392户{'好' * 700_000}</td>")), NAME, is_slow=True
    )
    row = "<tr><td>1</td><td>公路</td><td>12.50</td></tr>"
    yield formless("两万行.html", always(f"<html><table>{row * 20_000}</table>".encode()), "未找到表", is_slow=True)
    yield refused(
        "三十万格.html", always(f"<html><table>{row * 100_000}</table>".encode()), "单元格", "请", is_slow=True
    )
    yield formless(
        "一万张小表.html", always(b"<html>" + b"<table><tr><td>x</table>" * 10_000), "未找到表", is_slow=True
    )
    yield read("前有五万空段.html", always(_changed("<body>", "<body>" + "<p></p>" * 50_000)), NAME)


def _others() -> Iterator[BadInput]:
    single = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
    yield refused("单文件网页.mht", always((single + page()).encode()), "mht", "另存为")
    sheet = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'
    yield refused("表格2003.xml", always(sheet.encode()), "LibreOffice", "另存为")
    word = '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'
    yield refused("文字2003.xml", always(word.encode()), "LibreOffice", "另存为")
    yield read("网页存成的.xls", always(example("06")), NAME, says=("扩展名",))
    yield read("网页存成的.docx", always(example("06")), NAME, says=("扩展名",))
    yield read("网页叫做.jpg", always(example("06")), NAME, says=("扩展名",))
