"""A report of an office's own: its chapters, standard chapters in between, recommendations, version, co-signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nahraum.base import Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.blocks import Block, Front, Heading
from nahraum.reports.recommendations import Carried, recommendation_blocks
from nahraum.reports.resolve import Chapter, ChapterText, Used, resolve
from nahraum.reports.write import printed, write_whole

FORMATS = (".pdf", ".docx", ".json")


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A report filled with an edition's numbers; the recommendations come last where no chapter prints them."""

    chapters: tuple[Chapter, ...]
    ending: tuple[Block, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return the whole report in reading order."""
        return (*(block for chapter in self.chapters for block in chapter.blocks), *self.ending)

    @property
    def used(self) -> tuple[Used, ...]:
        """Return what every placeholder stands for."""
        return tuple(used for chapter in self.chapters for used in chapter.used)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return what could not be filled, and notices."""
        return tuple(issue for chapter in self.chapters for issue in chapter.issues)


def compose(
    edition: Edition, chapters: Sequence[ChapterText | Chapter], recommendations: Carried | None = None
) -> Composed:
    """Fill all chapters with the numbers of a protected edition; those that are filled already (results of a study,
    `reports.voices`) stay as they are. Recommendations that no chapter prints come last, so
    that none is dropped.
    """
    carried = recommendations or Carried()
    filled = tuple(each if isinstance(each, Chapter) else resolve(each, edition, carried) for each in chapters)
    ending: tuple[Block, ...] = ()
    if carried.items and not any(used.key == "recommendations" for chapter in filled for used in chapter.used):
        with speaking(edition.imprint.language):
            ending = (
                Heading(text=_("Recommendations"), new_page=True),
                *recommendation_blocks(edition, carried),
            )
    return Composed(chapters=filled, ending=ending)


def compose_report(
    edition: Edition,
    chapters: Sequence[ChapterText | Chapter],
    recommendations: Carried | None,
    out: Path,
    *,
    front: Front | None = None,
    template: Path | None = None,
) -> Composed:
    """Write a report as PDF, DOCX or JSON for a web page (the ending decides) and return what was filled in.

    ``front``: title, version and co-signatures; ``template``: a DOCX with the city's own styles. Placeholders that
    could not be filled are printed as marked gaps; whether such a report may go out is for the caller to decide
    (``Composed.issues``). Raises WrongRequest for another ending.
    """
    ending = out.suffix.lower()
    if ending not in FORMATS:
        message = _("A report is written as {known}; the file name ends with “{ending}”.")
        raise WrongRequest(message.format(known=", ".join(FORMATS), ending=ending))
    front = front or Front()
    titled = replace(edition, imprint=replace(edition.imprint, title=front.title or edition.imprint.title))
    composed = compose(titled, chapters, recommendations)
    with speaking(edition.imprint.language):
        content = printed(titled, composed.blocks, ending, template=template, front=front)
    write_whole(out, content)
    return composed
