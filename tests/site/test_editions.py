"""Editions: drafted, submitted, reviewed by a second person, published, superseded, withdrawn."""

import io
import subprocess
import zipfile
from uuid import uuid4

import pytest

from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures
from tests.site.running import NAHRAUM


@pytest.fixture
def people(edition, hire, enter):  # noqa: F811
    """Return (user, browser) of a planner, a second planner who also releases, and two releasers."""
    cast = {"Petra": ("planner",), "Paul": ("planner", "releaser"), "Rita": ("releaser",), "Rolf": ("releaser",)}
    found = {}
    for name, roles in cast.items():
        user = hire(name, *roles)
        found[name] = (user, enter(user))
    return found


@pytest.fixture
def copy(edition):
    """Return a function that stores a draft like the published edition, as if computed now: seconds are saved."""
    from django.utils import timezone

    from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod

    def new(author, **changes):
        draft = Edition.objects.get(pk=edition.pk)
        layers = list(draft.layers.all())
        draft.pk, draft.uuid, draft.stage, draft.published_at = None, uuid4(), "draft", None
        draft.author, draft.reviewer, draft.made_at = author, None, timezone.now()
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.save()
        for layer in layers:
            cells, periods = list(layer.cells.all()), list(layer.periods.all())
            layer.pk, layer.edition = None, draft
            layer.save()
            for row in (*cells, *periods):
                row.pk, row.layer = None, layer
            Cell.objects.bulk_create(cells, batch_size=1000)
            LayerPeriod.objects.bulk_create(periods)
        assert Layer.objects.filter(edition=draft).exists()
        return draft

    return new


def step(client, edition, which, said="Geprüft und für gut befunden", **more):
    return client.post(f"/ausgaben/{edition.uuid}/{which}/", {"words": said, "confirmed": "1", **more}, follow=True)


def stage(edition):
    edition.refresh_from_db()
    return edition.stage


def test_from_draft_to_publication_with_the_log_telling_each_step(people, copy, edition):
    from nahraum_site.indicators.queries import latest_edition
    from nahraum_site.records.models import LogEntry

    draft = copy(people["Petra"][0])
    assert stage(draft) == "draft"
    step(people["Petra"][1], draft, "vorlegen")
    assert stage(draft) == "review"
    step(people["Rita"][1], draft, "zurueckgeben", "Bitte die Quelle nennen")
    assert stage(draft) == "returned"
    assert "Bitte die Quelle nennen" in words(people["Petra"][1].get(f"/ausgaben/{draft.uuid}/"))
    step(people["Petra"][1], draft, "vorlegen")
    step(people["Rita"][1], draft, "veroeffentlichen")
    assert stage(draft) == "published"
    assert draft.reviewer == people["Rita"][0]
    assert latest_edition() == draft
    listed = words(people["Petra"][1].get("/ausgaben/"))
    assert "abgelöst" in listed
    step(people["Rita"][1], draft, "zurueckziehen", "Falsche Grundlage")
    draft.refresh_from_db()
    assert draft.withdrawn_because == "Falsche Grundlage"
    assert latest_edition() == edition
    entries = LogEntry.objects.filter(thing=str(draft.uuid)).order_by("number")
    told = [(each.action.removeprefix("edition."), each.actor) for each in entries]
    petra, rita = str(people["Petra"][0].uuid), str(people["Rita"][0].uuid)
    assert told == [
        ("submitted", petra), ("returned", rita), ("submitted", petra), ("published", rita), ("withdrawn", rita)
    ]  # fmt: skip


@pytest.mark.parametrize("which", ["veroeffentlichen", "zurueckgeben"])
def test_nobody_reviews_an_edition_of_their_own(people, copy, which):
    draft = copy(people["Paul"][0], stage="review")
    assert step(people["Paul"][1], draft, which).status_code == 403
    assert stage(draft) == "review"
    assert f"{draft.uuid}/veroeffentlichen" not in words(people["Paul"][1].get(f"/ausgaben/{draft.uuid}/"))
    assert step(people["Petra"][1], draft, which).status_code == 403, "a planner releases nothing"


def test_words_are_needed(people, copy):
    draft = copy(people["Petra"][0], stage="review")
    for which in ("veroeffentlichen", "zurueckgeben"):
        assert "in wenigen Worten" in words(step(people["Rita"][1], draft, which, "  "))
        assert stage(draft) == "review"


def test_of_two_releasers_the_second_is_told(people, copy):
    draft = copy(people["Petra"][0], stage="review")
    step(people["Rita"][1], draft, "veroeffentlichen")
    told = words(step(people["Rolf"][1], draft, "zurueckgeben"))
    assert "nicht mehr" in told
    assert stage(draft) == "published"
    assert draft.reviewer == people["Rita"][0]
    step(people["Rolf"][1], draft, "veroeffentlichen")
    draft.refresh_from_db()
    assert draft.reviewer == people["Rita"][0]


def test_a_draft_from_before_another_publication_is_refused(people, copy):
    first, second = (copy(people["Petra"][0], stage="review") for _ in range(2))
    step(people["Rita"][1], second, "veroeffentlichen")
    told = words(step(people["Rolf"][1], first, "veroeffentlichen"))
    assert "eine andere Ausgabe veröffentlicht" in told
    assert stage(first) == "review"


def test_a_draft_is_reached_by_no_address_of_the_public(people, copy, enter):  # noqa: F811
    from nahraum_site.reports.models import StoredFile

    draft = copy(people["Petra"][0], title="Geheimer Entwurf")
    file = StoredFile.objects.create(edition=draft, name="werte.csv", size=3, sha256="0" * 64)
    stranger = enter(None)
    addresses = [
        "/", "/bericht/", "/methode/", "/gebiete/",
        *(f"/{page}?ausgabe={draft.uuid}" for page in ("atlas/", "atlas/druck/", "einbetten/atlas/", "gebiete/")),
        *(f"/atlas/ansicht.{kind}?ausgabe={draft.uuid}" for kind in ("csv", "xlsx", "svg", "png", "gpkg")),
        f"/gebiete/{draft.system.areas.first().key}/?ausgabe={draft.uuid}",
        f"/atlas/{draft.uuid}/gebiete.json",
        f"/dateien/{file.uuid}/{file.name}",
        f"/ausgaben/{draft.uuid}/", f"/ausgaben/{draft.uuid}/projekt.zip", "/ausgaben/",
    ]  # fmt: skip
    for address in addresses:
        answer = stranger.get(address)
        body = answer.getvalue()
        assert b"Geheimer Entwurf" not in body, address
        if str(draft.uuid) in address or "/dateien/" in address:
            assert answer.status_code in (302, 403, 404), (address, answer.status_code)
    inside = people["Petra"][1].get(f"/atlas/?ausgabe={draft.uuid}")
    assert inside.status_code == 200, "who works here sees it"


def test_what_the_protection_warns_of_must_be_confirmed(people, copy, edition):
    warning = {"severity": "Warnung", "grave": True, "sentence": "2 Werte sind schon gezeigt.", "advice": ""}
    told = {language: {**said, "release": [warning]} for language, said in edition.words.items()}
    draft = copy(people["Petra"][0], stage="review", words=told)
    client = people["Rita"][1]
    page = words(client.get(f"/ausgaben/{draft.uuid}/"))
    assert "2 Werte sind schon gezeigt." in page
    assert 'name="confirmed"' in page
    refused = words(client.post(f"/ausgaben/{draft.uuid}/veroeffentlichen/", {"words": "gut"}, follow=True))
    assert stage(draft) == "review"
    assert "Warnungen" in refused
    step(client, draft, "veroeffentlichen")
    assert stage(draft) == "published"


def test_the_reviewer_reads_what_changed_since_the_current_edition(people, copy):
    """Two areas swap their ranks, one loses its value: counted here by hand."""
    from nahraum_site.indicators.models import Cell

    draft = copy(people["Petra"][0], stage="review")
    layer = draft.layers.get(kind="index")
    last = max(layer.periods.values_list("period", flat=True))
    first, second, third = Cell.objects.filter(layer=layer, period=last, rank__gt=0).order_by("rank")[:3]
    Cell.objects.filter(pk=first.pk).update(rank=second.rank)
    Cell.objects.filter(pk=second.pk).update(rank=first.rank, class_number=max(second.class_number - 1, 1))
    Cell.objects.filter(pk=third.pk).update(rank=0, value=None, state=1, class_number=0)
    page = words(people["Rita"][1].get(f"/ausgaben/{draft.uuid}/"))
    part = page[page.index('id="aenderungen"') :]
    part = part[: part.index("</section>")]
    assert f"{first.area.name}</th>" in part
    assert f"{second.area.name}</th>" in part
    assert f"{third.area.name}</th>" in part
    assert part.count('<th scope="row">') == 3


@pytest.mark.slow
def test_minimum_set_and_unset_as_editions_and_the_command_line_agrees_to_the_byte(people, tmp_path):
    """The whole way by the worker: a version with 300 inhabitants, the draft, its folder, ``nahraum index`` on it."""
    from nahraum_site.indicators.actions.stock import save_recipe
    from nahraum_site.indicators.models import Edition, Recipe
    from nahraum_site.records import jobs

    user, client = people["Petra"]
    base = Recipe.objects.first()
    index = {**base.parts["indices"][0], "replace": [{"step": "select", "min_inhabitants": 300.0}]}
    recipe = save_recipe(
        {**base.parts, "indices": [index, *base.parts["indices"][1:]]},
        name="Ohne kleine Quartiere",
        reason="Vergleich mit Berlin",
        user=user,
        based_on=base,
    )
    answer = client.post("/ausgaben/neu/", {"recipe": recipe.pk, "reason": "Mindestens 300"})
    assert answer.status_code == 302, words(answer)
    jobs.run_next()
    draft = Edition.objects.get(recipe_version=recipe)
    assert draft.author == user
    page = words(client.get(f"/ausgaben/{draft.uuid}/"))
    assert "Mindestens 300" in page
    part = page[page.index('id="aenderungen"') :]
    assert "300" in part[: part.index("</section>")], "the option that differs is named"
    why = "nicht im Index: weniger Einwohner*innen, als das Rezept verlangt"
    assert why in part, "an area that is left out is not called protected"
    assert "die veröffentlicht werden dürfen" in page, "why the numbers differ from the workbench"
    area = words(client.get(f"/gebiete/1306/?ausgabe={draft.uuid}"))
    assert area.count(why) > 2, "index and Lebenslagen"
    assert "Hier leben wenige Menschen" in area
    assert why in words(client.get(f"/atlas/?ausgabe={draft.uuid}")), "table and legend of the atlas"
    sent = client.get(f"/ausgaben/{draft.uuid}/projekt.zip")
    zipfile.ZipFile(io.BytesIO(sent.getvalue())).extractall(tmp_path / "project")
    done = subprocess.run(
        [NAHRAUM, "index", tmp_path / "project", "--out", tmp_path / "out"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    from django.conf import settings

    stored = settings.FILES / str(draft.uuid)
    same = [path for path in stored.iterdir() if path.suffix in (".csv", ".json", ".toml")]
    same = [
        path for path in same if path.name != "bericht.json"
    ]  # the blocks of the web page, which the site alone has
    assert len(same) > 5
    for path in same:
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_edition_carries_one_mark_of_what_it_was_computed_from(edition):
    from importlib import import_module

    from django.apps import apps

    from nahraum_site.indicators.assembly import stock
    from nahraum_site.indicators.models import Edition

    assert edition.fingerprint == stock().with_recipe(edition.recipe_version.parts).fingerprint
    assert len(edition.folder_mark) == 64
    assert edition.folder_mark != edition.fingerprint
    Edition.objects.filter(pk=edition.pk).update(folder_mark="", fingerprint=edition.folder_mark)
    import_module("nahraum_site.indicators.migrations.0004_counts_and_folder_mark").mark(apps, None)
    assert Edition.objects.get(pk=edition.pk).folder_mark == edition.folder_mark, "or the folder is computed once more"


# Drafts are not protected beside each other: outside planning nobody sees two (ADR 0012)


def test_a_releaser_sees_the_one_in_review_and_planning_all(people, copy, enter, hire):  # noqa: F811
    from nahraum_site.indicators.queries import visible_editions

    petra, (rita, at_ritas) = people["Petra"][0], people["Rita"]
    found = {stage: copy(petra, stage=stage) for stage in ("draft", "review", "returned")}
    seen = {stage: at_ritas.get(f"/ausgaben/{each.uuid}/").status_code for stage, each in found.items()}
    assert seen == {"draft": 404, "review": 200, "returned": 404}
    assert visible_editions(rita).exclude(stage="published").get() == found["review"]
    assert visible_editions(petra).exclude(stage="published").count() == 3
    for who in ("researcher", "leader", "contact", "neighbourhood_manager", "partner", "administrator"):
        assert not visible_editions(hire(who.title(), who)).exclude(stage="published").exists(), who
    for address in ("/atlas/", "/atlas/druck/", "/atlas/ansicht.csv", "/gebiete/1306/"):
        assert at_ritas.get(f"{address}?ausgabe={found['draft'].uuid}").status_code == 404
        assert at_ritas.get(f"{address}?ausgabe={found['review'].uuid}").status_code == 200
    assert at_ritas.get(f"/atlas/{found['returned'].uuid}/gebiete.json").status_code == 404


def test_one_edition_at_a_time_is_in_review_and_can_be_taken_back(people, copy):
    petra, paul = people["Petra"], people["Paul"]
    first, second = copy(petra[0]), copy(paul[0])
    step(petra[1], first, "vorlegen")
    assert "liegt zur Prüfung vor" in words(step(paul[1], second, "vorlegen"))
    assert (stage(first), stage(second)) == ("review", "draft")
    assert "Aus der Prüfung zurücknehmen" in words(paul[1].get(f"/ausgaben/{first.uuid}/"))
    assert step(people["Rita"][1], first, "zuruecknehmen").status_code == 403
    assert "Zurückgenommen" in words(step(paul[1], first, "zuruecknehmen"))
    step(paul[1], second, "vorlegen")
    assert (stage(first), stage(second)) == ("draft", "review")
    assert people["Rita"][1].get(f"/ausgaben/{first.uuid}/").status_code == 404
    assert "nicht mehr" in words(step(petra[1], first, "zuruecknehmen"))


def test_who_gives_back_is_led_to_the_list(people, copy):
    draft = copy(people["Petra"][0], stage="review")
    answer = step(people["Rita"][1], draft, "zurueckgeben", "Quelle fehlt")
    assert answer.redirect_chain[-1][0] == "/ausgaben/"
    assert "Quelle fehlt" in words(people["Petra"][1].get(f"/ausgaben/{draft.uuid}/"))


def test_what_a_change_of_numbers_did_is_told_only_to_who_may_see_both(people, copy, edition, enter, hire):  # noqa: F811
    """A report over a draft took the numbers of a published edition: its list of changes names the draft's numbers."""
    from nahraum_site.reports.models import Report, Switch

    petra = people["Petra"][0]
    draft = copy(petra)
    report = Report.objects.create(title="Bericht", edition=edition, author=petra)
    Switch.objects.create(
        report=report,
        before=draft,
        now=edition,
        by=petra,
        changes=[{"sentence": "Vorher 4711", "hint": "", "place": ""}],
    )
    address = f"/berichte/{report.uuid}/"
    assert "Vorher 4711" in words(people["Petra"][1].get(address))
    for who in ("leader", "contact", "neighbourhood_manager", "researcher", "releaser"):
        page = enter(hire(who.title(), who)).get(address)
        assert page.status_code == 200
        assert "4711" not in words(page), who


def test_a_report_over_a_draft_is_seen_by_who_sees_the_draft(people, copy, edition, enter, hire):  # noqa: F811
    from nahraum_site.reports import authoring
    from nahraum_site.reports.models import Report

    petra = people["Petra"][0]
    for stage_, seen in (("draft", {"planner"}), ("returned", {"planner"}), ("review", {"planner", "releaser"})):
        report = Report.objects.create(title="Bericht", edition=copy(petra, stage=stage_), author=petra)
        chapter = authoring.add_chapter(report, title="A", text="A", user=petra)
        for who in ("planner", "releaser", "researcher", "leader", "contact", "neighbourhood_manager"):
            client = enter(hire(f"{who}-{stage_}", who))
            whole = f"/berichte/{report.uuid}/"
            for rest in ("", "lesen/", "entwurf.docx", f"kapitel/{chapter.uuid}/", f"kapitel/{chapter.uuid}/verlauf/"):
                if who in seen and rest in ("lesen/", "entwurf.docx"):
                    continue  # seconds
                assert (client.get(whole + rest).status_code == 404) == (who not in seen), (stage_, who, rest)
            assert (str(report.uuid) in words(client.get("/berichte/"))) == (who in seen)


# An edition is published while another draft is computed


def test_a_draft_that_was_computed_while_another_edition_was_published_is_refused(
    people, copy, town, monkeypatch, edition
):
    """Its protection does not know of that edition, however late it was stored."""
    from nahraum_site.indicators.models import Recipe
    from nahraum_site.reports import actions

    (petra, at_petras), (_rita, at_ritas) = people["Petra"], people["Rita"]
    other = copy(petra, stage="review")

    def meanwhile(*_given, **_more):
        step(at_ritas, other, "veroeffentlichen")
        assert stage(other) == "published"
        return town

    monkeypatch.setattr(actions, "run_project", meanwhile)
    monkeypatch.setattr(actions, "write_report", lambda *_given: None)
    monkeypatch.setattr(actions, "write_open_data", lambda *_given: None)
    draft = actions.draft_edition(Recipe.objects.first(), reason="neu", author=petra, progress=lambda _s, _n: None)
    assert draft.made_at < other.published_at
    step(at_petras, draft, "vorlegen")
    told = words(step(at_ritas, draft, "veroeffentlichen"))
    assert "eine andere Ausgabe veröffentlicht" in told
    assert stage(draft) == "review"


def test_what_a_draft_is_protected_beside_is_what_was_public_when_it_began(people, copy, town, monkeypatch):
    from django.utils import timezone

    from nahraum_site.indicators.models import Edition, Recipe
    from nahraum_site.reports import actions

    petra = people["Petra"][0]
    known = []
    real = actions.protect_edition
    monkeypatch.setattr(actions, "run_project", lambda *_given, **_more: town)
    monkeypatch.setattr(actions, "protect_edition", lambda core, before: known.append(before) or real(core, before))
    monkeypatch.setattr(actions, "write_report", lambda *_given: None)
    monkeypatch.setattr(actions, "write_open_data", lambda *_given: None)
    for at_stage in ("draft", "review", "returned"):  # none of these was released
        copy(petra, stage=at_stage)
    now = timezone.now()
    copy(petra, stage="published", published_at=now, withdrawn_at=now)
    actions.draft_edition(Recipe.objects.first(), reason="neu", author=petra, progress=lambda _s, _n: None)
    assert len(known[0]) == Edition.objects.exclude(published_at=None).count()  # what was withdrawn is known for ever


def test_texts_of_a_project_may_be_long(edition):
    """PostgreSQL refuses what is longer than its column; a long unit or name is no reason to fail."""
    from nahraum_site.indicators.models import Edition, Layer
    from nahraum_site.places.models import Area, AreaSystem

    long = "Fälle von Hilfen zur Erziehung je 1.000 Kinder und Jugendliche " * 10
    assert Layer.objects.filter(edition=edition).update(name=long, unit=long)
    assert Edition.objects.filter(pk=edition.pk).update(title=long, city=long, publisher=long, licence=long)
    assert Area.objects.filter(system=edition.system).update(name=long, parent=long)
    assert AreaSystem.objects.filter(pk=edition.system_id).update(name=long, finest=long, above=long)
