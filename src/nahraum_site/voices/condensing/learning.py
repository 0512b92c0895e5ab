"""Learning for suggestions in the worker: what comes of it is kept by place, without words, until texts are deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, Sum
from django.urls import reverse

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.suggesting.proposing import Proposer, Quality, Rate, places_of, proposer, uncoded
from nahraum_site.accounts.models import User
from nahraum_site.records import jobs, log
from nahraum_site.records.models import Job
from nahraum_site.voices import queries as studies
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing.models import Fitting, Learned
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts.queries import contents_of, texts_of

KIND = "suggestions.learn"
AT_ONCE_SIGNS = 6_000  # coded signs from which is learned within a request, in less than a second
NEEDS = "voices.code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The codings there are to learn from: how many, how many signs they mark, and the last change of them."""

    codings: int
    signs: int
    newest: datetime | None

    @property
    def is_small(self) -> bool:
        """Say whether learning from them takes less than a second."""
        return self.signs <= AT_ONCE_SIGNS


def basis(study: Study, whose: str) -> Basis:
    """Return what there is to learn from now. One question."""
    found = counting.codings_that_count(study, whose).aggregate(
        codings=Count("pk"), signs=Sum(F("end") - F("start")), newest=Max("changed_at")
    )
    return Basis(codings=found["codings"], signs=found["signs"] or 0, newest=found["newest"])


def proposer_of(study: Study, table: counting.Table) -> Proposer:
    """Learn from the codings that count. One question. Raises WrongRequest where there are too few examples."""
    coded = table.coded
    numbers = set(coded.codings.text.tolist())
    said = counting.opened(study, table, numbers).material.words
    texts = [said(n, 0, each.length) if n in numbers else "" for n, each in enumerate(table.texts)]
    return proposer(coded.codings, coded.categories, coded.system, texts)


def ask(study: Study, whose: str, query: str, user: User, language: str) -> Job:
    """Have the worker learn; ``query``: of the page that shows what comes of it."""
    params = {"study": str(study.uuid), "whose": whose, "query": query, "language": language}
    return jobs.ask(KIND, params, key=_key(study, whose, user), owner=user)


def under_way(study: Study, whose: str, user: User) -> Job | None:
    """Return the last learning that somebody asked for, where it is not done. One question."""
    last = Job.objects.filter(kind=KIND, key=_key(study, whose, user)).first()
    return last if last and last.state != Job.State.DONE else None


def _key(study: Study, whose: str, user: User) -> str:
    return f"learn-{study.uuid}-{whose}-{user.pk}"


def learn_job(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Learn, and keep what fits which paragraph of which text. Repeated, it begins anew and replaces what is there.

    Raises WrongRequest where the owner may not learn so any more, and where there are too few examples.
    """
    study = studies.visible_to(job.owner).filter(uuid=job.params["study"]).first() if job.owner else None
    if study is None or not job.owner.has_perm(NEEDS, study):
        raise WrongRequest(_("Your roles do not include this any more."))
    whose, choices = job.params["whose"], dict(counting.choices(study, job.owner))
    if whose not in choices:
        raise WrongRequest(_("These codings are not shown to you, or there are none. Choose others."))
    progress(_("Reading what is coded"), 0.05)
    before = basis(study, whose)
    table = counting.table(study, whose)
    progress(_("Learning which words go with which category"), 0.15)
    helper = proposer_of(study, table)
    texts = [each.pk for each in table.texts]
    found = dict(_fitting(study, helper, texts, progress))
    _keep(study, whose, before, helper.quality, texts, found, job.owner)
    return {"address": f"{reverse('suggestions', args=[study.uuid])}?{job.params['query']}"}


def _fitting(
    study: Study, helper: Proposer, texts: Sequence[int], progress: jobs.Progress
) -> Iterator[tuple[int, list[Any]]]:
    """Yield the primary key of each text with what fits its paragraphs. One question for each: one is open at a time,
    and none while progress is written.
    """
    for n, pk in enumerate(texts):
        told = _("Looking for what fits: text {n} of {count}").format(n=n + 1, count=len(texts))
        progress(told, 0.4 + 0.6 * n / len(texts))
        text = texts_of(study).filter(pk=pk).first()
        if text is None:
            raise _deleted()
        (content,) = contents_of([text]).values()
        places = uncoded(content, ())
        said = [content[start:end] for start, end in places]
        proposed = helper.propose(said)
        yield (
            text.pk,
            [
                [start, end, [[each.category, places_of(words, each.because)] for each in some]]
                for (start, end), words, some in zip(places, said, proposed, strict=True)
                if some
            ],
        )


def _deleted() -> WrongRequest:
    return WrongRequest(_("Texts were deleted meanwhile. Have it learn once more."))


@transaction.atomic
def _keep(
    study: Study,
    whose: str,
    of: Basis,
    quality: Quality,
    texts: Sequence[int],
    found: Mapping[int, list[Any]],
    user: User,
) -> None:
    Study.objects.select_for_update().get(pk=study.pk)
    if not set(texts) <= set(texts_of(study).values_list("pk", flat=True)):
        raise _deleted()
    Learned.objects.filter(study=study, whose=whose).delete()
    made = Learned.objects.create(
        study=study, whose=whose, quality=asdict(quality), codings=of.codings, newest=of.newest, made_by=user
    )
    Fitting.objects.bulk_create([Fitting(learned=made, text_id=text, found=some) for text, some in found.items()])
    log.write(user, "suggestions.learned", study, after={"whose": whose, "segments": quality.segments})


def quality_of(learned: Learned) -> Quality:
    """Return how well it works, as the core knows it."""
    kept = learned.quality
    return Quality(
        segments=kept["segments"],
        hit_rate=tuple(kept["hit_rate"]),
        commonest=tuple(kept["commonest"]),
        rates=tuple(Rate(**each) for each in kept["rates"]),
        never=tuple(kept["never"]),
    )


def fitting_of(learned: Learned, texts: list[UUID]) -> dict[tuple[int, int, int], list[Any]]:
    """Return what fits the paragraphs of some texts, by primary key of the text, start and end. One question."""
    rows = learned.fitting.filter(text__uuid__in=texts).values_list("text_id", "found")
    return {(text, start, end): some for text, found in rows for start, end, some in found}


def forget(collection: Collection) -> None:
    """Destroy what was learned in a study when texts of it are deleted: it was drawn from them."""
    Learned.objects.filter(study=collection.study_id).delete()
