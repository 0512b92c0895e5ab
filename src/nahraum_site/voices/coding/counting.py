"""The codings of a study as the core counts them, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.codings import codings_of
from nahraum.evidence.voices.evidence import Material
from nahraum.evidence.voices.traits import Limit, narrowed
from nahraum_site.accounts.models import User
from nahraum_site.voices import queries as studies
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import queries
from nahraum_site.voices.coding.models import Coding, Worked
from nahraum_site.voices.models import Study
from nahraum_site.voices.releases.queries import released
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import contents_of, listed, texts_of

ALL, AGREED = "alle", "gemeinsam"
AT_ONCE = 500  # texts named in one question: what every database takes


class Row(NamedTuple):
    """A coding as it is stored: there are thousands of them, so no rows of the database."""

    uuid: UUID
    text: int
    coder: int
    category: str
    start: int
    end: int
    is_quotation: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """The codings of a study that count: ``texts``, ``coders`` and ``codings`` by the numbers that `coded` uses."""

    coded: Coded
    texts: Sequence[Text]
    coders: Sequence[User]
    codings: Sequence[Row]


def choices(study: Study, user: User) -> list[tuple[str, str]]:
    """Return whose codings somebody may count, the usual choice first: key, words. Three questions at most.

    Who codes blind counts the own ones only: what others coded would tell.
    """
    shown = standing(study)
    if not (queries.is_open(study) or not user.has_perm("voices.code", study)):
        return [(str(user.pk), _("your own codings"))]
    kinds = shown.order_by("coder__name", "coder_id").values_list("coder_id", "coder__name", "is_agreed").distinct()
    coders = [(str(pk), name) for pk, name, is_agreed in kinds if not is_agreed]
    found = [(ALL, _("the codings of all coders"))]
    found += [(pk, _("the codings of {name}").format(name=name)) for pk, name in coders]
    agreed = (AGREED, _("the codings that the team agreed on"))
    return [agreed, *found] if any(is_agreed for *_who, is_agreed in kinds) else found


def standing(study: Study) -> QuerySet[Coding]:
    """Return all codings of a study that were not taken back, whoever made or agreed on them."""
    return Coding.objects.filter(text__collection__study=study, removed_at=None)


def codings_that_count(study: Study, whose: str) -> QuerySet[Coding]:
    """Return the codings that count; ``whose``: a key of `choices`."""
    rows = standing(study).filter(is_agreed=whose == AGREED)
    return rows if whose in (ALL, AGREED) else rows.filter(coder_id=int(whose))


def table(study: Study, whose: str = ALL, words: str = "", *, compares: bool = False) -> Table:
    """Return the codings that count; ``whose``: a key of `choices`, ``words``: what it means. Eight questions.

    Coders count as having worked on the texts with a coding of theirs; where it ``compares`` them, on those that they
    coded through as well, which is one more question. Words of texts are opened when they are asked for. Codings at
    categories no longer in force stand outside.
    """
    system = categories.system_of(study)
    texts = list(listed(study))
    through = Worked.objects.filter(text__collection__study=study) if compares else Worked.objects.none()
    found = codings_that_count(study, whose).values_list(
        "uuid", "text_id", "coder_id", "category", "start", "end", "is_quotation"
    )
    codings = list(map(Row._make, found))
    worked = list(through.values_list("coder_id", "text_id"))
    everybody = {each.coder for each in codings} | {coder for coder, _text in worked}
    coders = list(User.objects.filter(pk__in=everybody).order_by("name", "pk"))
    ids = tuple(dict.fromkeys([*(each.id for each in system.categories), *(each.category for each in codings)]))
    of_text, of_coder = ({each.pk: n for n, each in enumerate(some)} for some in (texts, coders))
    of_code = {id: n for n, id in enumerate(ids)}
    columns = codings_of(
        [(of_text[c.text], of_coder[c.coder], of_code[c.category], c.start, c.end) for c in codings],
        [each.length for each in texts],
        len(coders),
        [(of_coder[coder], of_text[text]) for coder, text in worked],
    )
    coded = Coded(
        study=studies.noun(study),
        system=system,
        codings=columns,
        categories=ids,
        material=Material(
            texts=[str(each.uuid) for each in texts],
            collection=[str(each.collection.uuid) for each in texts],
            collections={str(each.uuid): each.noun for each in studies.judged(study)},
            words=reader(study, texts),
        ),
        whose=words,
        names=studies.spaces(),
        titles=[each.name for each in texts],
        quoted=columns.numbers(n for n, each in enumerate(codings) if each.is_quotation),
        released=released(study),
        variables=[each.variables for each in texts],
    )
    return Table(coded=coded, texts=texts, coders=coders, codings=codings)


def limited(found: Table, limit: Limit, words: str) -> Table:
    """Return the codings of texts that fit a limit only (see `traits.narrowed`). No question."""
    coded, texts, codings = narrowed(found.coded, limit, words)
    return replace(
        found,
        coded=coded,
        texts=[found.texts[n] for n in texts.tolist()],
        codings=[found.codings[n] for n in codings.tolist()],
    )


def reader(study: Study, texts: Sequence[Text]) -> Callable[[int, int, int], str]:
    """Return a way to read stretches: texts by number, start, end. Each text is fetched and opened once, when asked."""
    opened: dict[int, str] = {}

    def words(text: int, start: int, end: int) -> str:
        if text not in opened:
            (opened[text],) = contents_of(texts_of(study).filter(pk=texts[text].pk)).values()
        return opened[text][start:end]

    return words


def opened(study: Study, found: Table, numbers: Iterable[int]) -> Coded:
    """Return a table's `Coded` with the words of some texts at hand, others say nothing. One question.

    Raises Destroyed where a key is gone, Damaged where a text was changed.
    """
    of_text = {found.texts[n].pk: n for n in numbers}
    texts = texts_of(study).filter(pk__in=of_text) if len(of_text) < AT_ONCE else texts_of(study)
    rows = [each for each in texts if each.pk in of_text]
    contents = contents_of(rows)
    said = {of_text[each.pk]: contents[each.uuid] for each in rows}
    material = replace(found.coded.material, words=lambda text, start, end: said.get(text, "")[start:end])
    return replace(found.coded, material=material)
