"""Labels as a simulated carrier prints them: a small page with the parcel's number in bars, as PDF or as PNG.

The bars are Code 39 (ISO/IEC 16388), so a scanner reads the number; the letters are three dots wide and five
high. One page is drawn once, as black rectangles, and written down in either format.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 400  # dots of the page: room for the bars of 24 characters
_MARGIN, _DOT = 30, 6
_LINE = 44  # dots from one line of text to the next
_BAR_TOP, _BAR_HEIGHT = 210, 110
_NARROW, _WIDE = 2, 5  # dots of a bar or gap

# fmt: off
# A character's five rows of three dots as octal digits, and its nine bars and gaps in Code 39, 1 is wide.
_CHARACTERS: dict[str, tuple[str, str]] = {
    "0": ("75557", "000110100"), "1": ("26227", "100100001"), "2": ("71747", "001100001"),
    "3": ("71717", "101100000"), "4": ("55711", "000110001"), "5": ("74717", "100110000"),
    "6": ("74757", "001110000"), "7": ("71111", "000100101"), "8": ("75757", "100100100"),
    "9": ("75717", "001100100"), "A": ("75755", "100001001"), "B": ("65656", "001001001"),
    "C": ("34443", "101001000"), "D": ("65556", "000011001"), "E": ("74647", "100011000"),
    "F": ("74644", "001011000"), "G": ("34553", "000001101"), "H": ("55755", "100001100"),
    "I": ("72227", "001001100"), "J": ("11152", "000011100"), "K": ("55655", "100000011"),
    "L": ("44447", "001000011"), "M": ("57755", "101000010"), "N": ("65555", "000010011"),
    "O": ("25552", "100010010"), "P": ("65644", "001010010"), "Q": ("25563", "000000111"),
    "R": ("65655", "100000110"), "S": ("34216", "001000110"), "T": ("72222", "000010110"),
    "U": ("55557", "110000001"), "V": ("55552", "011000001"), "W": ("55775", "111000000"),
    "X": ("55255", "010010001"), "Y": ("55222", "110010000"), "Z": ("71247", "011010000"),
    "-": ("00700", "010000101"), ".": ("00002", "110000100"), " ": ("00000", "011000100"),
}
# fmt: on
_EDGE = "010010100"  # Code 39 begins and ends with it


@dataclass(frozen=True, slots=True)
class _Box:
    left: int
    top: int
    width: int
    height: int


def pdf_label(lines: Sequence[str], number: str) -> bytes:
    """Return a page of one label: ``lines`` of text above the bars of ``number``."""
    boxes = _drawn(lines, number)
    drawing = "".join(
        f"{box.left} {HEIGHT - box.top - box.height} {box.width} {box.height} re\n" for box in boxes
    )
    content = f"{drawing}f".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R >>".encode("ascii"),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    )
    document, places = b"%PDF-1.4\n", []
    for index, body in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%b\nendobj\n" % (index, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    ending = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(document)}\n%%EOF\n"
    return document + f"xref\n0 {count}\n0000000000 65535 f \n{table}{ending}".encode("ascii")


def png_label(lines: Sequence[str], number: str) -> bytes:
    """Return a picture of one label: ``lines`` of text above the bars of ``number``."""
    rows = [bytearray(b"\xff" * WIDTH) for _ in range(HEIGHT)]
    for box in _drawn(lines, number):
        for row in rows[box.top : box.top + box.height]:
            row[box.left : box.left + box.width] = bytes(box.width)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)  # eight bits of grey
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _drawn(lines: Sequence[str], number: str) -> list[_Box]:
    """Return the page; of text that is too long, what would stand in its right margin is left out."""
    boxes = [box for at, line in enumerate(lines) for box in _written(line, _MARGIN + at * _LINE)]
    boxes += _bars(number)
    boxes += _written(number, _BAR_TOP + _BAR_HEIGHT + 8)
    return [box for box in boxes if box.left + box.width <= WIDTH - _MARGIN // 2]


def _written(text: str, top: int) -> Iterator[_Box]:
    for at, character in enumerate(_plain(text)):
        rows = _CHARACTERS[character][0]
        for down, row in enumerate(rows):
            for across in range(3):
                if int(row, 8) & (4 >> across):
                    yield _Box(_MARGIN + (4 * at + across) * _DOT, top + down * _DOT, _DOT, _DOT)


def _bars(number: str) -> Iterator[_Box]:
    left = _MARGIN
    for code in (_EDGE, *(_CHARACTERS[character][1] for character in _plain(number)), _EDGE):
        for index, is_wide in enumerate(code):
            width = _WIDE if is_wide == "1" else _NARROW
            if index % 2 == 0:
                yield _Box(left, _BAR_TOP, width, _BAR_HEIGHT)
            left += width
        left += _NARROW


def _plain(text: str) -> str:
    return "".join(character if character in _CHARACTERS else " " for character in text.upper())
