"""What a later edition changes in a report: every number is told, and where a sentence may no longer hold.

The sentences stay the author's. Whether “falls” is still true, only a person can say; here the reader is asked to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nahraum.base.language import gettext as _
from nahraum.reports.resolve import Used

RISING = re.compile(
    r"steig|stieg|anstieg|zunahm|zugenommen|zunehm|nimmt zu|nahm zu|wächst|wuchs|gewachsen|erhöh"
    r"|\bris(?:e|en|es|ing)\b|\brose\b|increas|grew|grow"
)
FALLING = re.compile(
    r"sink|sank|gesunken|fällt|fiel|gefallen|rückgang|zurückgegangen|abnahm|abgenommen|abnehm|nimmt ab|nahm ab"
    r"|verringer|\bfall|\bfell\b|decreas|declin|drop"
)
COMPARING = re.compile(
    r"höher|niedriger|größer|kleiner|mehr als|weniger als|über|unter|oberhalb|übertrifft|doppelt|halb so|stärker"
    r"|schwächer|above|below|higher|lower|more than|less than|larger|smaller|\bover\b|\bunder\b|exceed|twice|half"
)
EXTREME = re.compile(
    r"höchst|niedrigst|größt|kleinst|meist|wenigst|spitze|letzt|erste|stärkst|schwächst"
    r"|highest|lowest|largest|smallest|\bmost\b|\bleast\b|\bfirst\b|\blast\b"
)
PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
NUMBER = re.compile(r"(?<![\w.,])[-−]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|(?<![\w.,])[-−]?\d+(?:[.,]\d+)?")
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A placeholder that stands for something else now. ``hint`` asks to read the sentence again, or is empty."""

    before: Used
    now: Used
    hint: str = ""

    @property
    def sentence(self) -> str:
        """Say what it was and what it is: “Unemployment, Hafeninsel 2024: formerly 12.3 %, now 12.9 %”."""
        if self.now.content:
            return _("{about}: its content has changed").format(about=self.now.about)
        if self.now.about == self.before.about:
            message = _("{about}: formerly {before}, now {now}")
            return message.format(about=self.now.about, before=self.before.words, now=self.now.words)
        message = _("{about}: {now} (formerly {before}: {earlier})")
        return message.format(
            about=self.now.about, now=self.now.words, before=self.before.about, earlier=self.before.words
        )

    def __str__(self) -> str:
        """Return the sentence, with the hint behind it."""
        return f"{self.sentence}. {self.hint}".strip() if self.hint else self.sentence


def changes(old: Sequence[Used], new: Sequence[Used]) -> list[Change]:
    """Return what placeholders stand for something else in the new edition, in the order of the text.

    Placeholders are the same if they ask for the same; those that only one of the two has are the author's doing and
    are not listed. Each place is told for itself, because each sentence must hold.
    """
    before = {used.key: used for used in old}
    found = []
    for now in new:
        was = before.get(now.key)
        if was and (was.words, was.about, was.content) != (now.words, now.about, now.content):
            found.append(Change(before=was, now=now, hint=_hint(was, now, _around(now, new, before))))
    return found


def _around(now: Used, new: Iterable[Used], before: dict[str, Used]) -> list[tuple[Used, Used]]:
    """Return the other placeholders of the same sentence, then and now."""
    return [
        (before[each.key], each)
        for each in new
        if each.key in before
        and each.key != now.key
        and (each.chapter, each.line, each.sentence) == (now.chapter, now.line, now.sentence)
    ]


def _hint(was: Used, now: Used, around: Sequence[tuple[Used, Used]]) -> str:
    reasons = list(dict.fromkeys(_reasons(was, now, around)))
    if not reasons:
        return ""
    return _("Please read again whether the sentence still holds ({reasons}): “{sentence}”").format(
        reasons="; ".join(reasons), sentence=now.sentence
    )


def _reasons(was: Used, now: Used, around: Sequence[tuple[Used, Used]]) -> Iterator[str]:
    if was.state != now.state:
        yield _("a number became a word, or a word a number")
    if was.number is None or now.number is None:
        return
    own = PLACEHOLDER.sub(" ", now.sentence).casefold()
    kind = now.key.split("|")[0]
    if kind == "change" and _sign(was.number) != _sign(now.number):
        yield _("the change turned round")
    if kind in ("rank", "class") and EXTREME.search(own):
        yield _("the place among the areas is another one")
    if kind == "value":
        yield from _moved(was.number, now.number, own)
    for other_was, other_now in around:
        if other_was.number is None or other_now.number is None or not _comparable(now.key, other_now.key):
            continue
        if _sign(was.number - other_was.number) != _sign(now.number - other_now.number):
            yield _("two numbers in it changed their order")


def _moved(was: float, now: float, own: str) -> Iterator[str]:
    """Yield why a sentence with these words of its own may be wrong after a value moved."""
    if (now < was and RISING.search(own)) or (now > was and FALLING.search(own)):
        yield _("the number went the other way")
    if COMPARING.search(own):
        limits = [_parsed(text) for text in NUMBER.findall(own) if not YEAR.fullmatch(text)]
        if any(_sign(was - limit) != _sign(now - limit) for limit in limits):
            yield _("a limit named in it lies on the other side")


def _comparable(one: str, other: str) -> bool:
    """Say whether two placeholders tell the same thing (kind and indicator) of two places or periods."""
    return one.split("|")[:2] == other.split("|")[:2]


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _parsed(text: str) -> float:
    """Return a number as a sentence writes it: 1.200 and 12,5 as in German; 12.5 where only that can be meant."""
    text = text.replace("−", "-")
    if "," in text or re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    return float(text)
