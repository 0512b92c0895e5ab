"""Photographs lose what cameras write beside them; cards become lines that know where they lie."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nahraum.base import BadInput
from nahraum.evidence.voices import freezing
from nahraum.evidence.voices.pseudonyms import Key
from nahraum.evidence.voices.texts import Card, area_of, cards, cards_text, cleaned, is_picture
from nahraum.evidence.voices.texts.recordings import sound_of

ORIENTATION, MAKER = 0x0112, 0x010F


def photo(size=(400, 300), kind="JPEG", **more):
    picture = Image.new("RGB", size, (20, 90, 160))
    picture.paste((250, 240, 120), (0, 0, size[0] // 2, size[1] // 2))  # a card, left above
    found = io.BytesIO()
    picture.save(found, kind, **more)
    return found.getvalue()


def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Kamera von Grete", 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (51.0, 2.0, 3.0)  # where it was taken
    before = photo(exif=exif, comment=b"Grete war hier")
    after = cleaned("foto.jpg", before)
    assert b"Grete" in before
    assert b"Grete" not in after
    with Image.open(io.BytesIO(after)) as found:
        assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (300, 400), {})
        red, _green, blue = found.getpixel((250, 50))  # the card is right above now
        assert red > 200 > blue
    assert cleaned("foto.jpg", before) == after
    assert cleaned("foto.jpg", after) == after  # once cleaned it stays as it is, whatever ways it goes


@pytest.mark.parametrize(
    "more", [{"comment": b"Grete"}, {"exif": b"Exif\0\0Grete"}, {"icc_profile": b"Grete"}, {"progressive": True}]
)
def test_a_picture_with_anything_else_in_it_is_written_anew(more):
    before = photo(**more)
    after = cleaned("foto.jpg", before)
    assert after != before
    assert b"Grete" not in after


def test_what_is_hidden_behind_a_picture_is_gone():
    bare = cleaned("foto.jpg", photo())
    assert cleaned("foto.jpg", bare + b"Grete was here\xff\xd9") == cleaned("foto.jpg", bare + b"\xff\xd9")
    assert b"Grete" not in cleaned("foto.jpg", bare + b"Grete was here\xff\xd9")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_large_pictures_become_as_large_as_one_needs(kind):
    before = photo((3600, 1200), kind)
    assert is_picture(before)
    with Image.open(io.BytesIO(cleaned("f", before))) as found:
        assert found.size == (3000, 1000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (photo()[:200], "picture-damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture-damaged"),
        (photo(kind="GIF"), "picture-damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-damaged"),
        (b"", "picture-damaged"),
    ],
)
def test_what_is_no_photograph_is_refused(content, code):
    with pytest.raises(BadInput) as told:
        cleaned("f.jpg", content)
    assert [each.code for each in told.value.issues] == [code]


def test_a_picture_that_unpacks_without_end_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(cards, "MOST_WHOLE", 1000)
    assert cleaned("f.jpg", photo())
    for before in (photo(kind="PNG"), photo(kind="WEBP"), photo(progressive=True)):
        with pytest.raises(BadInput) as told:
            cleaned("f", before)
        assert told.value.issues[0].code == "picture-too-large"
    monkeypatch.setattr(cards, "MOST_PIXELS", 1000)
    with pytest.raises(BadInput) as told:
        cleaned("f.jpg", photo())
    assert told.value.issues[0].code == "picture-too-large"


def test_a_large_photograph_is_never_opened_at_its_full_size(monkeypatch):
    before, sizes = photo((12_400, 200)), []
    transposed = cards.ImageOps.exif_transpose
    monkeypatch.setattr(cards.ImageOps, "exif_transpose", lambda each: sizes.append(each.size) or transposed(each))
    load = Image.Image.load
    monkeypatch.setattr(Image.Image, "load", lambda each: sizes.append(each.size) or load(each))
    cleaned("f.jpg", before)
    assert max(sizes) == (3100, 50)
    assert sizes[-1] == (3000, 48)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("entry", [(0x011A, 2, 1, b"a\0\0\0"), (0x0100, 2, 3, b"abc\0")])  # words where numbers belong
def test_what_a_broken_camera_wrote_is_refused_in_words(kind, entry):
    tag, of, count, value = entry
    upright = b"\x01\x12\0\3\0\0\0\1\0\6\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\2" + upright + struct.pack(">HHI", tag, of, count) + value + bytes(4)
    with pytest.raises(BadInput) as told:
        cleaned("f.jpg", photo(kind=kind, exif=exif))
    assert told.value.issues[0].code == "picture-damaged"


def test_each_card_is_a_line_and_keeps_its_place_when_names_are_replaced():
    typed = [
        Card(words="Frau Güneş-Wagenknecht:\n mehr  Bänke", area=(10, 20, 300, 200)),
        Card(words="Bus"),
        Card(words="Bus", area=(500, 20, 300, 200)),
    ]
    draft = cards_text("Karten", typed)
    assert draft.text == "Frau Güneş-Wagenknecht: mehr Bänke\nBus\nBus"
    done, _key = freezing.frozen(draft, freezing.suggestions([draft])[0], Key())
    assert "Güneş" not in done.text
    lines = done.text.split("\n")
    found = {each.area: done.text[each.start : each.end] for each in done.segments}
    assert found == {(10, 20, 300, 200): lines[0], (500, 20, 300, 200): "Bus"}
    assert done.segments[1].start == len(done.text) - 3  # the last line, not the equal one before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_size_of_a_picture_is_that_in_which_it_stands_upright(kind):
    lying = Image.Exif()
    lying[ORIENTATION] = 6
    for more, size in (({}, (400, 300)), ({"exif": lying}, (300, 400))):
        content = photo(kind=kind, **more)
        assert cards.size_of(content) == size
        with Image.open(io.BytesIO(cleaned("f", content))) as found:
            assert found.size == size
    assert cards.size_of(b"\x89PNG") is None


def test_nothing_typed_is_no_text():
    with pytest.raises(BadInput):
        cards_text("Karten", [Card(words=" \n ")])


@given(*[st.integers(-2000, 3000)] * 4)
def test_an_area_lies_in_the_picture_or_is_none(left, top, width, height):
    area = area_of(left, top, width, height)
    inside = max(left, 0) < min(left + width, 1000) and max(top, 0) < min(top + height, 1000)
    assert (area is not None) == inside
    if area:
        x, y, w, h = area
        assert x >= 0
        assert y >= 0
        assert 0 < w <= 1000 - x
        assert 0 < h <= 1000 - y


def test_a_recording_is_known_by_its_content():
    assert sound_of(b"RIFF\0\0\0\0WAVEfmt ") == "audio/wav"
    assert sound_of(b"\0\0\0\x20ftypM4A ") == "audio/mp4"
    assert sound_of(b"ID3\4") == "audio/mpeg"
    assert not sound_of(photo()[:16])
    assert not sound_of(b"<html>")
    assert not sound_of(b"")
