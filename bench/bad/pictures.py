"""Bad and odd pictures: headers that lie, damage, bombs, depths and orders that few programs write."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import partial

from PIL import Image, ImageDraw, ImageFont

from bench.bad.case import BadInput, Make, always, example, flipped, formless, head, noise, refused
from bench.bad.pdfs import odd_page

DAMAGED = "已损坏或没有传完"
SMALL = "像素"
_BLANK = "都是空白"
_SHAPE = (800, 600)


def picture_cases() -> Iterator[BadInput]:
    """All of them."""
    yield from _cut()
    yield from _sizes()
    yield from _png()
    yield from _jpeg()
    yield from _tiff()
    yield from _bmp_and_webp()
    yield from _strangers()


def drawn(mode: str = "L", shape: tuple[int, int] = _SHAPE) -> Image.Image:
    """A little table of figures."""
    image = Image.new("L", shape, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(28)
    for row in range(2):
        for col in range(3):
            x, y = 60 + 220 * col, 80 + 100 * row
            draw.rectangle((x, y, x + 220, y + 100), outline=0, width=3)
            draw.text((x + 110, y + 50), f"{row}{col}.50", fill=0, font=font, anchor="mm")
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The file of an image."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _cut() -> Iterator[BadInput]:
    files = (
        ("png", saved(drawn("RGB"), "PNG")),
        ("jpg", saved(drawn("RGB"), "JPEG")),
        ("tif", saved(drawn(), "TIFF")),
        ("bmp", saved(drawn(), "BMP")),
        ("webp", saved(drawn("RGB"), "WEBP", lossless=True)),
    )
    for ending, whole in files:
        for percent in (5, 50, 90) if ending != "bmp" else ():
            yield refused(f"传了百分之{percent}.{ending}", always(head(whole, percent / 100)), "请")
        for seed in range(3):
            broken = flipped(whole, seed=seed, flips=2, begin=60)
            yield odd_page(f"坏了两位（{seed}）.{ending}", always(broken))
    yield refused("传了一半.bmp", always(head(files[3][1], 0.5)), "请")
    photo = example("12")
    for tenths in (1, 5, 9):
        yield refused(f"照片传了{tenths}成.jpg", always(head(photo, tenths / 10)), DAMAGED, "请")


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, data: bytes = b"", more: bytes = b"") -> bytes:
    """A PNG by hand, its checks right, whatever it says of itself."""
    head_ = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head_) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _sizes() -> Iterator[BadInput]:
    for width, height in ((1, 1), (1, 5000), (5000, 1), (100_000, 1), (299, 299), (10, 900), (900, 10)):
        rows = zlib.compress((b"\0" + b"\xff" * width) * height)
        yield refused(f"{width}乘{height}.png", partial(png, width, height, data=rows), SMALL, "请")
    for name, width, height in (
        ("三万见方.png", 30_000, 30_000),
        ("十万见方.png", 100_000, 100_000),
        ("二十亿宽.png", 2**31 - 1, 2**31 - 1),
        ("两万乘六万.png", 20_000, 60_000),
    ):
        yield refused(name, partial(png, width, height, data=zlib.compress(bytes(10_000))), SMALL, "请")
    for name, width, height in (("零大小.png", 0, 0), ("零宽.png", 0, 900), ("零高.png", 900, 0)):
        yield refused(name, partial(png, width, height, data=zlib.compress(b"")), "请")
    rows = zlib.compress((b"\0" + b"\xff" * 1125) * 9000)
    bomb = partial(png, 9000, 9000, depth=1, data=rows)
    yield formless("八千万像素只有一色.png", bomb, _BLANK, is_slow=True)


def _png() -> Iterator[BadInput]:
    data = zlib.compress((b"\0" + b"\xff" * 600) * 800)
    harmed: tuple[tuple[str, Make], ...] = (
        ("位深为三.png", partial(png, 600, 800, depth=3, data=data)),
        ("颜色类型为九.png", partial(png, 600, 800, colour=9, data=data)),
        ("调色板没有.png", partial(png, 600, 800, colour=3, data=data)),
        ("数据是乱码.png", partial(png, 600, 800, data=noise(3000, seed=50))),
        ("没有数据.png", partial(png, 600, 800)),
        ("数据不够.png", partial(png, 600, 800, data=zlib.compress(b"\0" * 1000))),
    )
    for name, make in harmed:
        yield refused(name, make, "请")
    odd: tuple[tuple[str, Make], ...] = (
        (
            "说明文字炸弹.png",
            partial(png, 600, 800, data=data, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000)))),
        ),
        (
            "色彩描述炸弹.png",
            partial(png, 600, 800, data=data, more=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(9_000_000)))),
        ),
        ("校验不符.png", lambda: saved(drawn("RGB"), "PNG")[:-6] + b"\0\0\0\0\0\0"),
        ("尾部有多余字节.png", lambda: saved(drawn("RGB"), "PNG") + noise(900, seed=51)),
        ("十六位.png", lambda: saved(drawn().convert("I;16"), "PNG")),
        ("带透明.png", lambda: saved(drawn("RGBA"), "PNG")),
        ("全透明.png", lambda: saved(Image.new("RGBA", _SHAPE, (0, 0, 0, 0)), "PNG")),
        ("动图.png", lambda: saved(drawn("RGB"), "PNG", save_all=True, append_images=[drawn("RGB").rotate(90)])),
        ("黑白.png", lambda: saved(drawn("1"), "PNG")),
    )
    for name, make in odd:
        yield odd_page(name, make)
    yield refused("全黑.png", lambda: saved(Image.new("L", _SHAPE, 0), "PNG"), "深色", "请")
    yield formless("全白.png", lambda: saved(Image.new("L", _SHAPE, 255), "PNG"), _BLANK)


def _exif(value: int) -> Make:
    def make() -> bytes:
        exif = Image.Exif()
        exif[0x0112] = value
        return saved(drawn("RGB"), "JPEG", exif=exif)

    return make


def _jpeg() -> Iterator[BadInput]:
    whole = saved(drawn("RGB"), "JPEG")
    place = whole.index(b"\xff\xc0") + 5
    for name, content in (
        ("只有开头.jpg", b"\xff\xd8\xff"),
        ("开头后是乱码.jpg", b"\xff\xd8\xff" + noise(5000, seed=52)),
        ("没有扫描段.jpg", whole[: whole.index(b"\xff\xda")]),
        ("零大小.jpg", whole[:place] + bytes(4) + whole[place + 4 :]),
        ("没有量化表.jpg", whole.replace(b"\xff\xdb", b"\xff\xfe")),
    ):
        yield refused(name, always(content), "请")
    yield odd_page("没有哈夫曼表.jpg", always(whole.replace(b"\xff\xc4", b"\xff\xfe")))
    huge = whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :]
    yield refused("自称六万见方.jpg", always(huge), "请")
    yield odd_page("色彩空间不对.jpg", lambda: saved(drawn("RGB").convert("CMYK"), "JPEG"))
    yield odd_page("渐进式.jpg", lambda: saved(drawn("RGB"), "JPEG", progressive=True))
    for value in (0, 3, 6, 99):
        yield odd_page(f"方向标记{value}.jpg", _exif(value))
    broken = partial(lambda: saved(drawn("RGB"), "JPEG", exif=b"Exif\0\0" + noise(300, seed=53)))
    yield odd_page("方向标记是乱码.jpg", broken)
    yield odd_page("尾部有另一张.jpg", always(whole + whole))


def _tiff() -> Iterator[BadInput]:
    whole = saved(drawn(), "TIFF")
    first = struct.unpack("<I", whole[4:8])[0]
    entries = struct.unpack("<H", whole[first : first + 2])[0]
    after = first + 2 + 12 * entries
    cyclic = whole[:after] + struct.pack("<I", first) + whole[after + 4 :]
    yield odd_page("页目录成环.tif", always(cyclic))
    yield refused("目录在文件外.tif", always(whole[:4] + b"\xff\xff\xff\x7f" + whole[8:]), "请")
    yield refused("目录是乱码.tif", always(b"II*\0\x08\0\0\0" + noise(900, seed=54)), "请")
    yield refused("只有开头.tif", always(b"II*\0"), "请")
    yield odd_page("零个目录项.tif", always(b"II*\0\x08\0\0\0\0\0\0\0\0\0"))
    pages = [Image.new("L", _SHAPE, 255) for _ in range(30)]
    many = partial(lambda: saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    yield formless("三十页空白.tif", many, _BLANK, "30 页")
    fax = saved(drawn("1"), "TIFF", compression="group4")
    yield odd_page("传真数据坏了.tif", always(flipped(fax, seed=55, flips=20, begin=8, end=len(fax) - 300)))
    yield odd_page("三十二位浮点.tif", lambda: saved(drawn("F"), "TIFF"))
    yield odd_page("分辨率离奇.tif", lambda: saved(drawn(), "TIFF", dpi=(1e-9, 1e9)))


def _bmp_and_webp() -> Iterator[BadInput]:
    whole = saved(drawn("RGB"), "BMP")
    upside = whole[:22] + struct.pack("<i", -_SHAPE[1]) + whole[26:]
    yield odd_page("上下颠倒.bmp", always(upside))
    for name, size in (("零大小.bmp", (0, 0)), ("二十亿宽.bmp", (2**31 - 1, 2**31 - 1)), ("负宽.bmp", (-800, 600))):
        yield refused(name, always(whole[:18] + struct.pack("<ii", *size) + whole[26:]), "请")
    yield refused("位深为七.bmp", always(whole[:28] + b"\x07\0" + whole[30:]), "请")
    moving = partial(
        lambda: saved(drawn("RGB"), "WEBP", save_all=True, append_images=[drawn("RGB").rotate(180)], duration=100)
    )
    yield odd_page("动图.webp", moving)
    yield refused("只有开头.webp", always(b"RIFF\x10\0\0\0WEBPVP8 "), "请")


def _strangers() -> Iterator[BadInput]:
    for name, content, said in (
        ("动图.gif", saved(drawn(), "GIF"), "GIF"),
        ("手机照片.heic", b"\0\0\0\x18ftypheic" + noise(100, seed=56), "HEIC"),
        ("照片.avif", b"\0\0\0\x1cftypavif" + noise(100, seed=57), "AVIF"),
        ("图标.ico", saved(drawn("RGB", (256, 256)), "ICO"), "不是可识别的文字"),
        ("扫描.jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + noise(100, seed=58), "JPEG 2000"),
        ("录像.mp4", b"\0\0\0\x18ftypmp42" + noise(100, seed=59), "录像"),
        ("设计图.psd", b"8BPS\0\x01" + noise(100, seed=60), "Photoshop"),
        ("论文.caj", b"CAJ\0" + noise(100, seed=61), "CAJ"),
        ("数据库.db", b"SQLite format 3\0" + noise(100, seed=62), "数据库"),
    ):
        yield refused(name, always(content), said, "请")
