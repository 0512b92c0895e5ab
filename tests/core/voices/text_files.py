"""Small files of every format, built by hand: what stands in them is known without our readers."""

import io
import zipfile

import pytest

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import Guide, Questions, read

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{}"/>'
    "</Relationships>"
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
ODT = "application/vnd.oasis.opendocument.text"
ODF = " ".join(
    f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for each, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
    }.items()
)


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return stream.getvalue()


def docx(body, head="", **parts):
    """``parts``: further files beneath word/, as ``styles='<w:styles>...'``."""
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELS.format("word/document.xml"),
            "word/document.xml": f"{head}<w:document {W}><w:body>{body}</w:body></w:document>",
            **{f"word/{name}.xml": xml for name, xml in parts.items()},
        }
    )


def p(text, properties=""):
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def odt(body, head="", **parts):
    content = f"{head}<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body>"
    more = {f"{name}.xml": xml for name, xml in parts.items()}
    return zipped({"mimetype": ODT, "content.xml": f"{content}</office:document-content>", **more})


def pdf(*pages, extra=""):
    """A PDF whose pages show lines (ASCII without brackets) in Helvetica; ``extra``: keys of the trailer."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 700 Td {shown}ET" if lines else "0 0 m"
        objects += [
            f"<< /Type /Page /Parent 2 0 R {SHEET} /Contents {5 + 2 * n} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    out, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {len(objects) + 1} /Root 1 0 R {extra}>>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("latin-1")


SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\nMod: Guten Tag\r\nalle\r\n\r\n2\r\n00:01:00,000 --> 01:00:00,050\r\nJa.\r\n"
)
VTT = "WEBVTT\n\nNOTE so\n\na\n00:01.000 --> 00:02.500 align:left\n<v.loud Frau A>Hier &amp; <i>da</i></v> <v B>nein\n"
RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard\outlinelevel0 Kopf\par\pard Gr\'fc\uc1\u223?e\par}"
CSV = 'Nr;Alter;Was fehlt?\n1;jung;Ein Platz\n2;alt;\n3;jung;"Bänke\nund Licht"\n'
FILES = {
    "txt": "Ä\r\n# Kopf\nb".encode("utf-8-sig"),
    "docx": docx(p("Kopf", '<w:outlineLvl w:val="0"/>') + p("Grüße")),
    "odt": odt('<text:h text:outline-level="1">Kopf</text:h><text:p>Grüße</text:p>'),
    "pdf": pdf(["Seite eins", "zwei-"], ["drei"]),
    "rtf": RTF,
    "srt": SRT.encode(),
    "vtt": VTT.encode(),
}

GUIDE = Guide(
    collection="0b2f-77",
    version=3,
    title="Werkstatt <Mitte> & Umland",
    space="Mitte",
    date="01.02.2026",
    kind="World Café",
    blocks=(
        Questions(title="Bedarfe", questions=("Was fehlt?", "Wem fehlt es?")),
        Questions(title="Stärken", questions=("Was hilft?",)),
    ),
)


def one(content, name="Datei"):
    (text,) = read(name, content)
    return text


def counts(text):
    return {issue.code: issue.params.get("count") for issue in text.issues}


def refusal(content, **how):
    with pytest.raises(BadInput) as caught:
        read("Datei", content, **how)
    (issue,) = caught.value.issues
    assert issue.sentence
    assert issue.advice
    assert issue.file == "Datei"
    return issue
