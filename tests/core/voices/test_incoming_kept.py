"""What was read of a project is the same after it was kept: every word, every place, every issue."""

from dataclasses import fields, is_dataclass

import numpy as np

from nahraum.evidence.voices.incoming.keeping import from_bytes, to_bytes
from nahraum.evidence.voices.incoming.read import read
from tests.core.voices import refi_files as refi
from tests.core.voices.test_beside import heard, moment, pictured, region
from tests.core.voices.test_cards import photo


def plain(thing):
    """Return a thing in lists and dictionaries, so that it can be compared piece by piece."""
    if is_dataclass(thing):
        return {each.name: plain(getattr(thing, each.name)) for each in fields(thing)}
    if isinstance(thing, np.ndarray):
        return thing.tolist()
    if isinstance(thing, tuple | list):
        return [plain(each) for each in thing]
    if isinstance(thing, dict):
        return {key: plain(each) for key, each in thing.items()}
    return thing


def test_it_comes_back_as_it_was(tmp_path):
    said = "Frau \u2028Ünal 🌳 sagt: Bus.\n"
    note = refi.guid(7, 7)
    sources = refi.text_source(
        [refi.selection(5, 9, 1, name="x"), refi.selection(3, 900, 2)],
        inside=f'<NoteRef targetGUID="{note}"/>',
    )
    sources += pictured([region(3, (0, 0, 200, 150), words="Bänke")])
    sources += heard("Der Platz.\nDer Bus.\n", [(1000, 0), (2000, 11)], moment(7, 2100, 2200))
    case = f'<Cases><Case guid="{refi.guid(6, 7)}" name="Tag"><SourceRef targetGUID="{refi.TEXT}"/></Case></Cases>'
    notes = f'<Notes><Note guid="{note}" name="n"><PlainTextContent>Ach</PlainTextContent></Note></Notes>'
    sets = f'<Sets><Set guid="{refi.guid(8, 7)}" name="S"><MemberSource targetGUID="{refi.TEXT}"/></Set></Sets>'
    xml = refi.project(sources, before=case, after=notes + sets, origin="NVivo")
    files = {"sources/a.txt": said, "sources/k.jpg": photo(), "sources/k.wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(99)}
    before = read(refi.qdpx(tmp_path / "a.qdpx", xml, files).read_bytes(), "a.qdpx", dict)
    assert before.media
    assert before.remarks
    assert before.issues
    assert any(each.segments for each in before.texts)
    after = from_bytes(to_bytes(before))
    assert plain(after) == plain(before)
    assert [each.said for each in after.issues] == [each.said for each in before.issues]
    for column in ("row", "start", "is_quotation"):
        assert getattr(after.marks, column).dtype == np.int64
