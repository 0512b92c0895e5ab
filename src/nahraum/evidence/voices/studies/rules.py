"""Rules of the method: each says what it finds, how to mend it, and where it comes from.

They warn and never forbid: a team may have its reasons, and says them in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.studies import checks
from nahraum.evidence.voices.studies.checks import Found, Limits
from nahraum.evidence.voices.studies.terms import Collection, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the method; ``source``: why it is one (an English msgid); ``find``: what breaks it, for the message."""

    code: str
    severity: Severity
    message: str
    remedy: str
    source: str
    find: Callable[[Study, Sequence[Collection], Limits], Iterator[Found]]


def judge(study: Study, collections: Sequence[Collection], limits: Limits | None = None) -> tuple[Issue, ...]:
    """Return what the rules find, in the order of `RULES`; ``params`` of an issue hold the id of its collection."""
    return tuple(
        Issue(code=rule.code, severity=rule.severity, message=rule.message, remedy=rule.remedy, params=found)
        for rule in RULES
        for found in rule.find(study, collections, limits or Limits())
    )


_ARITHMETIC = gettext_noop("What cannot be is a slip of the pen, and would reach the sample table of the report.")
_GUIDE = gettext_noop("The guide of the Leverkusen study (2020) plans 15 to 30, at most 45 minutes on the telephone.")
_RETENTION = gettext_noop(
    "GDPR, Articles 5, 7 and 17: consent must be shown, personal data are kept no longer than needed."
)

RULES = (
    Rule(
        code="collection-twice",
        severity=Severity.ERROR,
        message="Two collections have the id “{id}”.",
        remedy="Give one of them another.",
        source=_ARITHMETIC,
        find=checks.ids_twice,
    ),
    Rule(
        code="collection-count-negative",
        severity=Severity.ERROR,
        message="“{collection}”: a count cannot be negative, as {count} is.",
        remedy="Correct it, or leave it empty where it is not known.",
        source=_ARITHMETIC,
        find=checks.each(checks.negative),
    ),
    Rule(
        code="group-too-large",
        severity=Severity.WARNING,
        message="“{collection}”: a group has {count} people, more than {most}.",
        remedy="Form more groups, or tell in the report why it was larger.",
        source=gettext_noop(
            "World Café in the Leverkusen study (2020): groups of at most six, so that everybody gets to speak."
        ),
        find=checks.each(checks.group),
    ),
    Rule(
        code="groups-not-the-sum",
        severity=Severity.WARNING,
        message="“{collection}”: the groups have {count} people together, but {participants} took part.",
        remedy="Check the sizes of the groups and the number of participants.",
        source=_ARITHMETIC,
        find=checks.each(checks.group_sum),
    ),
    Rule(
        code="interview-long",
        severity=Severity.WARNING,
        message="“{collection}” took {count} minutes, more than {most}.",
        remedy="Shorten the guide, or tell people beforehand how long it takes.",
        source=_GUIDE,
        find=checks.each(checks.interview_long),
    ),
    Rule(
        code="interview-short",
        severity=Severity.NOTICE,
        message="“{collection}” took {count} minutes, less than {least}.",
        remedy="Check whether all leading questions were asked.",
        source=_GUIDE,
        find=checks.each(checks.interview_short),
    ),
    Rule(
        code="contact-attempts-many",
        severity=Severity.WARNING,
        message="“{collection}”: {count} contact attempts, more than {most}.",
        remedy="Stop trying: not answering is an answer too. Count it as a refusal.",
        source=gettext_noop("Leverkusen study (2020): at most three contact attempts, for taking part is voluntary."),
        find=checks.each(lambda _study, each, limits: checks.above(each.contact_attempts, limits.contact_attempts)),
    ),
    Rule(
        code="participants-unknown",
        severity=Severity.WARNING,
        message="“{collection}”: nobody wrote down how many people took part.",
        remedy="Ask the moderators; the sample table shows a gap until then, and quotations are held back.",
        source=gettext_noop("The sample is told with every qualitative result: who was reached, and how."),
        find=checks.each(checks.unnoted("participants")),
    ),
    Rule(
        code="participants-none",
        severity=Severity.WARNING,
        message="“{collection}”: nobody took part.",
        remedy="Hold it again, or tell in the report that nobody came.",
        source=gettext_noop("Who was invited and did not come is a result of its own."),
        find=checks.each(lambda _study, each, _limits: {} if each.participants == 0 else None),
    ),
    Rule(
        code="backgrounds-over-participants",
        severity=Severity.NOTICE,
        message="“{collection}”: {count} backgrounds, but {participants} people took part.",
        remedy="Right where people named several; otherwise check the numbers.",
        source=_ARITHMETIC,
        find=checks.each(checks.backgrounds),
    ),
    Rule(
        code="refusals-over-invitations",
        severity=Severity.WARNING,
        message="“{collection}”: {count} refusals, but only {most} invitations.",
        remedy="Check both numbers.",
        source=_ARITHMETIC,
        find=checks.each(checks.refusals),
    ),
    Rule(
        code="collection-package-unknown",
        severity=Severity.ERROR,
        message="“{collection}” belongs to the work package “{package}”, which the study does not have.",
        remedy="Name one of the study's work packages.",
        source=gettext_noop("The plan of the study shows in which step each collection belongs."),
        find=checks.each(checks.package_unknown),
    ),
    Rule(
        code="day-outside-package",
        severity=Severity.WARNING,
        message="“{collection}” is on {day}, outside of its work package “{package}” ({start} to {end}).",
        remedy="Correct the date, or the plan.",
        source=gettext_noop("The plan of the study shows in which step each collection belongs."),
        find=checks.each(checks.outside_package),
    ),
    Rule(
        code="space-not-chosen",
        severity=Severity.ERROR,
        message="“{collection}” lies in “{space}”, which is none of the study's spaces.",
        remedy="Add the space to the study, or correct it.",
        source=gettext_noop("The spaces of a study are chosen from the monitoring, with the reason kept."),
        find=checks.each(checks.space_unknown),
    ),
    Rule(
        code="space-without-collection",
        severity=Severity.WARNING,
        message="Nobody was heard in “{space}” yet.",
        remedy="Plan a collection there, or leave the space out of the study.",
        source=gettext_noop("A theme is compared across spaces; a space where nobody was asked cannot name it."),
        find=checks.space_empty,
    ),
    Rule(
        code="space-single-method",
        severity=Severity.WARNING,
        message="In “{space}” there is only one method: {method}.",
        remedy="Add another, so that what is said can be checked against it.",
        source=gettext_noop("Triangulation: a recommendation rests on several kinds of evidence."),
        find=checks.one_method,
    ),
    Rule(
        code="residents-not-heard",
        severity=Severity.NOTICE,
        message="No residents were heard.",
        remedy="Ask them too, or name it as a limit in the report.",
        source=gettext_noop(
            "A known limit of the Leverkusen study (2020), whose concept asks for the residents' view."
        ),
        find=checks.no_residents,
    ),
    Rule(
        code="consent-missing",
        severity=Severity.WARNING,
        message="“{collection}”: it is not noted whether those who took part agreed.",
        remedy="Note how they agreed, or why no consent is needed.",
        source=_RETENTION,
        find=checks.each(checks.unnoted("consent")),
    ),
    Rule(
        code="deletion-day-missing",
        severity=Severity.WARNING,
        message="“{collection}”: there is no day on which its texts are deleted.",
        remedy="Set one; a reminder comes before it.",
        source=_RETENTION,
        find=checks.each(checks.unnoted("delete_on")),
    ),
)
