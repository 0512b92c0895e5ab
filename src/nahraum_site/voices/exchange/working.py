"""What the worker does about projects: it reads them, and imports those about which somebody decided.

Either job may be killed and repeated: reading writes its files anew, importing is one transaction.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.twins import twins
from nahraum_site.accounts.models import User
from nahraum_site.records import jobs
from nahraum_site.records.models import Job
from nahraum_site.records.sealing import Seal
from nahraum_site.records.told import kept
from nahraum_site.voices.exchange import queries, receiving, storing
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Study

LEAD = "voices.lead_study"
Stage = Arrival.Stage


def read_job(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Read a project that came, and say whom the rules find in it."""
    arrival, address = _arrival_of(job)
    if arrival.stage == Stage.READING:
        try:
            _read(arrival, progress)
        except FileNotFoundError:
            raise _gone() from None
    return {"address": address}


def _read(arrival: Arrival, progress: jobs.Progress) -> None:
    mine = Arrival.objects.filter(pk=arrival.pk, stage=Stage.READING)
    progress(_("Reading the project"), 0.1)
    try:
        incoming = receiving.read_file(arrival)
    except BadInput as error:
        about = receiving.told(arrival) | {"issues": list(map(kept, error.issues))}
        receiving.tell(arrival, Seal(arrival.uuid), about)
        mine.update(stage=Stage.REFUSED, about=arrival.about)
        arrival.path.unlink(missing_ok=True)
        return
    progress(_("Looking for names of persons"), 0.5)
    named = persons.by_rules(incoming, queries.known_persons(arrival.study))
    receiving.lay_by(arrival, "named", json.dumps(persons.kept(named)).encode())
    if not mine.update(stage=Stage.WAITING):
        raise _gone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a project, as it is kept until the worker comes to it.

    ``wanted``: all of it; ``persons``, ``others``: words that were typed; ``version``: of the project.
    """

    wanted: storing.Wanted
    persons: Sequence[str]
    others: Sequence[str]
    version: int


def ask_import(arrival: Arrival, decision: Decision, user: User, language: str) -> Job:
    """Keep a decision, sealed, and have it carried out; while one is, its job is returned and this one forgotten."""
    part = f"decision-{uuid.uuid4()}"
    receiving.lay_by(arrival, part, json.dumps(_plain(decision)).encode())
    params = {"arrival": str(arrival.uuid), "decision": part, "language": language}
    job = jobs.ask("exchange.import", params, key=f"exchange-{arrival.uuid}", owner=user)
    if job.params.get("decision") != part:
        arrival.path.with_name(part).unlink(missing_ok=True)
    Arrival.objects.filter(pk=arrival.pk).update(job=job)
    return job


def import_job(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Import a project as somebody decided; one that was imported before its worker died is not imported again."""
    arrival, _address = _arrival_of(job)
    if arrival.stage != Stage.DONE:
        progress(_("Opening the project"), 0.1)
        _name, incoming, rules = receiving.opened(arrival)
        plain = json.loads(receiving.laid_by(arrival, job.params["decision"]))
        _rows, tellable = queries.here(arrival.study, incoming)
        words = {each: plain[each] for each in ("persons", "others")}
        found = persons.found(incoming, rules, twins(incoming, tellable), **words)
        if sign(found) != plain["sign"]:
            raise WrongRequest(_("Texts or names changed meanwhile. Look at the project once more, then import."))
        progress(_("Storing"), 0.4)
        wanted = _wanted(arrival.study, plain, found)
        assert job.owner is not None, "checked with the arrival"
        storing.store(arrival, incoming, wanted, plain["version"], job.owner)
    return {"address": f"{reverse('exchange', args=[arrival.study.uuid])}?eingelesen={arrival.uuid}"}


def sign(what: persons.Found) -> str:
    """Return a short sign of who is named, by which it is known whether that changed."""
    return hashlib.sha256(" ".join(f"{each.mark}:{each.count}" for each in what.named).encode()).hexdigest()[:16]


def _plain(decision: Decision) -> dict[str, Any]:
    wanted = decision.wanted
    return {
        "version": decision.version,
        "way": wanted.way,
        "places": [_plain_place(each) for each in wanted.places],
        "coders": {str(n): [str(user.uuid), agreed] for n, (user, agreed) in wanted.coders.items()},
        "persons": list(decision.persons),
        "others": list(decision.others),
        "chosen": sorted(wanted.chosen),
        "sign": sign(wanted.found),
        "open_memos": wanted.open_memos,
    }


def _plain_place(place: storing.Place) -> dict[str, Any]:
    if place.given is None:
        return {"collection": str(place.collection.uuid) if place.collection else ""}
    day = place.given["day"]
    return {"given": {**place.given, "day": day and day.isoformat()}}


def _wanted(study: Study, plain: Mapping[str, Any], found: persons.Found) -> storing.Wanted:
    """Return a decision as it was; raises WrongRequest where somebody or something of it is gone."""
    collections = {str(each.uuid): each for each in study.collections.all()}
    people = {str(each.uuid): each for each in queries.coders(study)}
    try:
        coders = {int(n): (people[user], agreed) for n, (user, agreed) in plain["coders"].items()}
        places = []
        for each in plain["places"]:
            if "given" in each:
                day = each["given"]["day"]
                places.append(storing.Place(given={**each["given"], "day": day and date.fromisoformat(day)}))
            else:
                key = each["collection"]
                places.append(storing.Place(collection=collections[key] if key else None))
    except KeyError:
        raise WrongRequest(
            _("A collection or a member of the team is not there any more. Look at the project once more, then import.")
        ) from None
    return storing.Wanted(
        way=plain["way"],
        places=places,
        coders=coders,
        found=found,
        chosen=set(plain["chosen"]),
        open_memos=plain["open_memos"],
    )


def _arrival_of(job: Job) -> tuple[Arrival, str]:
    """Return the project of a job and its address; raises WrongRequest if its owner may not, or it was set aside."""
    arrival = Arrival.objects.select_related("study").filter(uuid=job.params["arrival"]).first()
    if arrival is None:
        raise _gone()
    if job.owner is None or not job.owner.has_perm(LEAD, arrival.study):
        raise WrongRequest(_("Your roles do not include this any more."))
    return arrival, reverse("arrival", args=[arrival.study.uuid, arrival.uuid])


def _gone() -> WrongRequest:
    return WrongRequest(_("This project was set aside meanwhile."))
