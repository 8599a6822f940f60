"""Bad and odd Word files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.bad.case import BadInput, always, example, formless, noise, read, refused
from bench.bad.packages import Change, always_part, damaged_packages, old_office, repacked, swap

MAIN, RELS = "word/document.xml", "word/_rels/document.xml.rels"
NAME = "沅溪县中小河流治理"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATED = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'


def word_cases() -> Iterator[BadInput]:
    """All of them."""
    yield from damaged_packages("docx", example("04"), MAIN)
    yield from _whole_but_odd()
    yield from _deep_and_large()
    yield from _without_form()
    yield from old_office()


def _body(change: Change) -> bytes:
    return repacked(example("04"), {MAIN: change})


def _related(relation: str) -> bytes:
    return repacked(example("04"), {RELS: swap("</Relationships>", f"{_RELATED}{relation}/></Relationships>")})


def _odd_bodies() -> Iterator[BadInput]:
    for name, make in (
        ("跨列九亿.docx", partial(_body, swap("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="999999999"/>', 1))),
        ("跨列负数.docx", partial(_body, swap("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="-1"/>', 1))),
        ("跨列文字.docx", partial(_body, swap("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="三"/>', 1))),
        ("跨列上标数字.docx", partial(_body, swap("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="²"/>', 1))),
        ("续并无起点.docx", partial(_body, swap("<w:tcPr>", "<w:tcPr><w:vMerge/>", 1))),
        ("零宽表格.docx", partial(_body, swap("<w:tblPr>", '<w:tblPr><w:tblW w:w="-5" w:type="dxa"/>', 1))),
        (
            "行前空列九亿.docx",
            partial(_body, swap("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="99999"/></w:trPr>', 1)),
        ),
        ("未知符号.docx", partial(_body, swap("<w:t>", '<w:sym w:font="Wingdings" w:char="ZZZZ"/><w:t>', 1))),
        ("符号编号太大.docx", partial(_body, swap("<w:t>", '<w:sym w:font="Symbol" w:char="FFFFFF"/><w:t>', 1))),
        ("UTF-16部件.docx", partial(_body, _to_utf16)),
        ("开头有标记.docx", partial(_body, lambda part: b"\xef\xbb\xbf" + part)),
        ("标记里有注释.docx", partial(_body, lambda part: part.replace(b"<w:p>", b"<!-- x --><?pi y?><w:p>"))),
    ):
        yield read(name, make, NAME)


def _whole_but_odd() -> Iterator[BadInput]:
    whole = example("04")
    yield from _odd_bodies()
    for name, make in (
        ("外部链接.docx", partial(_related, 'hyperlink" Target="http://example.invalid/" TargetMode="External"')),
        ("外部图片.docx", partial(_related, 'image" Target="file:///etc/passwd" TargetMode="External"')),
        (
            "外部模板.docx",
            partial(_related, 'attachedTemplate" Target="http://example.invalid/a.dotm" TargetMode="External"'),
        ),
        ("内容类型是空的.docx", partial(repacked, whole, {"[Content_Types].xml": always_part(b"")})),
        ("内容类型是乱码.docx", partial(repacked, whole, {"[Content_Types].xml": always_part(b"\xff<")})),
        ("没有关系.docx", partial(repacked, whole, {RELS: None})),
        ("图片丢失.docx", partial(_related, 'image" Target="media/image9.png"')),
        ("关系指向包外.docx", partial(_related, 'image" Target="../../../../etc/passwd"')),
        ("没有样式.docx", partial(repacked, whole, {"word/styles.xml": None})),
        ("样式是乱码.docx", partial(repacked, whole, {"word/styles.xml": always_part(b"<<<")})),
        ("设置是乱码.docx", partial(repacked, whole, {"word/settings.xml": always_part(noise(200, seed=20))})),
        ("属性是乱码.docx", partial(repacked, whole, {"docProps/core.xml": always_part(b"\0\1\2")})),
        ("带宏.docm", partial(repacked, whole, {}, {"word/vbaProject.bin": noise(500, seed=21)})),
        ("带嵌入对象.docx", partial(repacked, whole, {}, {"word/embeddings/oleObject1.bin": noise(500, seed=22)})),
        (
            "保护的文档.docx",
            partial(
                repacked,
                whole,
                {
                    "word/settings.xml": swap(
                        "</w:settings>", '<w:documentProtection w:edit="readOnly" w:enforcement="1"/></w:settings>'
                    )
                },
            ),
        ),
        ("文件尾有垃圾.docx", lambda: whole + noise(2000, seed=23)),
    ):
        yield read(name, make, NAME)
    yield from _oddly_told()


def _oddly_told() -> Iterator[BadInput]:
    lost = partial(_related, 'header" Target="header9.xml"')
    yield read("页眉丢失.docx", lost, NAME, says=("页眉",))
    yield read(
        "一句话和一张图.docx", partial(_body, swap("<w:tbl>", "<w:p><w:r><w:drawing/></w:r></w:p><w:tbl>", 1)), NAME
    )
    strict = partial(_body, lambda part: part.replace(_W.encode(), _STRICT.encode()))
    yield refused("严格型.docx", strict, "严格", "另存为")
    chunk = partial(_body, swap("<w:body>", '<w:body><w:altChunk xmlns:r="r" r:id="x"/>'))
    yield refused("嵌网页.docx", chunk, "网页", "另存为")
    yield read("其实是docx.doc", always(example("04")), NAME, says=("扩展名",))
    yield read("其实是docx.pdf", always(example("04")), NAME, says=("扩展名",))


def _to_utf16(part: bytes) -> bytes:
    return part.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _nest(start: str, end: str, depth: int) -> Change:
    """So many elements around a paragraph, at the top of the body."""
    return swap("<w:body>", f"<w:body>{start * depth}<w:p><w:r><w:t>x</w:t></w:r></w:p>{end * depth}")


def _deep_and_large() -> Iterator[BadInput]:
    table = ("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>")
    control = ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")
    yield read("表套表二十层.docx", partial(_body, _nest(*table, 20)), NAME)
    yield read("表套表八十层.docx", partial(_body, _nest(*table, 80)), NAME)
    yield read("内容控件一百二十层.docx", partial(_body, _nest(*control, 120)), NAME)
    yield read("内容控件五十层.docx", partial(_body, _nest(*control, 50)), NAME)
    for name, change in (
        ("表套表一千层.docx", _nest(*table, 1000)),
        ("内容控件一万层.docx", _nest(*control, 10_000)),
        ("插入标记两万层.docx", _nest("<w:ins>", "</w:ins>", 20_000)),
    ):
        yield refused(name, partial(_body, change), "嵌套", "请")
    empty = partial(_body, swap("<w:body>", "<w:body>" + "<w:p/>" * 50_000))
    yield read("前有五万空段.docx", empty, NAME, is_slow=True)
    long = partial(_body, swap(NAME, NAME + "好" * 200_000, 1))
    yield read("一格二十万字.docx", long, NAME)
    filler = "".join(f"<w:p><w:r><w:t>附件第{n}行说明</w:t></w:r></w:p>" for n in range(20_000))
    yield read("后有两万段.docx", partial(_body, swap("<w:sectPr", f"{filler}<w:sectPr", 1)), NAME, is_slow=True)
    wide = partial(_body, swap("<w:body>", f"<w:body>{_table(300, 1000)}"))
    yield refused("三十万格.docx", wide, "单元格", "请", is_slow=True)


def _table(rows: int, columns: int) -> str:
    """A table of different numbers: one of equal cells packs like a bomb."""
    shown = (f"<w:tc><w:p><w:r><w:t>{n * 7919 % 999983}</w:t></w:r></w:p></w:tc>" for n in range(rows * columns))
    return (
        "<w:tbl>"
        + "".join(f"<w:tr>{''.join(next(shown) for _ in range(columns))}</w:tr>" for _ in range(rows))
        + "</w:tbl>"
    )


def _without_form() -> Iterator[BadInput]:
    def body(inside: str) -> bytes:
        declared = '<?xml version="1.0" encoding="UTF-8"?>'
        content = f'{declared}<w:document xmlns:w="{_W}"><w:body>{inside}</w:body></w:document>'
        return repacked(example("04"), {MAIN: always_part(content.encode())})

    for name, inside in (
        ("空文档.docx", ""),
        ("空段落.docx", "<w:p/>" * 9),
        ("没有行的表.docx", "<w:tbl/>"),
        ("没有格的表.docx", "<w:tbl><w:tr/><w:tr/></w:tbl>"),
        ("空格子.docx", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"),
        ("一句话.docx", "<w:p><w:r><w:t>请查收</w:t></w:r></w:p>"),
    ):
        yield formless(name, partial(body, inside), "未找到表")
    picture = "<w:p><w:r><w:drawing/></w:r></w:p>"
    said = "<w:p><w:r><w:t>自评表</w:t></w:r></w:p>"
    yield refused("只有图片.docx", partial(body, picture * 2), "只有 2 张图片", "请")
    yield refused("只有旧式图片.docx", partial(body, "<w:p><w:r><w:pict/></w:r></w:p>"), "只有 1 张图片", "请")
    yield formless("题目和图片.docx", partial(body, said + picture), "1 张图片", "没有读", reads=("自评表",))
