"""An empty site: what planners, administrators and visitors are told, and which steps count as done."""

import re

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]


@pytest.fixture
def bare(edition):
    """Take Musterstadt's edition from the public and its deliveries out of use; areas and project stay."""
    from django.utils import timezone

    from nahraum_site.indicators.models import Batch, Edition, Indicator

    Edition.objects.update(withdrawn_at=timezone.now())
    Batch.objects.update(withdrawn_at=timezone.now())
    Indicator.objects.update(retired_at=timezone.now())


def ticks(page):
    return [("steps__done" in each) for each in re.findall(r"<li[^>]*>(?=<a)", page.split('class="steps"')[1])][:6]


def test_planners_see_the_steps_and_which_are_done_on_the_start_page_and_in_the_workbench(bare, hire, enter):
    from nahraum_site.indicators.models import Recipe

    client = enter(hire("Paula", "planner"))
    start = words(client.get("/"))
    saved = Recipe.objects.exists()
    assert ticks(start) == [True, True, False, False, saved, False]
    assert ticks(words(client.get("/werkstatt/"))) == ticks(start)
    order = [
        start.index(f'<a href="/{each}/">', start.index('class="steps"'))
        for each in ("gebietsstaende", "projekt", "einlesen", "indikatoren", "werkstatt", "ausgaben")
    ]
    assert order == sorted(order)
    assert "Menschen einladen" not in start


def test_administrators_invite_and_others_read_one_sentence(bare, hire, enter):
    boss = words(enter(hire("Anna", "administrator")).get("/"))
    assert "Menschen einladen" in boss
    assert 'class="steps"' not in boss
    for page in (words(enter().get("/")), words(enter(hire("Bob", "leader")).get("/bericht/"))):
        assert 'class="steps"' not in page
        assert "Menschen einladen" not in page
        assert "nahraum serve" not in page


def test_a_draft_without_a_version_leads_to_the_workbench(bare, hire, enter):
    from nahraum_site.indicators.models import Edition, Recipe

    client = enter(hire("Paula", "planner"))
    assert "Rechnen" in words(client.get("/ausgaben/neu/"))
    Edition.objects.update(recipe_version=None)
    Recipe.objects.all().delete()
    page = words(client.get("/ausgaben/neu/"))
    assert "Sichern Sie zuerst eine" in page
    assert "Rechnen" not in page


def test_who_administrates_is_reminded_of_the_pages_that_are_public_already(bare, hire, enter):
    assert "Schreiben Sie, was von Anfang an öffentlich ist" in words(enter(hire("Alice", "administrator")).get("/"))
    assert "von Anfang an öffentlich" not in words(enter(hire("Paula", "planner")).get("/"))
