"""A rule that looks at deviations either way: no sentence calls a better-off area burdened."""

from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from nahraum.base.language import speaking
from nahraum.evidence.indicators.profile import deviation_profile
from nahraum.reports.dashboard import write_dashboard
from nahraum.reports.deviations import deviation, deviations, limits_words, why
from nahraum.reports.outstanding import outstanding

BURDENED = ("ungünstig", "Belastungen")


@pytest.fixture(scope="module")
def either(published):
    """Musterstadt by a rule that selects what is clearly better off as well."""
    rule = replace(published.profile.rule, side="both", frequent=10)
    profile = deviation_profile(
        published.panel, published.domains, rule, published.indices[0].excluded, min_share=published.profile.min_share
    )
    return replace(published, profile=profile)


@pytest.fixture
def better(either):
    """The selected area that is better off than the city in most."""
    above, below = either.profile.above[0].sum(axis=0), either.profile.below[0].sum(axis=0)
    key = max(either.profile.selected, key=lambda key: (below - above)[either.profile.areas.index(key)])
    a = either.profile.areas.index(key)
    assert below[a] > above[a] + 5
    return key


def test_limits_and_table_speak_of_both_directions(either, published):
    with speaking("de"):
        said = [limits_words(either.profile.rule), next(each.text for each in list(deviations(either))[1:2])]
        for words in said:
            assert "in die eine oder die andere Richtung" in words
        assert "ungünstig" not in said[0]
        assert "ungünstiger liegt als der Stadtwert" in limits_words(published.profile.rule)


def test_a_better_off_area_is_told_with_what_lies_beyond_on_both_sides(either, better):
    profile, a = either.profile, either.profile.areas.index(better)
    limit = profile.rule.limits.index(profile.rule.beyond)
    z = profile.z[[profile.indicators.index(each) for each in profile.indicators], a]
    found = deviation(either, better)
    assert found.beyond == int(profile.above[limit][:, a].sum() + profile.below[limit][:, a].sum())
    assert 0 < found.beyond <= int((np.abs(z) > profile.rule.beyond).sum())
    assert found.mean == pytest.approx(np.nanmax(profile.strength[:, a]))
    row = next(row for row in outstanding([either]) if row.key == better)
    with speaking("de"):
        for words in (why(either, better), row.why):
            assert f"{found.beyond} von {found.available} Indikatoren" in words
            assert "in die eine oder die andere Richtung" in words
            assert not any(each in words for each in BURDENED), words


def test_furthest_from_the_city_is_whatever_lies_furthest(either, better):
    profile, a = either.profile, either.profile.areas.index(better)
    furthest = int(np.nanargmax(np.abs(profile.z[:, a])))
    row = next(row for row in outstanding([either]) if row.key == better)
    assert row.now.strongest == either.panel.indicators[furthest].name


def test_the_sheet_for_leaders_says_no_burdens_of_all(either, published, tmp_path):
    for edition, is_said in ((either, False), (published, True)):
        write_dashboard(edition, outstanding([edition]), tmp_path / "blick.pdf")
        text = " ".join(PdfReader(tmp_path / "blick.pdf").pages[0].extract_text().replace("\xad\n", "").split())
        assert ("wo Belastungen zusammenkommen" in text) is is_said
        assert ("in die eine oder die andere Richtung" in text) is not is_said
