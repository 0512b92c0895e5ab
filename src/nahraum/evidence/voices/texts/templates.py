"""Templates of guides and protocols to fill in, as DOCX and ODT; the same guide gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from nahraum.base.language import language
from nahraum.evidence.voices.texts.guide import Guide, Line, lines_of, plain

CLOCK = (1980, 1, 1, 0, 0, 0)  # the only time a zip entry may carry here
GREY = "595959"  # contrast 7:1 on white
ODT = "application/vnd.oasis.opendocument.text"
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        **{each: each for each in ("office", "style", "text", "meta", "manifest")},
        "fo": "xsl-fo-compatible",
    }.items()
)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
SIZES = {1: 20, 2: 15, 3: 12}  # points


def docx_template(guide: Guide) -> bytes:
    """Return the template as DOCX: real headings, a list beneath each question, its language named."""
    from docx import Document
    from docx.shared import Pt, RGBColor

    document = Document()
    properties = document.core_properties
    properties.title, properties.language = plain(guide.title)[:255], language()
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = datetime(*CLOCK, tzinfo=UTC)
    _speak(document)
    for line in lines_of(guide):
        if line.kind == "heading":
            document.add_heading(line.text, level=line.level)
        elif line.kind == "item":
            document.add_paragraph(style="List Bullet")
        else:
            run = document.add_paragraph().add_run(line.text)
            if line.kind != "body":
                run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(GREY)
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as made:
        return _zipped((name, made.read(name)) for name in made.namelist())


def odt_template(guide: Guide) -> bytes:
    """Return the template as ODT, with the same headings, lists and language."""
    body = "".join(map(_as_odt, lines_of(guide)))
    content = (
        f'<office:document-content {SPACES} office:version="1.3"><office:body><office:text>{body}</office:text>'
        "</office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta {SPACES} {DC} office:version="1.3"><office:meta>'
        f"<dc:title>{escape(plain(guide.title))}</dc:title><dc:language>{_country()}</dc:language></office:meta></office:document-meta>"
    )
    entries = "".join(
        f"<manifest:file-entry manifest:full-path={quoteattr(path)} manifest:media-type={quoteattr(kind)}/>"
        for path, kind in [("/", ODT), *((f"{part}.xml", "text/xml") for part in ("content", "styles", "meta"))]
    )
    manifest = f'<manifest:manifest {SPACES} manifest:version="1.3">{entries}</manifest:manifest>'
    parts = {"content.xml": content, "styles.xml": _styles(), "meta.xml": meta, "META-INF/manifest.xml": manifest}
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return _zipped([("mimetype", ODT.encode()), *((name, (head + xml).encode()) for name, xml in parts.items())])


def _as_odt(line: Line) -> str:
    if line.kind == "heading":
        style = f"Heading_20_{line.level}"
        return f'<text:h text:style-name="{style}" text:outline-level="{line.level}">{escape(line.text)}</text:h>'
    if line.kind == "item":
        return '<text:list text:style-name="Bullets"><text:list-item><text:p/></text:list-item></text:list>'
    style = "Standard" if line.kind == "body" else "Small"
    return f'<text:p text:style-name="{style}">{escape(line.text)}</text:p>'


def _styles() -> str:
    tongue, country = _country().split("-")
    headings = "".join(
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" style:family="paragraph" '
        f'style:parent-style-name="Standard" style:next-style-name="Standard" style:default-outline-level="{level}">'
        '<style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/>'
        f'<style:text-properties fo:font-weight="bold" fo:font-size="{size}pt"/></style:style>'
        for level, size in SIZES.items()
    )
    return (
        f'<office:document-styles {SPACES} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph">'
        f'<style:text-properties fo:language="{tongue}" fo:country="{country}" fo:font-size="11pt"/>'
        '</style:default-style><style:style style:name="Standard" style:family="paragraph"/>'
        '<style:style style:name="Small" style:family="paragraph" style:parent-style-name="Standard">'
        f'<style:text-properties fo:font-size="9pt" fo:color="#{GREY}"/></style:style>{headings}'
        '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
        '<style:list-level-properties text:space-before="0.5cm" text:min-label-width="0.5cm"/>'
        "</text:list-level-style-bullet></text:list-style></office:styles></office:document-styles>"
    )


def _country() -> str:
    return "de-DE" if language() == "de" else "en-GB"


def _speak(document: Any) -> None:
    """Name the language of the text, so that screen readers and spelling know it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), _country())
    document.styles["Normal"].element.get_or_add_rPr().append(mark)


def _zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip archive without the time of day; ODF wants its type first and not compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, raw in parts:
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, CLOCK), raw, compress_type=kind)
    return stream.getvalue()
