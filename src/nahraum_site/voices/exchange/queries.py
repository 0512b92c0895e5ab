"""What leaves of a study, and what is here already of a project that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.beside import Beside
from nahraum.evidence.voices.exchange.model import User as Coder
from nahraum.evidence.voices.incoming.terms import Incoming
from nahraum.evidence.voices.incoming.twins import Here
from nahraum.evidence.voices.outgoing import About
from nahraum_site.accounts.models import User
from nahraum_site.records.models import LogEntry
from nahraum_site.records.sealing import Seals
from nahraum_site.voices import queries as studies
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import memos
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.coding.models import Coding, Memo
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Member, Study
from nahraum_site.voices.texts import queries as texts
from nahraum_site.voices.texts import vault
from nahraum_site.voices.texts.models import Pseudonyms, Text

ABOUT = {
    Memo.About.STUDY: About.STUDY,
    Memo.About.CATEGORY: About.CATEGORY,
    Memo.About.TEXT: About.TEXT,
    Memo.About.CODING: About.CODING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What leaves; ``is_all``: of all coders, else only what who takes it did."""

    study: outgoing.Study
    is_all: bool
    removed: int


def leaving(study: Study, user: User, beside: Sequence[Beside] = ()) -> Leaving:
    """Return what of a study leaves with somebody: while coders are blind to each other, their own codings only.

    ``beside``: photographs and recordings that leave. Raises WrongRequest where a key is gone. A dozen questions,
    however many codings.
    """
    is_all = coding.is_open(study) or not user.has_perm("voices.code", study)
    every = list(texts.texts_of(study))
    rows = Coding.objects.filter(text__collection__study=study)
    rows = rows if is_all else rows.filter(coder=user, is_agreed=False)
    found = list(rows.filter(removed_at=None).values_list(*COLUMNS))
    system = categories.system_of(study)
    kept = list(memos.seen_by(user, study, sees_all=is_all))[::-1]
    people = {each[2] for each in found if not each[7]} | {each.author_id for each in kept}
    coders = {each.pk: each for each in User.objects.filter(pk__in=people).order_by("name", "pk")}
    number = {each.pk: n for n, each in enumerate(every)}
    codings = [
        outgoing.Marked(
            str(uuid), number[text], "" if agreed else str(coders[coder].uuid), category, start, end, quotation, made
        )
        for uuid, text, coder, category, start, end, quotation, agreed, made in found
    ]
    former = coding.former(study, system, {each.category for each in codings})
    said, past = memos.said(kept), categories.lineage_of(study)
    here = {id: id for id in (*(each.id for each in system.categories), *former)}
    here |= {id: at for id, at in past.stands.items() if at in here}  # a memo goes where its category went
    seals, contents = Seals(), texts.contents_of(every)
    return Leaving(
        study=outgoing.Study(
            id=str(study.uuid),
            title=study.title,
            users=[Coder(guid=str(each.uuid), name=each.name) for each in coders.values()],
            system=system,
            former=former,
            collections=[each.noun for each in study.collections.all()],
            spaces=studies.spaces(),
            texts=[
                outgoing.Written(
                    id=str(each.uuid),
                    collection=str(each.collection.uuid),
                    name=each.name,
                    text=contents[each.uuid],
                    variables=each.variables,
                    segments=vault.open_structure(seals[each.collection.uuid], each),
                )
                for each in every
            ],
            codings=codings,
            remarks=[_remark(each, said[each.uuid], str(coders[each.author_id].uuid), here) for each in kept],
            beside=beside,
        ),
        is_all=is_all,
        removed=rows.exclude(removed_at=None).count(),
    )


COLUMNS = ("uuid", "text_id", "coder_id", "category", "start", "end", "is_quotation", "is_agreed", "made_at")


def _remark(memo: Memo, words: str, author: str, categories_here: Mapping[str, str]) -> outgoing.Remark:
    """Return a memo as it leaves: on what is not there any more, on what that belonged to."""
    about, target = ABOUT[Memo.About(memo.about)], ""
    if memo.coding and memo.coding.removed_at is None:
        target = str(memo.coding.uuid)
    elif text := memo.coding.text if memo.coding else memo.text:
        about, target = About.TEXT, str(text.uuid)
    elif memo.category in categories_here:
        target = categories_here[memo.category]
    else:
        about = About.STUDY
    return outgoing.Remark(id=str(memo.uuid), about=about, target=target, words=words, author=author, made=memo.made_at)


def last_taken(study: Study) -> LogEntry | None:
    """Return when a study left last, and with what. One question."""
    return LogEntry.objects.filter(action="exchange.taken", thing=str(study.uuid)).first()


def waiting(study: Study) -> list[Arrival]:
    """Return the projects that are being read, wait to be decided about, or could not be read. One question."""
    here = (Arrival.Stage.READING, Arrival.Stage.WAITING, Arrival.Stage.REFUSED)
    return list(study.arrivals.filter(stage__in=here).select_related("made_by"))


def named(study: Study, uuid: str, stage: Arrival.Stage) -> Arrival | None:
    """Return the project of a study that an address names, if it is so far; whatever the address says. One question."""
    try:
        return study.arrivals.filter(uuid=UUID(uuid), stage=stage).first()
    except ValueError:
        return None


def done(study: Study) -> list[Arrival]:
    """Return the projects that were imported. One question."""
    return list(study.arrivals.filter(stage=Arrival.Stage.DONE).select_related("made_by"))


def earlier(arrival: Arrival) -> Arrival | None:
    """Return the import of the very same file, if there was one. One question."""
    same = Arrival.objects.filter(study=arrival.study, sha256=arrival.sha256, stage=Arrival.Stage.DONE)
    return same.exclude(pk=arrival.pk).select_related("made_by").first()


def here(study: Study, incoming: Incoming) -> tuple[list[Text], list[Here]]:
    """Return the texts of a study, still sealed, and what tells whether one of a file is the same. Two questions at
    most.
    """
    found = list(texts.listed(study))
    known = texts.known_of(found, (each.sha256 for each in incoming.texts))
    return found, [Here(each.name, known.get(each.uuid, ""), each.length) for each in found]


def known_persons(study: Study) -> list[str]:
    """Return who stands behind the pseudonyms of a study, so that they are found in a project, too. One question."""
    seals = Seals()
    found: list[str] = []
    for each in Pseudonyms.objects.filter(collection__study=study).select_related("collection"):
        found += vault.open_key(seals[each.collection.uuid], each.collection, each).identities
    return list(dict.fromkeys(found))


def coders(study: Study) -> list[User]:
    """Return who may be a coder: those of the team who lead or code. One question."""
    parts: Sequence[Any] = (Member.Part.LEAD, Member.Part.CODER)
    found = study.team.filter(part__in=parts).select_related("user").order_by("user__name", "pk")
    return [each.user for each in found]
