"""Editions of one monitoring carry the same title: what tells them apart, and where the public finds earlier ones."""

import uuid
from datetime import timedelta

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]


@pytest.fixture
def earlier(edition):
    """Return an edition published a day before the current one, and one that was withdrawn."""
    from django.utils import timezone

    from nahraum_site.indicators.models import Edition

    def copy(days, period, **more):
        made = Edition.objects.get(pk=edition.pk)
        made.pk, made.uuid, made.profile_period = None, uuid.uuid4(), period
        made.published_at = edition.published_at - timedelta(days=days)
        for name, value in more.items():
            setattr(made, name, value)
        made.save()
        return made

    return copy(1, "2022"), copy(2, "2021", withdrawn_at=timezone.now(), withdrawn_because="falsch gezählt")


def test_the_name_tells_editions_of_one_title_apart(edition, earlier):
    names = {each.named for each in (edition, *earlier)}
    assert len(names) == 3
    assert all(each.title in each.named and each.profile_period in each.named for each in (edition, *earlier))
    assert edition.published_at.astimezone().strftime("%Y") in edition.named


def test_pages_of_those_who_work_name_them_so(edition, earlier, hire, enter):
    page = words(enter(hire("Paula", "planner")).get("/ausgaben/"))
    for each in (edition, *earlier):
        assert each.named in page


def test_the_public_finds_earlier_editions_with_lasting_links_and_withdrawn_ones_without(client, edition, earlier):
    before, gone = earlier
    page = words(client.get("/bericht/"))
    part = page.split("Frühere Ausgaben")[1]
    assert f"/atlas/?ausgabe={before.uuid}" in part
    assert "Zeitraum 2022" in part
    assert "abgelöst" in part or "überholt" in part or "ersetzt" in part
    assert "Zeitraum 2021" in part
    assert "zurückgezogen am" in part
    assert str(gone.uuid) not in page
    assert f"ausgabe={edition.uuid}" not in part


def test_the_link_of_a_superseded_edition_opens_it(client, edition, earlier):
    from nahraum_site.indicators.models import Edition

    Edition.objects.filter(pk=earlier[0].pk).update(published_at=edition.published_at + timedelta(days=1))
    address = f"/atlas/?ausgabe={edition.uuid}"
    assert address in words(client.get("/bericht/"))
    assert client.get(address).status_code == 200


def test_without_earlier_ones_nothing_is_announced(client):
    assert "Frühere Ausgaben" not in words(client.get("/bericht/"))
