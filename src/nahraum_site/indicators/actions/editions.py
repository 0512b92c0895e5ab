"""Editions: stored whole or not at all, reviewed by a second person, published, superseded, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.disclosure.released import to_json
from nahraum.evidence.indicators.completeness import incomplete
from nahraum.evidence.indicators.earlier import released_of
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.evidence.indicators.edition import IndexResult
from nahraum.evidence.indicators.show import rows, store
from nahraum.evidence.indicators.show.coarser import level_rows
from nahraum.reports.deviations import limits_words
from nahraum_site.accounts.models import User
from nahraum_site.indicators.assembly import Stock
from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod, Project, Recipe
from nahraum_site.places.models import Area, AreaSystem
from nahraum_site.records import log
from nahraum_site.records.remedies import in_the_browser
from nahraum_site.records.rows import in_chunks, write_rows
from nahraum_site.records.stages import move

BATCH = 1000
# What a cell takes over as the core says it.
PLAIN = (
    "period", "state", "value", "class_number", "rank", "rank_low", "rank_high",
    "numerator", "denominator", "z", "small",
)  # fmt: skip


@transaction.atomic
def store_edition(
    core: CoreEdition,
    *,
    moment: datetime,
    protection: Callable[[CoreEdition], str],
    stock: Stock,
    system: AreaSystem,
    recipe: Recipe,
    reason: str,
    author: User | None,
    folder_mark: str = "",
) -> Edition:
    """Store a protected edition as a draft; ``protection`` says in a sentence how it is protected, ``stock`` what it
    was computed from, ``folder_mark`` from which project folder that came.

    AssertionError if the edition is not protected: nothing unprotected is ever stored.
    """
    assert core.is_protected
    areas = {area.key: area for area in system.areas.defer("geometry")}
    edition = Edition.objects.create(
        key=core.imprint.id,
        title=core.imprint.title,
        city=core.imprint.city,
        publisher=core.imprint.publisher,
        date=core.imprint.date,
        licence=core.imprint.licence,
        fictional=core.imprint.fictional,
        intro=core.intro,
        words=_in_every_language(lambda: _words(core, protection)),
        high_is=core.indices[0].recipe.high_is.value,
        fingerprint=stock.fingerprint,
        folder_mark=folder_mark,
        system=system,
        levels=level_rows(core),
        released=to_json(released_of(core)),
        made_at=moment,
        parts=stock.parts,
        kept_files={name: str(file.uuid) for name, file in stock.files.items()},
        recipe_version=recipe,
        reason=reason,
        author=author,
        profile_period=str(core.profile.period),
        selected=list(core.profile.selected),
        sources=[asdict(source) for source in core.sources],
        reconciliation=_reconciliation(core),
        recipe=core.recipe_toml,
    )
    _store_layers(core, edition, areas)
    log.write(author, "edition.drafted", edition, after={"title": edition.title, "fingerprint": edition.fingerprint})
    return edition


@transaction.atomic
def submit(edition: Edition, user: User) -> None:
    """Ask for review. WrongRequest unless it is a draft or was returned, and while another one is in review: who
    reviews sees one draft at a time, because two side by side are not protected.
    """
    _alone()
    if Edition.objects.filter(stage=Edition.Stage.REVIEW).exclude(pk=edition.pk).exists():
        raise WrongRequest(_("Another edition is in review. Wait for its review, or take it back."))
    _move(edition, user, (Edition.Stage.DRAFT, Edition.Stage.RETURNED), Edition.Stage.REVIEW, "edition.submitted")


@transaction.atomic
def take_back(edition: Edition, user: User) -> None:
    """Take an edition out of review. WrongRequest unless in review."""
    _move(edition, user, (Edition.Stage.REVIEW,), Edition.Stage.DRAFT, "edition.taken_back")


@transaction.atomic
def give_back(edition: Edition, user: User, words: str) -> None:
    """Return an edition to its author with words that say what is to be mended. WrongRequest unless in review."""
    edition.reviewer, edition.review = user, words
    _move(edition, user, (Edition.Stage.REVIEW,), Edition.Stage.RETURNED, "edition.returned")


@transaction.atomic
def publish(edition: Edition, user: User | None, words: str = "") -> None:
    """Publish what a second person has reviewed. WrongRequest unless in review, and for one's own edition.

    The program itself (user None) publishes the project file that an administrator serves.
    """
    _alone()
    if Edition.objects.filter(published_at__gte=edition.made_at).exists():
        raise WrongRequest(
            _("Another edition was published meanwhile. Make the draft anew, so that its protection reckons with it.")
        )
    if user and edition.author_id == user.pk:
        raise WrongRequest(_("A second person must review it: you made this edition yourself."))
    edition.reviewer, edition.review, edition.published_at = user, words, timezone.now()
    stages = (Edition.Stage.REVIEW,) if user else (Edition.Stage.DRAFT,)
    _move(edition, user, stages, Edition.Stage.PUBLISHED, "edition.published")


@transaction.atomic
def withdraw_edition(edition: Edition, user: User, because: str) -> None:
    """Take a published edition from the public pages; it stays readable here. WrongRequest unless published."""
    if edition.stage != Edition.Stage.PUBLISHED or edition.withdrawn_at:
        raise WrongRequest(_("Only a published edition can be withdrawn."))
    edition.withdrawn_at, edition.withdrawn_because = timezone.now(), because
    edition.save(update_fields=["withdrawn_at", "withdrawn_because"])
    log.write(user, "edition.withdrawn", edition, after={"because": because})


def _alone() -> None:
    """Let one edition be published or submitted at a time: two protected side by side would not know of each other."""
    list(Project.objects.select_for_update())


def _move(edition: Edition, user: User | None, expected: tuple[str, ...], stage: str, action: str) -> None:
    move(edition, user, action, stage, expected=expected, with_it=("reviewer", "review", "published_at"))


def _in_every_language(say: Callable[[], Any]) -> dict[str, Any]:
    """Return what is said, by language."""
    found = {}
    for language in dict(settings.LANGUAGES):
        with speaking(language):
            found[language] = say()
    return found


def _words(core: CoreEdition, protection: Callable[[CoreEdition], str]) -> dict[str, Any]:
    index = rows.main(core)
    return {
        "method": rows.method_sentences(core),
        "protection": protection(core),
        "limits": limits_words(core.profile.rule),
        "key_figures": {key: rows.key_figures(core, key) for key in core.panel.areas},
        "left_out": {
            str(period): rows.left_out(core, index, period) for period in index.periods if index.excluded_in(period)
        },
        "incomplete": [each for index in core.indices for each in _incomplete(core, index)],
        "release": [
            {
                "severity": issue.severity.label,
                "grave": issue.severity > 0,
                "sentence": issue.sentence,
                "advice": in_the_browser(issue).advice,
            }
            for issue in core.release_issues
        ],
        "issues": [
            {"severity": issue.severity.label, "place": issue.place, "sentence": issue.sentence}
            for issue in core.issues
        ],
    }


def _incomplete(core: CoreEdition, index: IndexResult) -> list[str]:
    """Say of an index in which periods it is not whole; where there are several, with its name."""
    name = f"{index.recipe.name or index.recipe.id}: " if len(core.indices) > 1 else ""
    return [f"{name}{each.sentence}" for each in incomplete(index.recipe, core.panel.during(index.periods))]


def _store_layers(core: CoreEdition, edition: Edition, areas: dict[str, Area]) -> None:
    said = _in_every_language(lambda: store.layer_rows(core))
    found = [
        Layer(
            edition=edition,
            words={
                language: {"labels": layers[n].labels, "sheet": layers[n].sheet} for language, layers in said.items()
            },
            **{
                name: getattr(row, name)
                for name in ("key", "kind", "name", "unit", "digits", "position", "colours", "breaks")
            },
        )
        for n, row in enumerate(said[settings.LANGUAGE_CODE])
    ]
    layers = {layer.key: layer for layer in Layer.objects.bulk_create(found, batch_size=BATCH)}
    LayerPeriod.objects.bulk_create(
        (
            LayerPeriod(layer=layers[row.layer], period=row.period, limits=list(row.limits), city=row.city)
            for row in store.period_rows(core)
        ),
        batch_size=BATCH,
    )
    cells = (
        (layers[row.layer].pk, areas[row.area].pk, *(getattr(row, name) for name in PLAIN), json.dumps(row.origin))
        for row in store.cell_rows(core)
    )
    write_rows(Cell, ("layer_id", "area_id", *PLAIN, "origin"), in_chunks(cells))


def _reconciliation(core: CoreEdition) -> list[dict[str, object]]:
    names = {indicator.id: indicator.name for indicator in core.panel.indicators}

    def plain(value: float) -> float | None:
        return value if value == value else None

    return [
        {
            "indicator": names[row.indicator],
            "part": row.part,
            "sum": plain(row.areas_sum),
            "official": plain(row.official),
            "difference": plain(row.difference),
            "covered": row.covered,
            "expected": row.expected,
        }
        for row in core.reconciliation
        if row.period == core.profile.period
    ]
