"""Wrong and unusual files at the door: what cannot be read is refused by name, what can is read rightly."""

import gzip
import io
import zipfile

import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.test_import import batches, desk, planner, stored
from tests.site.wizard import form_of, words

__all__ = ["desk", "enter", "forgetful", "hire", "planner"]

TABLE = "Gebiet;Jahr;Straße\n01;2023;5\n02;2023;6\n03;2023;7\n04;2023;8\n"


def workbook(rows):
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb():
    """Return a small workbook whose sheet unpacks to 3 GB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b" " * 10_000_000)
    return stream.getvalue()


# an OLE container named as a workbook of today: what Excel writes when a password is set
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("programm.csv", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 40),
        ("leer.csv", b""),
        ("nur_leerzeilen.csv", b"\n\n \n"),
        ("gesperrt.xlsx", LOCKED),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 300),
        ("bericht.pdf", b"%PDF-1.7\n" + b"x" * 300),
        ("kaputt.csv.gz", gzip.compress(TABLE.encode(), mtime=0)[:-12]),
        ("seite.csv", b"<!DOCTYPE html><html><body><table></table></body></html>"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(desk, name, content):
    from nahraum_site.records.models import File
    from nahraum_site.sources.models import Upload

    before = set(kept_files())
    desk.upload((name, content))
    assert desk.answer.status_code in (200, 422)
    if desk.place.count("/") > 2:  # it could be opened: then the check has to say it
        desk.describe(id="t")
        assert "Diese Tabelle speichern" not in words(desk.answer)
        assert not batches()
        return
    assert name in words(desk.answer)
    assert not Upload.objects.exists()
    assert not File.objects.filter(name=name).exists()
    assert set(kept_files()) == before


def kept_files():
    from django.conf import settings

    return list(settings.KEPT.iterdir())


@pytest.mark.once
def test_a_workbook_that_unpacks_without_end_is_refused(desk):
    desk.upload(("bombe.xlsx", bomb()))
    assert desk.place == "/einlesen/"
    assert "bombe.xlsx" in words(desk.answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_usual_way_of_writing_is_understood(desk, encoding, delimiter):
    table = TABLE.replace(";", delimiter).encode(encoding)
    desk.upload(("t.csv", table))
    assert form_of(desk.answer)["column"] == ["Straße"]
    desk.describe(variable=["streets"])
    desk.confirm(seen="on")
    assert stored(batches()[0])["04", "2023", "streets"][:3] == (0, 8.0, "8")


def test_a_header_with_line_breaks_is_a_column_like_any_other(desk):
    rows = [["Ge-\nbiet", "Ein-\nwohner", "Jahr"], *([f"0{n}", n * 10, 2023] for n in range(1, 5))]
    desk.upload(("umbruch.xlsx", workbook(rows)))
    desk.describe(variable=["inhabitants"])
    desk.confirm(seen="on")
    batch = batches()[0]
    assert batch.part["area"] == "Ge-\nbiet"
    assert batch.part["variables"] == {"inhabitants": "Ein-\nwohner"}
    assert stored(batch)["03", "2023", "inhabitants"][1] == 30.0


def test_keys_whose_zeros_a_spreadsheet_ate_find_their_areas(desk):
    rows = [["Gebiet", "Einwohner", "Jahr"], *([n, n * 10, 2023] for n in range(1, 5))]
    desk.upload(("nullen.xlsx", workbook(rows)))
    assert form_of(desk.answer)["area"] == ["Gebiet"]
    desk.describe(variable=["inhabitants"], area_width="2")
    desk.confirm(seen="on")
    assert stored(batches()[0])["03", "2023", "inhabitants"][1] == 30.0


def test_six_hundred_columns_are_described_on_one_page(desk):
    names = [f"Merkmal {n}" for n in range(600)]
    rows = [";".join(["Gebiet", "Jahr", *names])]
    rows += [";".join([f"0{area}", "2023", *(str(area * 1000 + n) for n in range(600))]) for area in range(1, 5)]
    desk.upload(("breit.csv", "\n".join(rows)))
    assert len(form_of(desk.answer)["column"]) == 600
    desk.describe()
    desk.confirm(seen="on")
    assert batches()[0].values_count == 2400
    assert stored(batches()[0])["04", "2023", "merkmal_599"][1] == 4599.0


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "-2+3", "=cmd|' /C calc'!A0"])
def test_a_formula_in_a_text_file_is_no_number_and_stays_text_on_its_way_back(desk, formula):
    import openpyxl

    desk.upload(("formel.csv", TABLE.replace("2023;5", f"2023;{formula}")))
    desk.describe(variable=["streets"])
    assert "Diese Tabelle speichern" not in words(desk.answer)
    answer = desk.client.get(desk.place.replace("pruefen/", "geprueft.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert sheet["C2"].value == formula
    assert sheet["C2"].data_type == "s"


def test_markup_in_a_table_is_shown_as_text(desk):
    desk.upload(("<b>fett</b>.csv", TABLE.replace("Straße", "<script>alert(1)</script>")))
    desk.describe(variable=["streets"])
    text = desk.answer.content.decode()
    assert "<script>alert" not in text
    assert "<b>fett" not in text
    assert "&lt;script&gt;alert" in text


def test_a_file_name_never_leads_out_of_its_folder(desk):
    from nahraum_site.records.models import File

    desk.upload(("../../../etc/passwd.csv", TABLE))
    file = File.objects.get(name="passwd.csv")
    from django.conf import settings

    assert file.path.parent == settings.KEPT
    desk.describe(variable=["streets"])
    desk.confirm(seen="on")
    assert batches()[0].part["file"] == "passwd.csv"


@pytest.mark.once
@pytest.mark.parametrize("name", ["far.xlsx", "deep.geojson", "laughing.xlsx", "computing.gpkg"])
@pytest.mark.parametrize("door", ["/einlesen/", "/gebietsstaende/neu/", "/gebietsstaende/ebenen/neu/"])
def test_a_harmful_file_is_broken_off_at_every_door_and_not_kept(desk, tmp_path, monkeypatch, name, door):
    """Each is read in a process that may be ended; the site itself goes on."""
    from django.conf import settings

    from nahraum.sources import apart
    from nahraum_site.records.models import File
    from nahraum_site.sources.models import Upload
    from tests.core.sources.test_apart import HARMFUL

    monkeypatch.setattr(apart, "SECONDS", 15.0)
    monkeypatch.setattr(apart, "MEMORY", 3 << 29)
    before = File.objects.count(), len(list(settings.KEPT.iterdir()))
    stream = io.BytesIO(HARMFUL[name](tmp_path / name).read_bytes())
    stream.name = name
    field = "files" if door == "/einlesen/" else "file"
    answer = desk.client.post(door, {field: stream})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert answer.url == "/einlesen/"  # back to the list, with the sentence
    assert (File.objects.count(), len(list(settings.KEPT.iterdir()))) == before
    assert not Upload.objects.exists()
    assert desk.client.get("/einlesen/").status_code == 200


def test_what_can_only_be_seen_to_harm_when_it_is_read_whole_is_an_issue_and_no_page_reads_it(desk, monkeypatch):
    """The first rows are harmless: recognised, described, then broken off; the page says so and shows no table."""
    from nahraum.sources import apart
    from nahraum_site.sources.models import Upload

    desk.upload(("t.xlsx", workbook([["Gebiet", "n"], *([f"{n:02}", n] for n in range(1, 5))])))
    monkeypatch.setattr(apart, "SECONDS", 0.05)
    monkeypatch.setattr("nahraum_site.indicators.views.intake.grid", lambda *_a, **_k: pytest.fail("was read here"))
    monkeypatch.setattr(
        "nahraum_site.indicators.views.intake.annotated_workbook", lambda *_a, **_k: pytest.fail("was read here")
    )
    described = form_of(desk.answer) | {"area": "Gebiet", "period": "2023", "column": ["n"], "variable": ["n"]}
    upload = Upload.objects.get()
    desk.client.post(desk.place, described)
    assert desk.client.get(f"/einlesen/{upload.uuid}/geprueft.xlsx").status_code == 302  # not checked yet
    page = words(desk.client.get(f"/einlesen/{upload.uuid}/pruefen/"))
    assert "Das Lesen von „t.xlsx“ wurde abgebrochen" in page
    assert desk.client.get(f"/einlesen/{upload.uuid}/geprueft.xlsx").status_code == 302
    assert (
        "lässt sich noch nicht speichern"
        in words(
            desk.client.post(
                f"/einlesen/{upload.uuid}/speichern/", {"version": Upload.objects.get().version, "seen": "on"}
            )
        )
        or not batches()
    )
