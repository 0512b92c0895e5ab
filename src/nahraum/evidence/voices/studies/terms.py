"""A study and its collections: what was planned, and who was reached how. No names of participants are kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from nahraum.base import Period
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop


class Method(StrEnum):
    """The kinds of collections."""

    WORLD_CAFE = "world_cafe"
    TELEPHONE = "telephone_interview"
    PERSONAL = "personal_interview"
    FOCUS_GROUP = "focus_group"
    EXPERT = "expert_interview"
    WALK = "walk"
    NEEDLE = "needle_map"
    SURVEY = "online_survey"
    DOCUMENT = "document"

    @property
    def label(self) -> str:
        """Return the method in the reader's words."""
        return _(METHOD_LABELS[self])


METHOD_LABELS = {
    Method.WORLD_CAFE: gettext_noop("World Café"),
    Method.TELEPHONE: gettext_noop("telephone interview"),
    Method.PERSONAL: gettext_noop("interview in person"),
    Method.FOCUS_GROUP: gettext_noop("focus group"),
    Method.EXPERT: gettext_noop("expert interview"),
    Method.WALK: gettext_noop("neighbourhood walk"),
    Method.NEEDLE: gettext_noop("needle method"),
    Method.SURVEY: gettext_noop("online survey"),
    Method.DOCUMENT: gettext_noop("document"),
}
INTERVIEWS = frozenset({Method.TELEPHONE, Method.PERSONAL, Method.EXPERT})


class Background(StrEnum):
    """Where participants come from (DOMAIN: the backgrounds that the Leverkusen study recorded, and residents)."""

    ADVICE = "advice_centre"
    SCHOOL = "education_of_children"
    ADULT_EDUCATION = "adult_education"
    YOUTH = "child_and_youth_work"
    CHURCH = "church"
    POLITICS = "local_politics"
    NEIGHBOURHOOD = "neighbourhood_work"
    SENIORS = "work_with_seniors"
    SOCIAL = "social_services"
    CITY = "city_administration"
    CLUB = "club"
    WELFARE = "welfare_association"
    HOUSING = "housing_company"
    RESIDENT = "resident"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the background in the reader's words."""
        return _(BACKGROUND_LABELS[self])


BACKGROUND_LABELS = {
    Background.ADVICE: gettext_noop("advice centre"),
    Background.SCHOOL: gettext_noop("education of children and young people"),
    Background.ADULT_EDUCATION: gettext_noop("adult education"),
    Background.YOUTH: gettext_noop("child and youth work"),
    Background.CHURCH: gettext_noop("church"),
    Background.POLITICS: gettext_noop("local politics"),
    Background.NEIGHBOURHOOD: gettext_noop("neighbourhood work"),
    Background.SENIORS: gettext_noop("work with seniors"),
    Background.SOCIAL: gettext_noop("social services"),
    Background.CITY: gettext_noop("city administration"),
    Background.CLUB: gettext_noop("club"),
    Background.WELFARE: gettext_noop("welfare association"),
    Background.HOUSING: gettext_noop("housing company"),
    Background.RESIDENT: gettext_noop("resident"),
    Background.OTHER: gettext_noop("other background"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One block of leading questions."""

    title: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPackage:
    """A piece of work from ``start`` to ``end`` (included); ``after``: the ids of those that must be done before."""

    id: str
    title: str
    start: date
    end: date
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a study asks, where and when. ``spaces``: keys of areas; ``chosen_from``: the profile behind it."""

    id: str
    title: str
    themes: tuple[Theme, ...] = ()
    packages: tuple[WorkPackage, ...] = ()
    area_system: str = ""
    spaces: tuple[str, ...] = ()
    chosen_from: str = ""

    def package(self, id: str) -> WorkPackage | None:
        """Return the work package with this id, or None."""
        return next((package for package in self.packages if package.id == id), None)


class Consent(StrEnum):
    """How those who took part agreed that their words are kept and evaluated."""

    WRITTEN = "written"
    SPOKEN = "spoken"  # recorded or noted with date
    NOT_NEEDED = "not_needed"  # published documents, anonymous surveys


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One occasion on which people were heard, or one document that was read.

    ``space``: key of an area, None for city-wide. ``participants`` and all other counts: None where nobody wrote them
    down, which is not zero. ``groups``: number of small groups, ``group_sizes`` where they are known. ``minutes``:
    length of an interview. ``delete_on``: the day from which its texts must be deleted. ``holds_texts``: whether there
    is something to quote; nobody hides among people whose words are nowhere.
    """

    id: str
    method: Method
    title: str = ""
    space: str | None = None
    day: date | None = None
    place: str = ""
    package: str = ""
    moderators: tuple[str, ...] = ()
    participants: int | None = None
    backgrounds: Mapping[Background, int] = field(default_factory=dict)
    groups: int | None = None
    group_sizes: tuple[int, ...] = ()
    rounds: int | None = None
    minutes: int | None = None
    contact_attempts: int | None = None
    invitations: int | None = None
    refusals: int | None = None
    consent: Consent | None = None
    withdrawn_on: date | None = None
    delete_on: date | None = None
    holds_texts: bool = True

    @property
    def name(self) -> str:
        """Return the title, or method and day where it has none."""
        day = Period.parse(self.day.isoformat()).label if self.day else ""
        return self.title or f"{self.method.label} {day}".strip()
