"""A filled template comes back: whose it is, and what was answered to which question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nahraum.base import BadInput, Issue, Severity
from nahraum.evidence.voices.texts.draft import Draft, Paragraph, storable
from nahraum.evidence.voices.texts.guide import CODE, QUESTION, hints
from nahraum.evidence.voices.texts.read import DOCUMENTS, document_of, kind_of, refuse_size
from nahraum.evidence.voices.texts.terms import Text
from nahraum.evidence.voices.texts.told import refused, told

TWICE = Issue(
    code="template-question-twice",
    severity=Severity.WARNING,
    message="Question {number} stands more than once in the template; every answer is kept.",
    remedy="Check whether a heading was copied by mistake.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filled:
    """A filled template of version ``version`` of a collection's guide.

    ``text``: all that people wrote, with the headings; its segments say under which question a stretch stands (number
    and words), the question itself included. ``unanswered``: numbers of questions with nothing beneath.
    """

    collection: str
    version: int
    text: Text
    unanswered: tuple[int, ...]


def filled(name: str, content: bytes) -> Filled:
    """Read a filled template, whatever was added to it: paragraphs, lists, tables, emphasis, headings of its own.

    Hints are left out. A heading ``Question n`` begins an answer, which ends at the next such heading or at one of a
    level above; where no such heading is left (all are plain paragraphs), the words alone decide. Raises BadInput for
    what is no DOCX, ODT or RTF, has no code line or two different ones, or no question.
    """
    name = storable(name)
    refuse_size(name, content)
    kind = kind_of(name, content)
    if kind not in DOCUMENTS:
        raise _no_template(name)
    paragraphs, issues = document_of(name, content, kind)
    collection, version = _code(name, paragraphs)
    written = list(_written(paragraphs))
    questions = _questions(written)
    if not questions:
        raise refused(
            "template-without-questions",
            message="The template has lost its questions: there is no heading “Question 1” or “Frage 1”.",
            remedy="Fill in a fresh template, or put the headings back as they were.",
            file=name,
        )
    twice = [number for number, count in Counter(questions.values()).items() if count > 1]
    draft = Draft(name=name, issues=[*issues, *(told(TWICE, name, number=number) for number in twice)])
    answered = _gather(draft, written, questions)
    return Filled(
        collection=collection,
        version=version,
        text=draft.finish(),
        unanswered=tuple(sorted(set(questions.values()) - answered)),
    )


def _gather(draft: Draft, written: Sequence[Paragraph], questions: dict[int, int]) -> set[int]:
    """Add every paragraph with the question above it; return the numbers of those that were answered."""
    number, level, heading, answered = 0, 0, "", set()
    for at, paragraph in enumerate(written):
        if at in questions:
            number, level, heading = questions[at], paragraph.level, _words(paragraph.text)
        elif 0 < paragraph.level < level:
            number, level, heading = 0, 0, paragraph.text
        elif number:
            answered.add(number)
        draft.add(paragraph.text, begins=at in questions, question=number, heading=heading)
    return answered


def _code(name: str, paragraphs: Sequence[Paragraph]) -> tuple[str, int]:
    found = {match.groups() for paragraph in paragraphs for match in CODE.finditer(paragraph.text)}
    if not found:
        raise _no_template(name)
    if len(found) > 1:
        raise refused(
            "template-of-several",
            message="The file holds the code lines of several templates: {codes}.",
            remedy="Import each filled template as a file of its own.",
            file=name,
            codes=", ".join(sorted("/".join(each) for each in found)),
        )
    collection, version = found.pop()
    return collection, int(version)


def _written(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Yield what people wrote: without hints, the code line and what stayed blank."""
    ours = hints()
    for paragraph in paragraphs:
        text = CODE.sub("", paragraph.text)
        for hint in ours:
            text = text.replace(hint, "")
        if text.strip():
            yield paragraph if text == paragraph.text else Paragraph(text=text.strip(), level=paragraph.level)


def _questions(written: Sequence[Paragraph]) -> dict[int, int]:
    """Return where questions stand and their numbers: in headings, or anywhere where no heading is left."""
    found = {at: int(match[1]) for at, each in enumerate(written) if (match := QUESTION.match(each.text))}
    headings = {at: number for at, number in found.items() if written[at].level}
    return headings or found


def _words(text: str) -> str:
    match = QUESTION.match(text)
    return match[2] if match else text


def _no_template(name: str) -> BadInput:
    return refused(
        "template-unknown",
        message="The file is no template of Nahraum: it has no line “Nahraum-Vorlage: …”.",
        remedy="Fill in the template of the collection (DOCX or ODT), or import the file as a plain text.",
        file=name,
    )
