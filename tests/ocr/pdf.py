"""Small PDFs written by hand for the tests."""

from __future__ import annotations

from collections.abc import Sequence

SCALE = 200 / 72
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
# PDFium keeps a range within one leading byte, and a CMap has at most 100 ranges in a block.
RANGES = [f"<{lead:02x}00> <{lead:02x}ff> <{lead:02x}00>" for lead in range(256)]
BLOCKS = [RANGES[start : start + 100] for start in range(0, 256, 100)]
CMAP = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def "
    "1 begincodespacerange <0000> <FFFF> endcodespacerange "
    + " ".join(f"{len(block)} beginbfrange {' '.join(block)} endbfrange" for block in BLOCKS)
    + " endcmap end end"
)


def stream(content: bytes, head: str = "") -> bytes:
    return f"<< /Length {len(content)} {head} >>\nstream\n".encode() + content + b"\nendstream"


def page_pdf(
    *contents: str,
    box: tuple[int, ...] = (0, 0, 595, 842),
    extra: str = "",
    objects: Sequence[bytes] = (),
    use: str = "",
) -> bytes:
    """Pages of these content streams. /F is a font whose codes are UTF-16; ``objects`` are numbered from 6."""
    first = 6 + len(objects)
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(contents)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -120 1000 880] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >> >>",
        stream(CMAP.encode()),
        *objects,
    ]
    for index, content in enumerate(contents):
        media = " ".join(map(str, box))
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{media}] {extra} /Contents {first + 2 * index + 1} 0 R "
            f"/Resources << /Font << /F 3 0 R /H {HELVETICA} >> {use} >> >>".encode()
        )
        parts.append(stream(content.encode()))
    out, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    tail = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(parts) + 1} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF".encode()


def text(words: str, x: float, y: float, *, size: float = 10, matrix: str = "1 0 0 1", mode: int = 0) -> str:
    return f"BT {mode} Tr /F {size} Tf {matrix} {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"
