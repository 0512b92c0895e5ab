"""A project comes back after the categories have changed here: nothing is there twice, all stands where it is."""

from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import at
from tests.site.test_exchange import ada, cem, coded, decide, take, upload

__all__ = ["ada", "cem", "coded"]


@pytest.fixture
def open_study(coded):
    from nahraum_site.voices.coding.models import Openness

    Openness.objects.create(study=coded, is_open=True)
    return coded


def change(study, *changes):
    from nahraum_site.voices.categories import actions

    return actions.change(study, changes, None, None)


def standing(study):
    """Return how many codings and memos there are, and the names of the categories in force."""
    from nahraum_site.voices.categories.queries import system_of
    from nahraum_site.voices.coding.models import Coding

    codings = Coding.objects.filter(text__collection__study=study, removed_at=None)
    system = system_of(study)
    return codings.count(), study.memos.count(), [system.label(each.id) for each in system.categories]


def test_nothing_is_there_twice_after_categories_were_renamed_merged_and_split(open_study, ada, system):
    from nahraum.evidence.voices.categories import Category, Merge, Move, Rename, Split
    from nahraum_site.voices.coding.models import Coding

    sent = ada.get(at(open_study, "austausch/projekt.qdpx")).content
    parts = [Category(id=str(uuid4()), name=name) for name in ("Menschen", "Orte")]
    (split,) = Coding.objects.filter(category=system["Ressourcen"], removed_at=None).values_list("pk", flat=True)
    change(
        open_study,
        Rename(id=system["Bedarfe"], name="Themen"),
        Rename(id=system["Wohnen"], name="Miete"),
        Move(id=system["Wohnen"], parent=None),
        Merge(id=system["Verkehr"], into=system["Wohnen"]),
        Split(id=system["Ressourcen"], parts=tuple(parts), decided={split: parts[0].id}),
    )
    before = standing(open_study)
    page = ada.get(upload(ada, open_study, sent).url)
    assert "4 davon gibt es hier schon; 3 heißen in der Datei anders, die Namen hier bleiben" in words(page)
    decide(ada, page)
    assert standing(open_study) == before
    take(ada, open_study, ada.get(at(open_study, "austausch/projekt.qdpx")).content)
    assert standing(open_study) == before


def test_what_is_no_longer_in_force_comes_back_without_a_heading(open_study, ada, cem, team):
    from nahraum.evidence.voices.categories import Category, System
    from nahraum_site.voices.categories import actions

    new = System(id="neu", name="Neu", categories=(Category(id=str(uuid4()), name="Alter > 65"),))
    actions.take(open_study, new, 5, team["Ada"])
    before = standing(open_study)
    assert before[2] == ["Alter > 65"]
    project = ada.get(at(open_study, "austausch/projekt.qdpx")).content
    table = ada.get(at(open_study, "austausch/kodierungen.csv")).content
    assert "Nicht mehr in Kraft > Verkehr" in table.decode()
    take(ada, open_study, project)
    assert standing(open_study) == before
    take(ada, open_study, table, "kodierungen.csv")
    # Who agreed on something is not told in a table: that row is somebody's own.
    assert standing(open_study)[1:] == before[1:]
    assert standing(open_study)[0] <= before[0] + 1


def test_a_table_finds_a_category_whose_name_holds_the_sign_between_two(open_study, ada, system):
    from nahraum.evidence.voices.categories import Rename

    change(open_study, Rename(id=system["Ressourcen"], name="Alter > 65"))
    before = standing(open_study)
    table = ada.get(at(open_study, "austausch/kodierungen.csv")).content
    assert "Alter > 65" in table.decode()
    take(ada, open_study, table, "kodierungen.csv")
    assert standing(open_study)[2] == before[2]
