"""What is told of a file that becomes a text: refusals of the whole, and losses that are counted."""

from __future__ import annotations

from dataclasses import replace

from nahraum.base import BadInput, Issue, Severity

LARGEST_MB = 50
LOST = {
    "deleted": Issue(
        code="text-deleted-left-out",
        severity=Severity.NOTICE,
        message="Deleted passages of tracked changes were left out ({count}); what was inserted is kept.",
    ),
    "comments": Issue(
        code="text-comments-left-out",
        severity=Severity.NOTICE,
        message="Comments in the margin were left out ({count}).",
        remedy="If they belong to what was said, copy them into the text before the import.",
    ),
    "pictures": Issue(
        code="text-pictures-left-out",
        severity=Severity.NOTICE,
        message="Pictures and embedded objects were left out ({count}).",
        remedy="Type in what is written on them if it is to be coded.",
    ),
    "hidden": Issue(
        code="text-hidden-left-out",
        severity=Severity.WARNING,
        message="Passages that are formatted as hidden were left out ({count}).",
        remedy="If they belong to the text, make them visible in the word processor and import the file again.",
    ),
    "margins": Issue(
        code="text-margins-left-out",
        severity=Severity.NOTICE,
        message="Headers and footers of the pages were left out.",
    ),
    "numbers": Issue(
        code="text-numbers-left-out",
        severity=Severity.NOTICE,
        message="Bullets and automatic numbers of lists are not part of the text.",
    ),
    "signs": Issue(
        code="text-signs-unknown",
        severity=Severity.WARNING,
        message="Characters without meaning outside of their font or encoding became “\ufffd” ({count}).",
        remedy="Compare with the original, and type other characters there if they matter.",
    ),
    "embedded": Issue(
        code="text-parts-left-out",
        severity=Severity.WARNING,
        message="Embedded documents were left out ({count}).",
        remedy="Import them as texts of their own.",
    ),
}


def told(issue: Issue, file: str, *, row: int = 0, value: str = "", **params: object) -> Issue:
    """Return the issue at its place."""
    return replace(issue, file=file, row=row, value=value, params=params)


def lost(counts: dict[str, int], file: str) -> list[Issue]:
    """Return what was lost, by keys of ``LOST``, as issues."""
    return [told(LOST[kind], file, count=count) for kind, count in counts.items() if count]


def refused(code: str, *, message: str, remedy: str, file: str, row: int = 0, **params: object) -> BadInput:
    """Return the refusal of a whole file."""
    issue = Issue(code=code, severity=Severity.ERROR, message=message, remedy=remedy, file=file, row=row, params=params)
    return BadInput([issue])


def too_many(file: str, most: int) -> BadInput:
    """Return what is raised for a document of more pieces than one has: each takes many times its room once opened."""
    return refused(
        "text-too-many-elements",
        message="The document is made of more than {most} pieces; that is no ordinary document.",
        remedy="Ask where the file comes from. Divide a very large document.",
        file=file,
        most=most,
    )


def damaged(file: str) -> BadInput:
    """Return the refusal of a file whose parts do not fit together."""
    return refused(
        "text-damaged",
        message="The file is damaged or was cut off.",
        remedy="Open it in the program that it comes from, save it again and import that copy.",
        file=file,
    )


def protected(file: str) -> BadInput:
    """Return the refusal of a file that needs a password."""
    return refused(
        "text-encrypted",
        message="The file is protected by a password.",
        remedy="Save a copy without a password and import that.",
        file=file,
    )
