"""What identifies by its form: numbers, addresses, dates of birth, links - and the digits that check themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from nahraum.base.language import gettext_noop as _
from nahraum.evidence.voices.pseudonyms.lists import words
from nahraum.evidence.voices.pseudonyms.terms import Kind, Suggestion, Sure
from nahraum.evidence.voices.search.words import fold

CAPITAL = r"[A-ZÄÖÜ][^\W\d_]*"
KINDS = (
    r"straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|pfad|steig|chaussee|garten|graben|markt|wall|berg|hof"
)
APART = "|".join(kind.capitalize() for kind in KINDS.split("|"))
STREET = (
    rf"(?!(?:Am|An|Auf|Im|In|Zum|Zur|Bei|Beim|Vom|Von|Der|Die|Das|Den|Dem|Ecke)\b)"
    rf"(?:(?:{CAPITAL}[- ]){{1,3}}(?:{APART})|(?:{CAPITAL}[- ]){{0,3}}{CAPITAL}(?:{KINDS}))"
)
LED = rf"(?:Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Zum|Zur|Unter den|Hinter der) {CAPITAL}"
NUMBER = r"\s\d{1,3}(?:\s?[a-z])?\b(?:\s?[-/]\s?\d{1,3}[a-z]?\b)?"
TOWN = rf"\d{{5}}\s{CAPITAL}(?:[- ](?:am|an der|im|ob der)\s{CAPITAL}|-{CAPITAL})?"
NETWORKS = (
    r"facebook\.com|instagram\.com|linkedin\.com/in|xing\.com/profile|tiktok\.com|twitter\.com|x\.com|threads\.net|"
    r"t\.me|wa\.me|youtube\.com/@|vk\.com"
)
AROUND = 200  # signs before and after the one that a form must hold; no address is longer
FURTHER = 200  # signs within which a blank is looked for beyond: where there is none, a stretch ends all the same
DATE = (
    r"\d{1,2}\.\s?(?:\d{1,2}\.|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
    r"\s?(?:\d{4}|\d\d)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one kind looks like. Group 1 of ``pattern`` is the stretch; ``test`` may refuse it by returning None.

    ``sign``: what every such stretch holds. It is seldom, and the pattern is slow: it is looked for around there only.
    """

    kind: Kind
    pattern: re.Pattern[str]
    why: str
    test: Callable[[re.Match[str]], Sure | None] = lambda _found: Sure.SURE
    sign: re.Pattern[str] = re.compile(r"\d")


def numbers(text: str) -> Iterator[Suggestion]:
    """Yield what identifies by its form; stretches may overlap, earlier forms are more specific."""
    around = cache(lambda sign: tuple(_around(sign, text)))
    for form in FORMS:
        for found in chain.from_iterable(form.pattern.finditer(text, *place) for place in around(form.sign)):
            sure = form.test(found)
            if sure is not None:
                yield Suggestion(start=found.start(1), end=found.end(1), kind=form.kind, why=form.why, sure=sure,
                                 identity=identity(form.kind, found[1]))  # fmt: skip


def _around(sign: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that lie around signs, from blank to blank."""
    begin = end = 0
    for found in sign.finditer(text):
        if found.start() - AROUND > end or not end:
            if end:
                yield begin, _blank(text, end)
            edge = max(found.start() - AROUND, 0)
            begin = text.rfind(" ", max(edge - FURTHER, 0), edge) + 1 or edge
        end = found.end() + AROUND
    if end:
        yield begin, _blank(text, end)


def _blank(text: str, place: int) -> int:
    found = text.find(" ", place, place + FURTHER)
    return found if found >= 0 else min(place + FURTHER, len(text))


def identity(kind: Kind, written: str) -> str:
    """Return what the spellings of one thing have in common: +49 214 555-01 is 0214/55501."""
    if kind is Kind.PHONE:
        return re.sub(r"\D", "", re.sub(r"^\s*(?:\+|00)49\s*(?:\(0\))?", "0", written))
    return "".join(sign for sign in fold(written) if sign.isalnum())


def _iban(found: re.Match[str]) -> Sure | None:
    signs = found[1].replace(" ", "").upper()
    if not 15 <= len(signs) <= 34:
        return None
    digits = "".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])
    return Sure.SURE if int(digits) % 97 == 1 else Sure.DOUBTFUL


def _pension(found: re.Match[str]) -> Sure:
    """Check a pension number: the digits (the letter as two) times the weights, sums of digits, modulo 10."""
    signs = re.sub(r"\s", "", found[1]).upper()
    digits = signs[:8] + f"{ord(signs[8]) - 64:02}" + signs[9:11]
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return Sure.SURE if total % 10 == int(signs[11]) else Sure.DOUBTFUL


def _health(found: re.Match[str]) -> Sure:
    digits = f"{ord(found[1][0]) - 64:02}" + found[1][1:9]
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, (1, 2) * 5, strict=True))
    return Sure.SURE if total % 10 == int(found[1][9]) else Sure.DOUBTFUL


def _tax(found: re.Match[str]) -> Sure | None:
    """Check a tax number by ISO 7064, MOD 11,10; eleven digits that fail are something else."""
    digits = [int(sign) for sign in found[1] if sign.isdigit()]
    rest = 10
    for digit in digits[:10]:
        rest = ((digit + rest) % 10 or 10) * 2 % 11
    return Sure.SURE if (11 - rest) % 10 == digits[10] and digits[0] else None


def _phone(found: re.Match[str]) -> Sure | None:
    digits = re.sub(r"\D", "", found[1])
    if not 7 <= len(digits) <= 15 or re.match(DATE, found[1]):
        return None
    return Sure.SURE if re.match(r"\+|00|01[567]", digits if found[1][0] != "+" else "+") else Sure.LIKELY


def _street(found: re.Match[str]) -> Sure | None:
    """Say how sure a street is: "Bahnhof 3" is none, and behind "Lindenhof 3" may follow what was counted."""
    if re.match(
        r"\w*(?:[Bb]ahnhof|platz|[Mm]arkt|[Gg]arten|[Rr]adweg|[Ff]u(?:ß|ss)weg|[Ss]chulhof|[Ff]riedhof)\Z",
        street := re.split(r"\s\d", found[1])[0],
    ) and not re.search(r"[- ]", street):
        return None
    return Sure.SURE if re.search(r"(?:stra(?:ß|ss)e|str\.|allee)\Z", street, re.IGNORECASE) else Sure.LIKELY


def _led(found: re.Match[str]) -> Sure | None:
    """Refuse "Am Montag 5 Leute" and "Am Markt 12 Stände": no address is followed by what was counted."""
    if found["noun"] in words("ordinary", "no_names", "rooms"):
        return None
    return Sure.DOUBTFUL if re.match(r"\s+[^\W\d_]", found.string[found.end() :][:3]) is None else None


def _town(found: re.Match[str]) -> Sure | None:
    return None if found[1][6:].split()[0] in words("counted") else Sure.DOUBTFUL


def _plate(found: re.Match[str]) -> Sure | None:
    return None if found[1].split("-")[0] in {"DIN", "EN", "ISO", "EU", "PC", "TV"} else Sure.LIKELY


FORMS = (
    Form(kind=Kind.IBAN, why=_("The form of an account number"), test=_iban,
         pattern=re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b")),
    Form(kind=Kind.MAIL, why=_("The form of a mail address"), sign=re.compile(r"@|\(at\)"),
         pattern=re.compile(r"(?<![\w.+-])([\w.+-]{1,64}(?:@| ?\(at\) ?)[\w-]{1,63}(?:\.[\w-]{1,63})+)")),
    Form(kind=Kind.LINK, why=_("A link to somebody's page in a network"),
         sign=re.compile(r"\.(?:com|net|me)\b", re.IGNORECASE), pattern=re.compile(
        rf"(?<![\w.-])((?:https?://)?(?:[\w-]{{1,63}}\.)?(?:{NETWORKS})/?[^\s)\]>,;]*[^\s)\]>,;.!?])", re.IGNORECASE)),
    Form(kind=Kind.LINK, why=_("A name in a network"), sign=re.compile("@"), test=lambda _found: Sure.DOUBTFUL,
         pattern=re.compile(r"(?<![\w.])(@[A-Za-z0-9_][A-Za-z0-9_.]{1,28}[A-Za-z0-9_])")),
    Form(kind=Kind.INSURANCE, why=_("The form of a pension number"), test=_pension,
         pattern=re.compile(r"\b(\d{2} ?\d{6} ?[A-Za-z] ?\d{3})\b")),
    Form(kind=Kind.INSURANCE, why=_("The form of a health insurance number"), test=_health,
         pattern=re.compile(r"\b([A-Z]\d{9})\b")),
    Form(kind=Kind.INSURANCE, why=_("The form of a tax number"), test=_tax,
         pattern=re.compile(r"(?<![\d+])(\d{2} ?\d{3} ?\d{3} ?\d{3})(?!\d)")),
    Form(kind=Kind.BIRTH_DATE, why=_("A date with “born” beside it"), pattern=re.compile(
        rf"(?:[Gg]eb(?:oren|urtsdatum|urtstag|\.)(?:\s+ist)?:?\s*(?:am\s+|ist\s+der\s+|der\s+)?|\*\s?)({DATE})")),
    Form(kind=Kind.BIRTH_DATE, why=_("A date with “born” beside it"),
         pattern=re.compile(rf"\bam\s+({DATE})(?=[^.!?\n]{{0,40}}\bgeboren\b)")),
    Form(kind=Kind.PLATE, why=_("The form of a licence plate"), test=_plate,
         pattern=re.compile(r"\b([A-ZÄÖÜ]{1,3}-[A-ZÄÖÜ]{1,2}[- ]\d{1,4}[EH]?)\b")),
    Form(kind=Kind.PHONE, why=_("The form of a telephone number"), test=_phone,
         pattern=re.compile(r"(?<![\w.,/-])((?:(?:\+|00)49\s?(?:\(0\))?\s?|\(?0)[1-9](?:[\s/().-]{0,3}\d){4,14})(?!\w)")),
    Form(kind=Kind.PHONE, why=_("A number behind “telephone”"), test=lambda _found: Sure.LIKELY, pattern=re.compile(
        r"\b(?:Tel(?:efon(?:nummer)?)?|Handy(?:nummer)?|Mobil(?:nummer)?|Fax|Rufnummer|Durchwahl)\b[.:]?\s*(?:ist\s+)?"
        r"(?:die\s+)?(\d(?:[\s/-]?\d){3,12})(?!\w)")),
    Form(kind=Kind.ADDRESS, why=_("A street with a number"), test=_street,
         pattern=re.compile(rf"\b({STREET}{NUMBER}(?:,?\s{TOWN})?)")),
    Form(kind=Kind.ADDRESS, why=_("It may be a street with a number"), test=_led, pattern=re.compile(
        rf"\b({LED.replace(CAPITAL, f'(?P<noun>{CAPITAL})')}{NUMBER}(?:,?\s{TOWN})?)")),
    Form(kind=Kind.ADDRESS, why=_("A postcode with a town"), test=_town, pattern=re.compile(rf"\b({TOWN})")),
)  # fmt: skip
