from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps, TiffImagePlugin
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from domain.errors import UnreadableDocument
from ocr.load import count_pages, files_to_sheets
from ocr.picture import page_to_picture
from ocr.sheet import Pixels, Sheet, Spoilt


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def scan(size: tuple[int, int] = (400, 600)) -> Image.Image:
    """White paper with a black block in the top left quarter."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="black")
    return image


def only(content: bytes) -> Sheet:
    (sheet,) = files_to_sheets([content], name="表.jpg")
    assert isinstance(sheet, Sheet)
    return sheet


def pixels_of(content: bytes) -> Pixels:
    sheet = only(content)
    assert sheet.pixels is not None
    assert sheet.pixels.dtype == np.uint8 and sheet.pixels.shape == (sheet.height, sheet.width, 3)
    return sheet.pixels


def spoilt(content: bytes) -> str:
    (sheet,) = files_to_sheets([content], name="表.jpg")
    assert isinstance(sheet, Spoilt)
    return sheet.reason


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_every_kind_of_image_gives_its_pixels(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    assert np.array_equal(pixels_of(saved(scan(), kind, **options)), np.array(scan()))
    assert only(saved(scan(), kind, **options)).choice == "图片，识读像素"


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_grey_and_palette_images_become_rgb(mode: str) -> None:
    assert np.array_equal(pixels_of(saved(scan().convert(mode), "PNG")), np.array(scan()))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_exif_orientation_is_applied_once(kind: str, orientation: int, turn: Image.Transpose) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = scan().transpose(turn)
    got = pixels_of(saved(stored, kind, exif=exif))
    assert got.shape == (600, 400, 3)
    assert np.abs(got.astype(int) - np.array(scan())).mean() < 1


def test_an_orientation_behind_the_pixels_of_a_png_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = saved(scan().transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)
    begin = content.index(b"eXIf") - 4
    end = begin + 12 + int.from_bytes(content[begin : begin + 4], "big")
    content = content[:begin] + content[end:-12] + content[begin:end] + content[-12:]
    assert np.array_equal(pixels_of(content), np.array(scan()))


def with_exif(stored: Image.Image, tag: int, kind: int, value: bytes) -> bytes:
    """A JPEG that lies on its side, says so, and says one more thing that is longer than four bytes."""
    behind = 8 + 2 + 2 * 12 + 4
    entries = [struct.pack("<HHLL", 274, 3, 1, 6), struct.pack("<HHLL", tag, kind, 8 if kind == 2 else 1, behind)]
    exif = b"Exif\0\0II*\0" + struct.pack("<LH", 8, 2) + b"".join(entries) + struct.pack("<L", 0) + value
    content = saved(stored, "JPEG")
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]


@pytest.mark.parametrize(
    ("tag", "kind", "value"),
    [
        (282, 2, b"72 dpi\0\0"),  # a resolution in words
        (305, 5, struct.pack("<LL", 1, 1)),  # the name of a program as a fraction
    ],
)
def test_an_odd_entry_beside_the_orientation_harms_no_photo(tag: int, kind: int, value: bytes) -> None:
    content = with_exif(scan().transpose(Image.Transpose.ROTATE_90), tag, kind, value)
    for got in (pixels_of(content), page_to_picture([content], 1, name="表.jpg")):
        assert got is not None and got.shape == (600, 400, 3)
        assert np.abs(got.astype(int) - np.array(scan())).mean() < 1


def test_a_compressed_tiff_is_turned_too() -> None:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[274] = 6
    stored = scan().convert("1").transpose(Image.Transpose.ROTATE_90)
    got = pixels_of(saved(stored, "TIFF", tiffinfo=info, compression="group4"))
    assert np.array_equal(got, np.array(scan()))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_become_the_colours_they_print(kind: str) -> None:
    image = Image.new("CMYK", (400, 400))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 199, 199), fill=(0, 255, 255, 0))
    draw.rectangle((200, 0, 399, 199), fill=(0, 0, 0, 255))
    got = pixels_of(saved(image, kind))
    assert np.abs(got[100, 100].astype(int) - (255, 0, 0)).max() < 8  # a seal
    assert got[100, 300].max() < 8 and got[300, 100].min() > 247


def test_what_is_transparent_is_white_paper() -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 99, 99), fill=(0, 0, 0, 255))
    for content in (saved(image, "PNG"), saved(image.convert("LA"), "PNG")):
        got = pixels_of(content)
        assert got[50, 50].max() == 0 and got[300, 300].min() == 255
    palette = Image.new("P", (400, 400), 1)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    assert pixels_of(saved(palette, "PNG", transparency=1)).min() == 255


def bmp_with_alpha(image: Image.Image) -> bytes:
    """A bitmap of version 4, whose header names one byte of each pixel as alpha."""
    pixels = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGRA")
    header = struct.pack("<LllHHLLllLL", 108, *image.size, 1, 32, 3, len(pixels), 3780, 3780, 0, 0)
    header += struct.pack("<LLLL", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    return b"BM" + struct.pack("<LHHL", 14 + len(header) + len(pixels), 0, 0, 14 + len(header)) + header + pixels


def test_alpha_that_is_nothing_everywhere_hides_no_bitmap() -> None:
    image = scan().convert("RGBA")
    image.putalpha(0)
    assert np.array_equal(pixels_of(bmp_with_alpha(image)), np.array(scan()))
    image.putpixel((0, 0), (0, 0, 0, 255))
    assert pixels_of(bmp_with_alpha(image))[1:].min() == 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_shades(kind: str) -> None:
    samples = np.full((400, 400), 65535, np.uint16)
    samples[:200] = 32768
    got = pixels_of(saved(Image.fromarray(samples), kind))
    assert abs(int(got[100, 100, 0]) - 128) <= 1 and got[300, 100, 0] == 255


def test_a_fax_of_many_pages_has_square_pixels() -> None:
    pages = [
        scan((864, 572)).convert("1"),
        ImageOps.invert(scan((864, 572))).convert("1"),
        scan((864, 572)).convert("1"),
    ]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group3", dpi=(204, 98))
    sheets = list(files_to_sheets([content], name="传真.tif"))
    assert count_pages([content], name="传真.tif") == 3
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    for sheet, is_black in zip(sheets, (True, False, True), strict=True):
        assert isinstance(sheet, Sheet) and sheet.pixels is not None
        assert (sheet.width, sheet.height) == (864, round(572 * 204 / 98))
        assert (sheet.pixels[300, 200].max() == 0) == is_black


@pytest.mark.parametrize("resolution", [(0, 0), (200, 0), (0, 1)])
def test_a_resolution_that_is_no_number_harms_no_tiff(resolution: tuple[int, int]) -> None:
    content = saved(scan(), "TIFF", dpi=(200, 200))
    told = struct.pack("<LL", 200, 1)
    assert content.count(told) == 2
    for odd in (
        content.replace(told, struct.pack("<LL", *resolution)),
        content.replace(told, struct.pack("<LL", *resolution), 1),
        content.replace(struct.pack("<HHL", 282, 5, 1), struct.pack("<HHL", 282, 2, 8)),
    ):
        assert np.array_equal(pixels_of(odd), np.array(scan()))


def test_a_fax_that_lies_on_its_side_is_stretched_along_the_right_side() -> None:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[274] = 6
    content = saved(scan((864, 572)).convert("1"), "TIFF", tiffinfo=info, dpi=(204, 98))
    assert (only(content).width, only(content).height) == (round(572 * 204 / 98), 864)


def test_sixteen_bits_whose_white_is_nothing_are_no_negative() -> None:
    samples = 65535 - np.asarray(scan().convert("L"), np.uint16) * 257
    assert np.array_equal(pixels_of(saved(Image.fromarray(samples), "TIFF", tiffinfo={262: 0})), np.array(scan()))


def fax(pages: int) -> bytes:
    """Pages that tell themselves apart: a block as high as their number says."""
    images = [Image.new("1", (400, 600), 1) for _ in range(pages)]
    for number, image in enumerate(images, start=1):
        ImageDraw.Draw(image).rectangle((0, 0, 199, 100 * number - 1), fill=0)
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:], compression="group4")


def block_height(sheet: Sheet | Spoilt) -> int:
    assert isinstance(sheet, Sheet) and sheet.pixels is not None
    return int((sheet.pixels[:, 100, 0] == 0).sum())


def test_a_tiff_cut_off_anywhere_gives_its_whole_pages_and_tells_of_the_rest() -> None:
    content = fax(4)
    for kept in range(len(fax(1)), len(content) - 16, 7):
        *whole, last = files_to_sheets([content[:kept]], name="传真.tif")
        assert [block_height(sheet) for sheet in whole] == [100 * (page + 1) for page in range(len(whole))]
        assert isinstance(last, Spoilt) and last.number == len(whole) + 1 and "没有传完" in last.reason
        assert count_pages([content[:kept]], name="传真.tif") == last.number


def test_a_page_of_an_unknown_kind_hides_none_behind_it() -> None:
    content = fax(3)
    image = Image.open(io.BytesIO(content))
    image.seek(1)
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    photometric = content.index(b"\x06\x01\x03\0", image.tag_v2.offset) + 8
    content = content[:photometric] + b"\x63" + content[photometric + 1 :]
    first, second, third = files_to_sheets([content], name="传真.tif")
    assert isinstance(second, Spoilt) and (block_height(first), block_height(third)) == (100, 300)


@pytest.mark.parametrize(("orientation", "turn"), [(6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)])
@pytest.mark.parametrize(("size", "pages"), [((5600, 2000), 1), ((2000, 5600), 2)])
def test_a_tiff_that_lies_on_its_side_is_a_strip_only_upright(
    orientation: int, turn: Image.Transpose, size: tuple[int, int], pages: int
) -> None:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[274] = orientation
    content = saved(scan(size).convert("1").transpose(turn), "TIFF", tiffinfo=info, compression="group4")
    sheets = list(files_to_sheets([content], name="扫描.tif"))
    assert count_pages([content], name="扫描.tif") == len(sheets) == pages
    for sheet in sheets:
        assert isinstance(sheet, Sheet) and sheet.width == min(size[0], 5000)


def test_thumbnails_inside_a_tiff_are_no_pages() -> None:
    thumbnail = scan((100, 150))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    content = saved(scan(), "TIFF", save_all=True, append_images=[thumbnail])
    assert count_pages([content], name="扫描.tif") == 1
    assert only(content).width == 400


def test_large_images_are_reduced_and_that_is_said() -> None:
    sheet = only(saved(scan((8000, 4000)), "BMP"))
    assert (sheet.width, sheet.height) == (5000, 2500)
    assert sheet.choice == "图片，识读像素（原图8000×4000像素，已缩小）"
    assert sheet.pixels is not None and sheet.pixels[600, 1000].max() == 0 and sheet.pixels[2000, 4000].min() == 255


def test_a_huge_jpeg_is_never_decoded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    load = JpegImageFile.load

    def spy(image: JpegImageFile) -> Any:
        decoded.append(image.size)
        return load(image)

    content = saved(Image.new("L", (30_000, 7_000), 255), "JPEG", quality=30)
    monkeypatch.setattr(JpegImageFile, "load", spy)
    sheet = only(content)
    assert (sheet.width, sheet.height) == (5000, 1167)
    assert {size[0] for size in decoded} == {7500}


def header_only_png(width: int, height: int) -> bytes:
    content = bytearray(saved(Image.new("1", (300, 300)), "PNG"))
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize("size", [(10_001, 10_000), (30_000, 30_000)])
def test_an_image_that_cannot_be_reduced_while_reading_is_refused(size: tuple[int, int]) -> None:
    assert f"{size[0]}×{size[1]}像素，超出" in spoilt(header_only_png(*size))


def test_a_png_is_decoded_neither_to_count_nor_to_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: PngImageFile) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImageFile, "load", load)
    assert count_pages([saved(scan(), "PNG")], name="表.png") == 1
    assert "超出" in spoilt(saved(Image.new("1", (11_000, 11_000)), "PNG"))


def test_a_tiny_image_asks_for_a_new_scan() -> None:
    assert "200×299像素" in spoilt(saved(scan((200, 299)), "PNG")) and "重新扫描" in spoilt(saved(scan((9, 9)), "PNG"))
    assert only(saved(scan((200, 300)), "PNG")).height == 300


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_half_an_image_is_spoilt(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 400, 3), dtype=np.uint8))
    options = {"compression": "tiff_lzw"} if kind == "TIFF" else {}
    whole = saved(noise, kind, **options)
    if kind == "TIFF":  # its directory may stand at the end: spoil the middle
        middle = len(whole) // 3
        whole = whole[:middle] + b"\0" * middle + whole[2 * middle :]
        assert "第1页" in spoilt(whole)
    else:
        assert "没有传完" in spoilt(whole[: len(whole) // 2])


def test_pages_are_numbered_over_all_files_and_a_bad_one_is_spoilt_alone() -> None:
    tiff = saved(scan(), "TIFF", save_all=True, append_images=[scan()])
    contents = [saved(scan(), "JPEG"), b"\xff\xd8\xffnothing", b"text", tiff, saved(scan(), "PNG")]
    sheets = list(files_to_sheets(contents, name="表_p1.jpg"))
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5, 6]
    assert [type(sheet) for sheet in sheets] == [Sheet, Spoilt, Spoilt, Sheet, Sheet, Sheet]
    assert count_pages(contents, name="表_p1.jpg") == 6
    assert isinstance(sheets[2], Spoilt) and "第3页" in sheets[2].reason


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "空文件"), (b"\0" * 99, "不是能读取的"), ("表".encode(), "HEIC")]
)
def test_what_is_no_image_at_all_is_told_with_the_name_of_the_file(content: bytes, message: str) -> None:
    for reading in (
        lambda: count_pages([content], name="表.jpg"),
        lambda: next(files_to_sheets([content], name="表.jpg")),
    ):
        with pytest.raises(UnreadableDocument, match=rf"表\.jpg.*{message}"):
            reading()


def test_a_blank_page_is_a_page() -> None:
    assert pixels_of(saved(Image.new("1", (400, 600), 1), "PNG")).min() == 255


def test_pages_are_loaded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    load = JpegImageFile.load

    def spy(image: JpegImageFile) -> Any:
        loaded.append(image.size)
        return load(image)

    monkeypatch.setattr(JpegImageFile, "load", spy)
    sheets = files_to_sheets([saved(scan(), "JPEG"), saved(scan((500, 600)), "JPEG")], name="表_p1.jpg")
    next(sheets)
    assert set(loaded) == {(400, 600)}


def test_the_real_photos_are_read(shared: Path) -> None:
    contents = [(shared / f"pages/a/017_photo_p{page}.jpg").read_bytes() for page in (1, 2, 3)]
    sheets = list(files_to_sheets(contents, name="017_photo_p1.jpg"))
    assert [(sheet.number, isinstance(sheet, Sheet)) for sheet in sheets] == [(1, True), (2, True), (3, True)]
