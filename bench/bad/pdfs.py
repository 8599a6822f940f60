"""Bad and odd PDFs, written by hand or changed from the digital example."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

from bench.bad.case import BadInput, Make, always, example, flipped, formless, head, noise, read, refused

NAME = "项目名称"
DAMAGED = "已损坏或没有传完"
BLANK = "都是空白"


def pdf_cases() -> Iterator[BadInput]:
    """All of them."""
    whole = example("10")
    for tenths in range(1, 10):
        yield refused(f"传了{tenths}成.pdf", always(head(whole, tenths / 10)), DAMAGED, "请")
    yield from _broken()
    yield from _pages()
    yield from _boxes()
    yield from _contents()
    yield from _images()
    yield from _locked()
    yield from _extras()


def objects_to_pdf(objects: Sequence[bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, with a sound table of them."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out) + b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)


def stream(content: bytes, about: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), about, content)


def one_page(
    content: bytes = b"",
    *,
    box: bytes = b"[0 0 595 842]",
    more: bytes = b"",
    others: Sequence[bytes] = (),
    resources: bytes = b"",
    catalog: bytes = b"",
) -> bytes:
    """A PDF of one page; ``others`` are objects numbered from 5."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    held = b"<< /Font << /H %s >> %s >>" % (font, resources)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources %s %s >>" % (box, held, more)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    start = b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog
    return objects_to_pdf((start, pages, page, stream(content), *others))


WORDS = b"BT /H 12 Tf 60 700 Td (FORM 2024) Tj ET "


def _broken() -> Iterator[BadInput]:
    whole = example("10")
    for name, content in (
        ("只有文件头.pdf", b"%PDF-1.7\n"),
        ("头后是乱码.pdf", b"%PDF-1.7\n" + noise(5000, seed=40)),
        ("没有对象.pdf", b"%PDF-1.7\nxref\n0 0\ntrailer <<>>\nstartxref\n9\n%%EOF"),
        ("没有根.pdf", objects_to_pdf([b"<< >>"], trailer=b"")),
        ("根指向没有的对象.pdf", objects_to_pdf([b"<< >>"], trailer=b"/Root 99 0 R")),
        ("根指向自己.pdf", objects_to_pdf([b"1 0 R"])),
        ("全是零字节.pdf", b"%PDF-1.7\n" + bytes(5000)),
        ("对象没有结束.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"),
        ("括号十万层.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000),
        ("字典十万层.pdf", b"%PDF-1.7\n1 0 obj\n" + b"<<" * 100_000),
    ):
        yield refused(name, always(content), "PDF", "请")
    for name, content in (
        ("目录位置不对.pdf", whole.replace(b"startxref\n", b"startxref\n9")),
        ("目录内容不对.pdf", whole.replace(b" 00000 n", b" 00001 n")),
        ("没有目录.pdf", whole.replace(b"xref", b"xxxx")),
        ("头前有乱码.pdf", noise(900, seed=41).replace(b"%PDF", b"xxxx") + whole),
        ("尾部有多余字节.pdf", whole + bytes(1500)),
        ("两个结尾.pdf", whole + b"\n%%EOF\n"),
        ("版本号离奇.pdf", whole.replace(b"%PDF-1.", b"%PDF-9.", 1)),
    ):
        yield read(name, always(content), NAME)
    for seed in range(4):
        yield odd_page(f"结尾坏了（{seed}）.pdf", always(flipped(whole, seed=seed, flips=3, begin=len(whole) - 300)))
    yield refused("头在两千字节之后.pdf", always(b"\x01\x02" * 1000 + whole), "不是可识别的文字", "请")


def _pages() -> Iterator[BadInput]:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    trees: tuple[tuple[str, tuple[bytes, ...], str], ...] = (
        ("没有一页.pdf", (catalog, b"<< /Type /Pages /Kids [] /Count 0 >>"), "没有一页"),
        ("页数为负.pdf", (catalog, b"<< /Type /Pages /Kids [] /Count -5 >>"), "PDF"),
        ("页树指向自己.pdf", (catalog, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), ""),
        (
            "页树成环.pdf",
            (catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 2 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 2 >>"),
            "",
        ),
        ("页树没有.pdf", (b"<< /Type /Catalog >>",), "PDF"),
        ("页丢失.pdf", (catalog, b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>"), ""),
        ("页不是字典.pdf", (catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"[1 2 3]"), ""),
    )
    for name, objects, said in trees:
        yield refused(name, partial(objects_to_pdf, objects), said, "请")
    claimed = (catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 100000000 >>", page)
    yield odd_page("自称一亿页.pdf", partial(objects_to_pdf, claimed))
    many = partial(_blank_pages, 300)
    yield formless("三百页空白.pdf", many, BLANK, "300 页", is_slow=True)
    yield formless("一百页空白.pdf", partial(_blank_pages, 100), BLANK, "100 页")
    deep = [catalog, *(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 3) for n in range(2000)), page]
    yield refused("页树两千层.pdf", partial(objects_to_pdf, deep), "请")


def _blank_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return objects_to_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, *[page] * count])


def _boxes() -> Iterator[BadInput]:
    for name, box in (
        ("页面一百万点.pdf", b"[0 0 1000000 1000000]"),
        ("页面很长.pdf", b"[0 0 10 100000]"),
        ("页面零大小.pdf", b"[0 0 0 0]"),
        ("页面倒置.pdf", b"[595 842 0 0]"),
        ("页面是文字.pdf", b"[a b c d]"),
        ("页面只有三个数.pdf", b"[0 0 595]"),
        ("页面很小.pdf", b"[0 0 3 3]"),
        ("页面坐标极大.pdf", b"[0 0 1e30 1e30]"),
        ("页面为负.pdf", b"[-100 -100 -50 -50]"),
        ("没有页面框.pdf", b"null"),
    ):
        yield odd_page(name, partial(one_page, WORDS, box=box))
    for name, more in (
        ("转四十五度.pdf", b"/Rotate 45"),
        ("转九万度.pdf", b"/Rotate 90000"),
        ("用户单位一千.pdf", b"/UserUnit 1000"),
        ("裁剪框为空.pdf", b"/CropBox [0 0 0 0]"),
        ("裁剪框在页外.pdf", b"/CropBox [9000 9000 9900 9900]"),
        ("批注指向自己.pdf", b"/Annots [3 0 R]"),
        ("批注是乱码.pdf", b"/Annots [1 2 (x)]"),
    ):
        yield odd_page(name, partial(one_page, WORDS, more=more))


def odd_page(name: str, make: Make, *, is_slow: bool = False) -> BadInput:
    """A page that may be read or refused, nobody can say which, and must be accounted for in Chinese."""
    return BadInput(name=name, make=make, told=(), is_slow=is_slow)


def _contents() -> Iterator[BadInput]:
    packed = zlib.compress(WORDS)
    for name, content, about in (
        ("内容解不开.pdf", noise(400, seed=42), b"/Filter /FlateDecode"),
        ("内容断了.pdf", packed[: len(packed) // 2], b"/Filter /FlateDecode"),
        ("滤镜不认识.pdf", WORDS, b"/Filter /Nothing"),
        ("滤镜一千层.pdf", WORDS, b"/Filter [" + b"/ASCIIHexDecode " * 1000 + b"]"),
        ("LZW乱码.pdf", noise(400, seed=43), b"/Filter /LZWDecode"),
    ):
        objects = (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            stream(content, about),
        )
        yield odd_page(name, partial(objects_to_pdf, objects))
    for name, content in (
        ("没有字体.pdf", WORDS.replace(b"/H", b"/Z")),
        ("字号一百万.pdf", WORDS.replace(b" 12 ", b" 1000000 ")),
        ("字号为零.pdf", WORDS.replace(b" 12 ", b" 0 ")),
        ("存栈十万次.pdf", b"q " * 100_000 + WORDS),
        ("只有恢复.pdf", b"Q " * 100_000 + WORDS),
        ("路径二十万段.pdf", b"0 0 m " + b"9 9 l " * 200_000 + b"S " + WORDS),
        ("操作是乱码.pdf", noise(20_000, seed=44) + WORDS),
        ("括号不闭.pdf", b"BT (((((((" * 3000),
        ("字符串两兆.pdf", b"BT /H 1 Tf (" + b"x" * 2_000_000 + b") Tj ET"),
        ("矩阵为零.pdf", b"0 0 0 0 0 0 cm " + WORDS),
        ("矩阵极大.pdf", b"1e20 0 0 1e20 0 0 cm " + WORDS),
        ("隐形文字.pdf", WORDS.replace(b"BT", b"BT 3 Tr")),
    ):
        yield odd_page(name, partial(one_page, content))
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>")
    itself = partial(one_page, b"/X Do", others=(form,), resources=b"/XObject << /X 5 0 R >>")
    yield odd_page("图元套自己.pdf", itself)
    bomb = stream(zlib.compress(b"0 0 1 1 re f " * 400_000), b"/Filter /FlateDecode")
    yield odd_page("内容五兆.pdf", lambda: one_page().replace(stream(b""), bomb), is_slow=True)


def _images() -> Iterator[BadInput]:
    about = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 "
    draw = b"595 0 0 842 0 0 cm /I Do"
    for name, kind, content in (
        ("图像数据是乱码.pdf", b"/Width 800 /Height 900 /Filter /DCTDecode", noise(3000, seed=45)),
        ("图像断了.pdf", b"/Width 1000 /Height 1300 /Filter /FlateDecode", zlib.compress(bytes(1_300_000))[:300]),
        ("图像自称十万见方.pdf", b"/Width 100000 /Height 100000", b"x"),
        ("图像大小为零.pdf", b"/Width 0 /Height 0", b""),
        ("图像大小为负.pdf", b"/Width -800 /Height -900", bytes(900)),
        ("图像数据不够.pdf", b"/Width 1000 /Height 1300", bytes(5000)),
        ("图像是JBIG2乱码.pdf", b"/Width 1000 /Height 1300 /Filter /JBIG2Decode", noise(900, seed=46)),
        ("图像是JPX乱码.pdf", b"/Width 1000 /Height 1300 /Filter /JPXDecode", noise(900, seed=47)),
        ("图像是传真乱码.pdf", b"/Width 1000 /Height 1300 /Filter /CCITTFaxDecode", noise(900, seed=48)),
        ("图像位深离奇.pdf", b"/Width 1000 /Height 1300 /BitsPerComponent 77", bytes(900)),
        ("图像蒙版是自己.pdf", b"/Width 100 /Height 130 /SMask 5 0 R", bytes(13_000)),
    ):
        image = stream(content, about + kind)
        make = partial(one_page, draw, others=(image,), resources=b"/XObject << /I 5 0 R >>")
        yield odd_page(name, make, is_slow="传真" in name)
    lost = partial(one_page, draw, resources=b"/XObject << /I 77 0 R >>")
    yield odd_page("图像丢失.pdf", lost)


def _locked() -> Iterator[BadInput]:
    yield refused("加密.pdf", partial(_encrypt, user="秘密"), "--password", "请")
    yield refused("加密AES256.pdf", partial(_encrypt, user="秘密", algorithm="AES-256"), "--password", "请")
    yield read("只限打印.pdf", partial(_encrypt, user=""), NAME)
    broken = b"<< /Filter /Standard /V 99 /R 99 /O (x) /U (x) /P -1 >>"
    make = partial(
        objects_to_pdf,
        (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", broken),
        trailer=b"/Root 1 0 R /Encrypt 3 0 R /ID [(a) (b)]",
    )
    yield refused("加密方式不认识.pdf", make, "PDF", "请")


def _encrypt(*, user: str, algorithm: str = "RC4-128") -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(example("10")))
    writer.encrypt(user, owner_password="主人", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _extras() -> Iterator[BadInput]:
    for name, catalog in (
        ("带脚本.pdf", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        ("打开即启动程序.pdf", b"/OpenAction << /S /Launch /F (calc.exe) >>"),
        ("大纲成环.pdf", b"/Outlines << /First 1 0 R /Last 1 0 R >>"),
        ("名称树成环.pdf", b"/Names << /Dests << /Kids [1 0 R] >> >>"),
        ("表单字段成环.pdf", b"/AcroForm << /Fields [1 0 R] >>"),
    ):
        yield formless(name, partial(one_page, WORDS, catalog=catalog), "未找到表", reads=("FORM 2024",))
    wait = b"BT /H 12 Tf 60 700 Td (Please wait... If this message is not eventually replaced) Tj ET"
    xfa = b"/AcroForm << /XFA (<xdp:xdp/>) /Fields [] >> /NeedsRendering true"
    yield refused("动态表单.pdf", partial(one_page, wait, catalog=xfa), "动态", "请")
    inside = b"/Names << /EmbeddedFiles << /Names [(a.docx) 5 0 R] >> >>"
    attached = stream(example("04"), b"/Type /EmbeddedFile")
    spec = b"<< /Type /Filespec /F (a.docx) /UF (a.docx) /EF << /F 6 0 R >> >>"
    holder = partial(one_page, WORDS, catalog=inside, others=(spec, attached))
    yield formless("带附件.pdf", holder, "附件", "a.docx", reads=("FORM 2024",))
