"""Bad and odd Excel files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.bad.case import BadInput, always, example, formless, noise, read, refused
from bench.bad.packages import Change, always_part, damaged_packages, repacked, swap

MAIN, SHEET, STRINGS = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
NAME = "长岭区一体化平台运行维护"
_PLACE = "H10"  # a cell of the example with a plain number under a heading of the table
_TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NOWHERE = (
    '<Relationship Id="rId99" Target="worksheets/sheet9.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
)
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def book_cases() -> Iterator[BadInput]:
    """All of them."""
    yield from damaged_packages("xlsx", example("05"), MAIN)
    yield from _parts()
    yield from _cells()
    yield from _declared()
    yield from _large()
    yield from _without_form()


def _sheet(change: Change) -> bytes:
    return repacked(example("05"), {SHEET: change})


def _with_cell(cell: str) -> Change:
    """A row below everything with one more cell."""
    return swap("</sheetData>", f'<row r="60">{cell}</row></sheetData>')


def _parts() -> Iterator[BadInput]:
    whole = example("05")
    for name, changes in (
        ("没有样式.xlsx", {"xl/styles.xml": None}),
        ("样式是乱码.xlsx", {"xl/styles.xml": always_part(b"<<<")}),
        ("属性是乱码.xlsx", {"docProps/core.xml": always_part(b"\0\1")}),
        ("没有内容类型.xlsx", {"[Content_Types].xml": always_part(b"")}),
        ("没有工作表.xlsx", {SHEET: None}),
        ("工作表是空的.xlsx", {SHEET: always_part(b"")}),
        ("工作表断了.xlsx", {SHEET: lambda part: part[: len(part) // 2]}),
        ("没有共享字符串.xlsx", {STRINGS: None}),
        ("共享字符串断了.xlsx", {STRINGS: lambda part: part[: len(part) // 2]}),
        ("共享字符串少一半.xlsx", {STRINGS: _half_the_strings}),
        ("没有关系.xlsx", {"xl/_rels/workbook.xml.rels": None}),
    ):
        yield refused(name, partial(repacked, whole, changes), "损坏", "请")
    for name, changes in (
        ("没有主题.xlsx", {"xl/theme/theme1.xml": None}),
        ("主题是乱码.xlsx", {"xl/theme/theme1.xml": always_part(b"\0")}),
        ("没有属性.xlsx", {"docProps/core.xml": None, "docProps/app.xml": None}),
    ):
        yield read(name, partial(repacked, whole, changes), NAME)
    for name, added in (
        ("带宏.xlsm", {"xl/vbaProject.bin": noise(500, seed=30)}),
        ("外部链接.xlsx", {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        ("带图画.xlsx", {"xl/drawings/drawing1.xml": b"<wsDr/>"}),
    ):
        yield read(name, partial(repacked, whole, {}, added), NAME)
    strict = partial(
        repacked,
        whole,
        {
            part: lambda content: content.replace(_TRANSITIONAL.encode(), _STRICT.encode())
            for part in (MAIN, SHEET, STRINGS)
        },
    )
    yield refused("严格型.xlsx", strict, "严格", "另存为")
    binary = partial(repacked, whole, {MAIN: None, SHEET: None}, {"xl/workbook.bin": noise(900, seed=31)})
    yield refused("二进制.xlsb", binary, "xlsb", "另存为")
    yield read("其实是xlsx.xls", always(whole), NAME, says=("扩展名",))
    yield read("文件尾有垃圾.xlsx", lambda: whole + noise(2000, seed=32), NAME)


def _half_the_strings(part: bytes) -> bytes:
    items = part.split(b"<si>")
    return b"<si>".join(items[: len(items) // 2]) + b"</sst>"


def _cells() -> Iterator[BadInput]:
    for number, (cell, shown) in enumerate(
        (
            ('<c r="A60"><v>-5</v></c>', "-5"),
            ('<c r="A60"><v>1E+308</v></c>', "1" + "0" * 308),
            ('<c r="A60"><v>1E-320</v></c>', "0"),
            ('<c r="A60"><v>0.1</v></c>', "0.1"),
            ('<c r="A60"><v>123456789012345678901234567890</v></c>', "123456789012345678901234567890"),
            ('<c r="A60" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
            ('<c r="A60" t="e"><v>#REF!</v></c>', "#REF!"),
            ('<c r="A60" t="b"><v>1</v></c>', "TRUE"),
            ('<c r="A60" t="str"><v>文字</v></c>', "文字"),
            ('<c r="A60" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', "甲乙"),
            ('<c r="A60" t="inlineStr"><is><t>=cmd|A0</t></is></c>', "=cmd|A0"),
            ('<c r="A60" t="d"><v>2024-05-06</v></c>', "2024-05-06"),
            ('<c r="A60"><f>1+1</f><v>2</v></c>', "2"),
            ('<c r="A60"><f>1+1</f></c>', "=1+1"),
            ('<c r="A60"><f t="array" ref="A60:A61">SUM(A1)</f><v>7</v></c>', "7"),
            ('<c r="A60"><f>[1]Sheet1!A1</f><v>88</v></c>', "88"),
            ('<c r="A60"><v>1e9999</v></c>', "Infinity"),
            ('<c r="A60"><v>99999999999999999999999999999999999999</v></c>', "9" * 38),
        )
    ):
        yield read(f"怪格{number + 1:02}.xlsx", partial(_sheet, _with_cell(cell)), NAME, shown)
    for name, cell in (
        ("字符串编号越界.xlsx", '<c r="A60" t="s"><v>99999</v></c>'),
        ("字符串编号是文字.xlsx", '<c r="A60" t="s"><v>abc</v></c>'),
        ("字符串编号为负.xlsx", '<c r="A60" t="s"><v>-9</v></c>'),
        ("数是NaN.xlsx", '<c r="A60"><v>NaN</v></c>'),
        ("数是文字.xlsx", '<c r="A60"><v>abc</v></c>'),
        ("数有千分号.xlsx", '<c r="A60"><v>1,5</v></c>'),
        ("日期是文字.xlsx", '<c r="A60" t="d"><v>某日</v></c>'),
        ("真假是文字.xlsx", '<c r="A60" t="b"><v>x</v></c>'),
        ("样式编号越界.xlsx", '<c r="A60" s="9999"><v>5</v></c>'),
    ):
        yield refused(name, partial(_sheet, _with_cell(cell)), "损坏", "请")
    yield from _cells_out_of_place()


def _cells_out_of_place() -> Iterator[BadInput]:
    """Cells that say nothing, twice the same, or that they stand nowhere."""
    for name, cell in (
        ("单元格没有位置.xlsx", "<c><v>5</v></c>"),
        ("单元格是空的.xlsx", '<c r="A60"/>'),
        ("日期太大.xlsx", '<c r="A60" s="1"><v>99999999999</v></c>'),
        ("未知类型.xlsx", '<c r="A60" t="zzz"><v>5</v></c>'),
        ("公式是空的.xlsx", '<c r="A60"><f/></c>'),
        ("同一格两次.xlsx", '<c r="A60"><v>5</v></c><c r="A60"><v>6</v></c>'),
    ):
        yield read(name, partial(_sheet, _with_cell(cell)), NAME)
    for name, cell in (
        ("位置是乱码.xlsx", '<c r="??"><v>5</v></c>'),
        ("位置行为零.xlsx", '<c r="A0"><v>5</v></c>'),
        ("位置超出最大列.xlsx", '<c r="ZZZZ60"><v>5</v></c>'),
        ("位置没有列.xlsx", '<c r="60"><v>5</v></c>'),
    ):
        yield refused(name, partial(_sheet, _with_cell(cell)), "损坏", "请")


def _declared() -> Iterator[BadInput]:
    for name, change in (
        ("自称满表.xlsx", _dimension("A1:XFD1048576")),
        ("自称范围是乱码.xlsx", _dimension("??")),
        ("自称范围为空.xlsx", _dimension("")),
        ("远处一格.xlsx", _with_far_cell("XFD1048576")),
        ("远处一列.xlsx", _with_far_cell("XFD61")),
        ("合并一格.xlsx", _merge("A90:A90")),
        ("冻结窗格乱码.xlsx", swap("<sheetData>", "<sheetFormatPr/><sheetData>", 1)),
    ):
        yield read(name, partial(_sheet, change), NAME)
    yield refused("合并整张表.xlsx", partial(_sheet, _merge("A1:XFD1048576")), "单元格", "请")
    yield refused("合并重叠.xlsx", partial(_sheet, _merge("A30:C31", "B30:D32")), "损坏", "请")
    yield refused("合并倒置.xlsx", partial(_sheet, _merge("C3:A1")), "损坏", "请")
    yield refused("合并范围是乱码.xlsx", partial(_sheet, _merge("??")), "损坏", "请")
    yield from _odd_workbooks()


def _odd_workbooks() -> Iterator[BadInput]:
    """What is odd about the workbook, not about its sheet."""
    book = partial(repacked, example("05"))
    for name, change in (
        ("隐藏的表.xlsx", swap("<sheet ", '<sheet state="hidden" ', 1)),
        ("深度隐藏的表.xlsx", swap("<sheet ", '<sheet state="veryHidden" ', 1)),
    ):
        yield read(name, partial(book, {MAIN: change}), NAME, says=("隐藏",))
    for name, change in (
        (
            "名称定义坏了.xlsx",
            swap("</sheets>", '</sheets><definedNames><definedName name="x">#REF!</definedName></definedNames>'),
        ),
        ("1904日期.xlsx", swap("<sheets>", '<workbookPr date1904="1"/><sheets>')),
        ("保护的工作簿.xlsx", swap("<sheets>", '<workbookProtection lockStructure="1"/><sheets>')),
    ):
        yield read(name, partial(book, {MAIN: change}), NAME)
    yield refused("工作表名很怪.xlsx", partial(book, {MAIN: swap('name="', 'name="[]:*?/', 1)}), "损坏", "请")
    two = swap("</sheets>", '<sheet name="目标表" sheetId="9" r:id="rId99"/></sheets>')
    relation = swap("</Relationships>", _NOWHERE + "</Relationships>")
    lost = partial(book, {MAIN: two, "xl/_rels/workbook.xml.rels": relation})
    yield read("少了一张工作表.xlsx", lost, NAME, says=("“目标表”", "没有读到"))
    many = swap(
        "</sheets>", "".join(f'<sheet name="S{n}" sheetId="{n + 9}" r:id="rId1"/>' for n in range(200)) + "</sheets>"
    )
    yield read("二百张同一表.xlsx", partial(book, {MAIN: many}), NAME, is_slow=True)
    for name, code in (
        ("数字格式乱码", "[[[["),
        ("数字格式很长", "0" * 5000),
        ("数字格式引号不闭", "&quot;abc"),
        ("数字格式零小数", "0." + "0" * 400),
    ):
        yield read(f"{name}.xlsx", partial(_formatted, code), NAME)


def _dimension(ref: str) -> Change:
    return lambda part: part.replace(b'<dimension ref="', f'<dimension ref="{ref}" x="'.encode(), 1)


def _with_far_cell(place: str) -> Change:
    digits = "".join(filter(str.isdigit, place))
    return swap("</sheetData>", f'<row r="{digits}"><c r="{place}" t="str"><v>远</v></c></row></sheetData>')


def _merge(*ranges: str) -> Change:
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in ranges)
    return lambda part: part.replace(b"</mergeCells>", f"{cells}</mergeCells>".encode())


def _formatted(code: str) -> bytes:
    styles = swap("<fonts", f'<numFmts count="1"><numFmt numFmtId="200" formatCode="{code}"/></numFmts><fonts', 1)
    used = swap('<xf numFmtId="0"', '<xf numFmtId="200"')
    return repacked(
        example("05"),
        {"xl/styles.xml": lambda part: used(styles(part)), SHEET: _with_cell('<c r="A60" s="1"><v>12.5</v></c>')},
    )


def _large() -> Iterator[BadInput]:
    def rows(count: int, width: int) -> Change:
        def row(number: int) -> str:
            cells = "".join(f"<c><v>{number * 7919 % 99991 + col}</v></c>" for col in range(width))
            return f'<row r="{number}">{cells}</row>'

        inside = "".join(map(row, range(1, count)))
        sheet = f'<worksheet xmlns="{_TRANSITIONAL}"><sheetData>{inside}</sheetData></worksheet>'
        return always_part(sheet.encode())

    yield refused("一百二十万格.xlsx", partial(_sheet, rows(12_000, 100)), "单元格", "请", is_slow=True)
    yield refused("三十万格.xlsx", partial(_sheet, rows(3_000, 100)), "行", "请", is_slow=True)
    yield formless("两万行两列.xlsx", partial(_sheet, rows(20_000, 2)), "未找到表", is_slow=True)
    long = partial(repacked, example("05"), {STRINGS: swap(NAME, NAME + "好" * 100_000, 1)})
    yield read("一格十万字.xlsx", long, NAME)
    deep = partial(_sheet, swap("<sheetData>", "<x>" * 5000 + "</x>" * 5000 + "<sheetData>"))
    yield read("标记嵌套五千层.xlsx", deep, NAME)


def _without_form() -> Iterator[BadInput]:
    empty = f'<worksheet xmlns="{_TRANSITIONAL}"><sheetData/></worksheet>'
    for name, content in (
        ("空表.xlsx", empty),
        ("没有数据区.xlsx", f'<worksheet xmlns="{_TRANSITIONAL}"/>'),
        ("空行.xlsx", empty.replace("<sheetData/>", '<sheetData><row r="1"/><row/></sheetData>')),
        (
            "只有数.xlsx",
            empty.replace("<sheetData/>", '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'),
        ),
    ):
        yield formless(name, partial(_sheet, always_part(content.encode())), "未找到表")
    picture = partial(
        repacked, example("05"), {SHEET: always_part(empty.encode())}, {"xl/media/image1.png": noise(300, seed=33)}
    )
    yield refused("只有图片.xlsx", picture, "图片", "请")
    yield refused("没有一张表.xlsx", lambda: repacked(example("05"), {MAIN: _no_sheets}), "没有工作表", "请")


def _no_sheets(part: bytes) -> bytes:
    begin, end = part.index(b"<sheets>"), part.index(b"</sheets>")
    return part[:begin] + b"<sheets>" + part[end:]
