"""Labels of simulated carriers are files that open, and their bars say the parcel's number."""

from __future__ import annotations

import re
import struct
import zlib

from local.channels.labels import _BAR_HEIGHT, _BAR_TOP, _CHARACTERS, HEIGHT, WIDTH, pdf_label, png_label

LINES = ("SIMULATED", "Order #1", "Kaffeehaus Jägerstraße")
NUMBER = "3SYZXG000000001"


def pixels(picture: bytes) -> list[bytes]:
    """The rows of a picture, having checked every chunk."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (WIDTH, HEIGHT)
    raw = zlib.decompress(chunks[b"IDAT"])
    return [raw[row * (WIDTH + 1) + 1 : (row + 1) * (WIDTH + 1)] for row in range(HEIGHT)]


def read_bars(row: bytes) -> str:
    """Read Code 39: runs of black and white, nine a character, a narrow gap between two."""
    runs = [len(run.group()) for run in re.finditer(rb"\x00+|\xff+", row.strip(b"\xff"))]
    by_code = {bars: character for character, (_, bars) in _CHARACTERS.items()} | {"010010100": "*"}
    codes = ["".join("1" if run > 2 else "0" for run in runs[at : at + 9]) for at in range(0, len(runs), 10)]
    return "".join(by_code[code] for code in codes)


def test_the_bars_of_a_picture_say_the_number() -> None:
    rows = pixels(png_label(LINES, NUMBER))
    assert {read_bars(row) for row in rows[_BAR_TOP : _BAR_TOP + _BAR_HEIGHT]} == {f"*{NUMBER}*"}


def test_the_longest_number_of_a_carrier_fits_and_keeps_its_margin() -> None:
    longest = "9400100000000000000001"
    rows = pixels(png_label(LINES, longest))
    assert read_bars(rows[_BAR_TOP]) == f"*{longest}*"
    assert all(row.startswith(b"\xff" * 30) and row.endswith(b"\xff" * 15) for row in rows)


def test_every_object_of_a_pdf_is_where_its_table_says() -> None:
    document = pdf_label(LINES, NUMBER)
    start = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n\Z", document)[0])
    assert document[start:].startswith(b"xref\n0 5\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n ", document)]
    assert [document[place : place + 7] for place in places] == [b"%d 0 obj" % n for n in range(1, 5)]
    [(length, content)] = re.findall(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", document, re.DOTALL)
    assert len(content) == int(length)


def test_a_pdf_draws_what_a_picture_shows() -> None:
    drawn = re.findall(rb"^(\d+) (\d+) (\d+) (\d+) re$", pdf_label(LINES, NUMBER), re.MULTILINE)
    rows = [bytearray(b"\xff" * WIDTH) for _ in range(HEIGHT)]
    for left, bottom, width, height in (map(int, box) for box in drawn):
        for row in rows[HEIGHT - bottom - height : HEIGHT - bottom]:
            row[left : left + width] = bytes(width)
    assert [bytes(row) for row in rows] == pixels(png_label(LINES, NUMBER))


def test_what_cannot_be_written_is_left_blank() -> None:
    assert png_label(("JÄGER",), NUMBER) == png_label(("J GER",), NUMBER)


def test_no_two_characters_look_alike() -> None:
    for column in (0, 1):
        shapes = [look[column] for look in _CHARACTERS.values()]
        assert len(set(shapes)) == len(shapes)
    assert all(bars.count("1") == 3 for _, bars in _CHARACTERS.values())
