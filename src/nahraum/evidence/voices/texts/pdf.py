"""PDF with text, page by page; hyphens at line ends stay, for nobody can tell which of them belong to the word."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from nahraum.base import BadInput, Issue, Severity
from nahraum.evidence.voices.texts.draft import Draft
from nahraum.evidence.voices.texts.terms import Text
from nahraum.evidence.voices.texts.told import damaged, protected, refused, told

MOST_PAGES = 2000
LARGEST_TEXT = 20 << 20  # characters; a page has 3,000
WITHOUT_TEXT = Issue(
    code="text-pages-without-text",
    severity=Severity.WARNING,
    message="Pages without text: {pages}. They may be pictures of text.",
    remedy="Have a program recognise the text in them (OCR), and import that file.",
)


def read_pdf(name: str, content: bytes) -> Text:
    """Read the text of every page; a segment is a page. Raises BadInput for a scan, a password, a damaged file."""
    draft, empty = Draft(name=name), []
    for number, words in enumerate(_pages(name, content), 1):
        if words.strip():
            draft.add(words.strip("\r\n"), page=number)
        else:
            empty.append(number)
    if not draft.segments:
        raise refused(
            "text-scanned",
            message="The PDF holds pictures of pages, not their text.",
            remedy="Have a program recognise the text (OCR), or import the document that the PDF was made from.",
            file=name,
        )
    if empty:
        draft.issues.append(told(WITHOUT_TEXT, name, pages=", ".join(map(str, empty))))
    return draft.finish()


def _pages(name: str, content: bytes) -> Iterator[str]:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    # pypdf logs pieces of damaged files; words of people have no place in a log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    done = 0
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise protected(name)
        if len(reader.pages) > MOST_PAGES:
            raise _too_long(name)
        for page in reader.pages:
            words = page.extract_text()
            done += len(words)
            if done > LARGEST_TEXT:
                raise _too_long(name)
            yield words
    except BadInput:
        raise
    except DependencyError as error:  # an encryption that needs a further library
        raise protected(name) from error
    except Exception as error:  # whatever a damaged PDF makes the library stumble over
        raise damaged(name) from error


def _too_long(name: str) -> BadInput:
    return refused(
        "text-too-long",
        message="The PDF has more than {pages} pages or an absurd amount of text.",
        remedy="Divide it, and import the parts that are to be coded.",
        file=name,
        pages=MOST_PAGES,
    )
