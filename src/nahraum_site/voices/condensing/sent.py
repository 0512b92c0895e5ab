"""What the form of Mayring's table sent: cells somebody typed into, and the button that was pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.http import QueryDict

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records.sent import whole
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.condensing import actions, kept
from nahraum_site.voices.condensing.actions import Wanted
from nahraum_site.voices.condensing.forms import LONGEST
from nahraum_site.voices.condensing.tables import Fault, digest
from nahraum_site.voices.models import Study


def cells(given: QueryDict) -> list[Wanted]:
    """Return the cells that somebody typed into. Raises WrongRequest for what no page of ours sends."""
    found = []
    for name in given:
        if not name.startswith("t."):
            continue
        id, text = name[2:], words(given[name])
        version = given.get(f"v.{id}", "0")
        if digest(text) == given.get(f"d.{id}", digest("")):
            continue
        try:
            one = Wanted(id=UUID(id), text=text, behind=(given.get(f"b.{id}", ""),), version=int(version))
        except ValueError:
            raise WrongRequest(_("This request cannot be read.")) from None
        found.append(one if one.behind[0] else Wanted(id=one.id, text=one.text, version=one.version))
    return found


def words(text: str) -> str:
    """Return what was typed, with line ends as they are kept."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def store(study: Study, wanted: list[Wanted], user: User) -> dict[str, Fault]:
    """Store what was typed, each cell by itself; return what could not be stored."""
    faults = {}
    for each in wanted:
        behind = each.behind[0] if each.behind else ""
        try:
            if len(each.text) > LONGEST:
                raise WrongRequest(_("At most {count} signs fit in here.").format(count=LONGEST))
            actions.write(study, each, user)
        except Overtaken as error:
            theirs = kept.opened(study, user, only=[str(each.id)]).chain.steps[str(each.id)].text
            faults[str(each.id)] = Fault(message=str(error), text=each.text, behind=behind, theirs=theirs)
        except WrongRequest as error:
            faults[str(each.id)] = Fault(message=str(error), text=each.text, behind=behind)
    return faults


def press(study: Study, given: Mapping[str, str], picked: list[str], user: User, written: Sequence[Wanted] = ()) -> str:
    """Do what the button says that was pressed; return the segment that wants one more cell, or nothing. ``written``:
    cells of the same request that were stored before it: each has one version more than the page knew.

    Raises WrongRequest as the actions do.
    """
    what, _blank, id = given.get("do", "").partition(" ")
    version = whole(given.get(f"v.{id}", "")) + any(str(each.id) == id for each in written)
    match what:
        case "more":
            return id
        case "leave":
            reason = words(given.get(f"r.{id}", ""))
            if not reason:
                raise WrongRequest(_("Say why it is left out."))
            actions.leave_out(study, id, reason[:LONGEST], version, user)
        case "take":
            actions.leave_out(study, id, "", version, user)
        case "confirm":
            actions.confirm(study, id, version, user)
        case "remove":
            actions.remove(study, id, version, user)
        case "reduce":
            _reduce(study, given, picked, user)
    return ""


def _reduce(study: Study, given: Mapping[str, str], picked: list[str], user: User) -> None:
    if not picked:
        raise WrongRequest(_("Tick the generalisations that the reduction bundles."))
    text = words(given.get("reduction", ""))
    if len(text) > LONGEST:
        raise WrongRequest(_("At most {count} signs fit in here.").format(count=LONGEST))
    try:
        id = UUID(given.get("key", ""))
    except ValueError:
        id = uuid4()
    actions.write(study, Wanted(id=id, text=text, behind=tuple(picked)), user)
