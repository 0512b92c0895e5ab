"""What a visitor may see of agreement: who codes blind must not learn where others coded."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from nahraum_site.accounts.models import User
from nahraum_site.voices.asked import found
from nahraum_site.voices.coding import queries
from nahraum_site.voices.models import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A study as somebody sees it. Blind: values are for who leads, places for nobody who codes; readers see all."""

    study: Study
    is_open: bool
    may_code: bool
    can_lead: bool

    @property
    def sees_places(self) -> bool:
        """Say whether they see where others coded."""
        return self.is_open or not self.may_code

    @property
    def sees_values(self) -> bool:
        """Say whether they see how far coders agree, over all texts together."""
        return self.sees_places or self.can_lead

    @property
    def may_agree(self) -> bool:
        """Say whether they may write down what the team agreed on."""
        return self.is_open and self.may_code


def sight(request: HttpRequest, study: str, need: str = "voices.read_study") -> Sight:
    """Return the study and what its visitor sees of it, or 404."""
    return sight_of(found(request, study, need), request.user)


def sight_of(study: Study, user: User) -> Sight:
    """Return what somebody of its team sees of a study. One question."""
    return Sight(
        study=study,
        is_open=queries.is_open(study),
        may_code=user.has_perm("voices.code", study),
        can_lead=user.has_perm("voices.lead_study", study),
    )
