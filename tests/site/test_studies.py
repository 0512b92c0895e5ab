"""Studies in the browser: what is asked when and where, who belongs to the team, whom one heard."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from tests.site.studies_fixtures import (
    areas,
    at,
    enter,
    forgetful,
    hire,
    lars,
    lead,
    nora,
    note,
    otto,
    rita,
    study,
    typed,
    words,
)  # fmt: skip

__all__ = ["areas", "enter", "forgetful", "hire", "lars", "lead", "nora", "otto", "rita", "study"]
QUESTIONS = {
    "thema-TOTAL_FORMS": "2",
    "thema-INITIAL_FORMS": "0",
    "thema-0-title": "Herausforderungen",
    "thema-0-questions": "Was fehlt hier?\r\n\r\n Wer bleibt außen vor? ",
    "thema-1-title": "",
    "thema-1-questions": "",
}
PLAN = {
    "paket-TOTAL_FORMS": "2",
    "paket-INITIAL_FORMS": "0",
    "paket-0-title": "Vorbereitung",
    "paket-0-start": "2026-03-01",
    "paket-0-end": "2026-03-31",
    "paket-1-title": "Workshops",
    "paket-1-start": "2026-05-01",
    "paket-1-end": "2026-05-30",
}


# Begin


def test_a_study_begins_and_whoever_began_it_leads_it(lead, rita):
    from nahraum_site.voices.models import Study

    assert "Sie gehören noch zu keinem Team" in words(lead.get("/studien/"))
    answer = lead.post("/studien/neu/", {"title": "Sozialräume 2026", "chosen_from": ""})
    made = Study.objects.get()
    assert answer.headers["Location"] == at(made)
    page = words(lead.get(at(made)))
    assert page.count("Sozialräume 2026") >= 2
    assert [(each.user, each.part) for each in made.team.all()] == [(rita, "lead")]
    assert "Sozialräume 2026" in words(lead.get("/studien/"))


def test_a_study_without_a_title_is_not_begun_and_what_was_typed_stays(lead):
    from nahraum_site.voices.models import Study

    answer = lead.post("/studien/neu/", {"title": "", "chosen_from": "Weil dort viele Kinder leben"})
    assert answer.status_code == 422
    assert "Weil dort viele Kinder leben" in words(answer)
    assert not Study.objects.exists()


def test_a_study_begins_in_areas_chosen_in_the_overview_and_keeps_the_way_back(edition, lead, otto, enter):
    from nahraum_site.records import jobs
    from nahraum_site.voices.models import Study

    lead.get("/uebersicht/")
    assert jobs.run_next()
    page = words(lead.get("/uebersicht/"))
    assert "Studie mit diesen Gebieten beginnen" in page
    keys = [key for key in edition.selected if f'value="{key}"' in page][:2]
    posted = {"edition": str(edition.uuid), "areas": [*keys, "9999"]}
    address = lead.post("/uebersicht/studie/", posted).headers["Location"]
    assert address.startswith("/studien/neu/?auswahl=")
    lead.post(address, {"title": "Zwei Quartiere", "chosen_from": "Viele Gründe"})
    made = Study.objects.get()
    assert made.spaces == keys
    shown = words(lead.get(at(made)))
    for key in keys:
        profile = f"/gebiete/{key}/?ausgabe={edition.uuid}#profil"
        assert profile in shown
        assert lead.get(profile).status_code == 200
    assert f"/gebiete/?ausgabe={edition.uuid}" in shown
    assert edition.named in shown
    assert "gewählt in" not in words(enter(otto).get(address))  # somebody else's selection


@pytest.mark.parametrize(
    ("posted", "said"),
    [({"areas": []}, "Kreuzen Sie die Gebiete an"), ({"edition": "alt", "areas": ["1306"]}, "neuere Ausgabe")],
)
def test_the_overview_asks_for_areas_of_the_edition_that_it_shows(edition, lead, posted, said):
    from nahraum_site.records import jobs

    lead.get("/uebersicht/")
    assert jobs.run_next()
    answer = lead.post("/uebersicht/studie/", {"edition": str(edition.uuid), **posted}, follow=True)
    assert answer.redirect_chain[0][0] == "/uebersicht/"
    assert said in words(answer)


def test_leaders_see_no_boxes_in_the_overview(edition, hire, enter):
    from nahraum_site.records import jobs

    lena = enter(hire("Lena", "leader"))
    lena.get("/uebersicht/")
    assert jobs.run_next()
    assert 'type="checkbox"' not in words(lena.get("/uebersicht/"))


# Questions, plan, areas, team


def test_leading_questions_are_kept_in_their_themes(lead, study):
    given = {**QUESTIONS, "version": study.version, "kept": at(study, "fragen/")}  # as keep.mjs adds it
    assert lead.post(at(study, "fragen/"), given).status_code == 302
    study.refresh_from_db()
    assert study.themes == [{"title": "Herausforderungen", "questions": ["Was fehlt hier?", "Wer bleibt außen vor?"]}]
    page = words(lead.get(at(study)))
    assert page.index("Herausforderungen") < page.index("Was fehlt hier?") < page.index("Wer bleibt außen vor?")


def test_more_rows_store_nothing_and_lose_nothing(lead, study):
    answer = lead.post(at(study, "fragen/"), {**QUESTIONS, "version": study.version, "more": "1"})
    assert "Wer bleibt außen vor?" in words(answer)
    assert 'name="thema-3-title"' in words(answer)
    study.refresh_from_db()
    assert study.themes == []


def test_questions_need_a_theme(lead, study):
    answer = lead.post(at(study, "fragen/"), {**QUESTIONS, "thema-0-title": "", "version": study.version})
    assert answer.status_code == 422
    assert "Bitte nennen Sie das Thema" in words(answer)
    assert "Was fehlt hier?" in words(answer)


def test_work_packages_stand_on_the_calendar(lead, study):
    assert lead.post(at(study, "plan/"), {**PLAN, "version": study.version}).status_code == 302
    page = words(lead.get(at(study)))
    # March and May 2026: 92 days from 1 March; the second bar begins 61 days later and takes 30
    assert 'viewBox="0 0 91 1"' in page
    assert 'x="61" y="0" width="30"' in page
    assert "1. April 2026 – 30. April 2026" in page


def test_a_package_waits_for_another_one(lead, study):
    lead.post(at(study, "plan/"), {**PLAN, "version": study.version})
    study.refresh_from_db()
    first, second = (each["id"] for each in study.packages)
    again = PLAN | {"paket-INITIAL_FORMS": "2", "paket-0-id": first, "paket-1-id": second, "paket-1-after": first}
    lead.post(at(study, "plan/"), {**again, "paket-1-start": "2026-03-15", "version": study.version})
    study.refresh_from_db()
    assert study.packages[1]["after"] == [first]
    assert "„Workshops“ beginnt, bevor „Vorbereitung“" in words(lead.get(at(study)))
    lead.post(
        at(study, "plan/"),
        {**again, "paket-0-title": "", "paket-0-start": "", "paket-0-end": "", "version": study.version},
    )
    study.refresh_from_db()
    assert [(each["title"], each["after"]) for each in study.packages] == [("Workshops", [])]


def test_a_package_that_ends_before_it_starts_is_refused_and_stays_typed(lead, study):
    answer = lead.post(at(study, "plan/"), {**PLAN, "paket-1-end": "2026-04-30", "version": study.version})
    assert answer.status_code == 422
    assert "„Workshops“ endet, bevor es beginnt" in words(answer)
    assert 'value="2026-04-30"' in words(answer)
    study.refresh_from_db()
    assert study.packages == []


def test_areas_are_chosen_with_the_reason(lead, study):
    given = {"title": "Am Hafen", "spaces": ["1301"], "chosen_from": "Viele Kinder", "version": study.version}
    assert lead.post(at(study, "gebiete/"), given).status_code == 302
    study.refresh_from_db()
    assert (study.spaces, study.chosen_from) == (["1301"], "Viele Kinder")
    assert lead.post(at(study, "gebiete/"), {**given, "spaces": ["9999"]}).status_code == 422


def test_a_team_has_somebody_who_leads_it_and_may(lead, study, rita, nora):
    answer = lead.post(at(study, "team/"), {str(rita.uuid): "coder", "version": study.version})
    assert "Jemand muss die Studie leiten" in words(answer)
    answer = lead.post(at(study, "team/"), {str(nora.uuid): "lead", str(rita.uuid): "lead", "version": study.version})
    assert answer.status_code == 422  # a neighbourhood manager leads no study
    assert study.team.count() == 3
    assert lead.post(at(study, "team/"), {str(rita.uuid): "lead", "version": study.version}).status_code == 302
    assert study.team.count() == 1


# Collections


def test_a_collection_keeps_every_field_of_the_core(lead, study):
    from nahraum.evidence.voices.studies.terms import Background, Collection, Consent, Method

    lead.post(at(study, "plan/"), {**PLAN, "version": study.version})
    study.refresh_from_db()
    package = study.packages[1]["id"]
    one = note(
        lead, study, title="Hafencafé", space="1306", day="2026-05-09", place="Bürgerhaus", package=package,
        moderators="Team Nord", participants="17", group_sizes="6, 5; 6", rounds="3", minutes="90", invitations="40",
        refusals="4", contact_attempts="2", consent="written", delete_on="2030-12-31", background_church="2",
        background_resident="0",
    )  # fmt: skip
    assert one.noun == Collection(
        id=str(one.uuid), method=Method.WORLD_CAFE, title="Hafencafé", space="1306", day=date(2026, 5, 9),
        place="Bürgerhaus", package=package, moderators=("Team Nord",), participants=17,
        backgrounds={Background.CHURCH: 2, Background.RESIDENT: 0}, groups=3, group_sizes=(6, 5, 6), rounds=3,
        minutes=90, contact_attempts=2, invitations=40, refusals=4, consent=Consent.WRITTEN,
        delete_on=date(2030, 12, 31),
    )  # fmt: skip
    sent = typed(lead.get(at(study, f"erhebungen/{one.uuid}/")))
    assert lead.post(at(study, f"erhebungen/{one.uuid}/"), sent).status_code == 302
    before = one.noun
    one.refresh_from_db()
    assert one.noun == before  # opened and stored: nothing changes


def test_the_rules_of_the_method_are_said_with_their_reason(lead, study):
    note(lead, study, title="Großes Café", space="1306", participants="8", group_sizes="8")
    page = words(lead.get(at(study)))
    assert "„Großes Café“: Eine Gruppe hat 8 Personen, mehr als 6" in page
    assert "World-Café der Untersuchung Leverkusen" in page
    assert "1301" in page  # nobody was heard there, by its name
    assert "Einwilligung" in page


def test_one_rule_is_said_whole_once_however_many_it_concerns(lead, study):
    for n in range(4):
        note(lead, study, title=f"Café {n}", space="1306", participants="8", group_sizes="8")
    page = lead.get(at(study)).content.decode()
    rules = page[page.index('id="regeln"') :]
    shown = re.sub(r"<details>.*?</details>", "", rules, flags=re.DOTALL)
    assert len(re.findall(r"Café \d“: Eine Gruppe hat 8 Personen", shown)) == 1
    assert len(re.findall(r"Café \d“: Eine Gruppe hat 8 Personen", rules)) == 4
    assert "Dasselbe gilt noch 3-mal" in rules


def test_no_method_is_chosen_before_somebody_chooses(lead, study):
    page = lead.get(at(study, "erhebungen/neu/")).content.decode()
    assert re.search(r'<select name="method"[^>]*>\s*<option value="" selected', page)
    assert lead.post(at(study, "erhebungen/neu/"), {"version": "0", "method": ""}).status_code == 422


def test_unknown_is_not_zero(lead, study):
    one = note(lead, study, space="1306")
    assert one.participants is None
    assert "nicht bekannt" in words(lead.get(at(study)))
    assert note(lead, study, space="1306", participants="0").participants == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("group_sizes", "6, fünf", "„fünf“ ist keine Größe einer Gruppe"),
        ("participants", "-1", "größer oder gleich 0"),
        ("day", "31.02.2026", "gültiges Datum"),
        ("space", "9999", "9999"),
        ("method", "seance", "seance"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_typed(lead, study, field, value, said):
    given = {"method": "world_cafe", "version": "0", "title": "Bleibt stehen", field: value}
    answer = lead.post(at(study, "erhebungen/neu/"), given)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Bleibt stehen" in words(answer)
    assert not study.collections.exists()


def test_small_groups_are_held_back(lead, study):
    note(lead, study, title="Zu dritt", space="1306", participants="3")
    note(lead, study, title="Zu acht", space="1301", participants="8")
    page = words(lead.get(at(study)))
    assert page.count("<strong>zurückgehalten</strong>") == 1
    assert "„Zu dritt“: Zitate" in page


def test_what_must_be_deleted_is_said_first(lead, study):
    from django.utils import timezone

    today = timezone.localdate()
    note(lead, study, title="Überfällig", delete_on=str(today - timedelta(days=1)))
    note(lead, study, title="Bald", delete_on=str(today + timedelta(days=30)))
    note(lead, study, title="Später", delete_on=str(today + timedelta(days=31)))
    note(lead, study, title="Widerrufen", withdrawn_on=str(today))
    page = words(lead.get(at(study)))
    due = page[page.index('id="loeschen"') : page.index('id="fragen"')]
    assert due.index("Überfällig") < due.index("widerrufen") < due.index("Bald")
    assert "Später" not in due
    assert "Texte aus 2 Erhebungen müssen gelöscht werden" in words(lead.get("/studien/"))


def test_a_collection_noted_by_mistake_is_removed(lead, study):
    one = note(lead, study, title="Irrtum")
    here = at(study, f"erhebungen/{one.uuid}/loeschen/")
    assert "endgültig" in words(lead.get(here))
    assert study.collections.count() == 1
    lead.post(here)
    assert study.collections.count() == 0


def test_the_sample_is_counted_and_can_be_taken_along(lead, study):
    from nahraum_site.records.models import LogEntry

    note(lead, study, space="1306", participants="8")
    note(lead, study, space="1306", method="telephone_interview", participants="1")
    note(lead, study, participants="18")
    lines = words(lead.get(at(study, "stichprobe.csv"))).splitlines()
    assert [line.split(";")[1:] for line in lines] == [
        ["World-Café", "Telefoninterview", "alle Methoden"],
        ["8.0", "1.0", "9.0"],
        ["x", "x", "x"],
        ["18.0", "x", "18.0"],
        ["26.0", "1.0", "27.0"],
    ]
    book = lead.get(at(study, "stichprobe.xlsx")).content
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    assert lead.get(at(study, "stichprobe.exe")).status_code == 404
    assert LogEntry.objects.filter(action="sample.taken").count() == 2


def test_the_template_of_a_collection_asks_its_questions(lead, study):
    from docx import Document

    one = note(lead, study, title="Hafencafé", space="1306")
    here = at(study, f"erhebungen/{one.uuid}/vorlage")
    assert "keine Fragen" in words(lead.get(f"{here}.docx", follow=True))
    lead.post(at(study, "fragen/"), {**QUESTIONS, "version": study.version})
    document = Document(io.BytesIO(lead.get(f"{here}.docx").content))
    text = "\n".join(each.text for each in document.paragraphs)
    assert "Hafencafé" in text
    assert "Wer bleibt außen vor?" in text
    assert str(one.uuid) in text
    assert b"opendocument.text" in lead.get(f"{here}.odt").content
    assert lead.get(f"{here}.exe").status_code == 404


def test_the_log_names_ids_and_never_what_was_typed(lead, study):
    from nahraum_site.records.models import LogEntry

    note(lead, study, title="Geheimtitel", place="Geheimort", moderators="Geheimname")
    told = [f"{each.before}{each.after}" for each in LogEntry.objects.all()]
    assert any("world_cafe" in each for each in told)
    assert not any("Geheim" in each for each in told)


# Two at once


def test_who_is_overtaken_sees_what_is_stored_now_and_loses_nothing(lead, nora, enter, study):
    one = note(lead, study, title="Café", participants="5")
    here = at(study, f"erhebungen/{one.uuid}/")
    mine, theirs = typed(lead.get(here)), typed(lead.get(here))
    assert enter(nora).post(here, {**theirs, "participants": "12"}).status_code == 302
    answer = lead.post(here, {**mine, "title": "Hafencafé"})
    assert answer.status_code == 409
    page = words(answer)
    assert "Jemand anderes hat das inzwischen geändert" in page
    assert "<dt>Teilnehmende</dt><dd>12</dd>" in page
    assert "<dt>Titel</dt><dd>Café</dd>" in page
    assert "Moderation</dt>" not in page  # the same in both
    again = typed(answer)
    assert (again["title"], again["participants"]) == ("Hafencafé", "5")
    assert lead.post(here, again).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.participants) == ("Hafencafé", 5)


def test_who_plans_at_the_same_time_is_told_too(lead, study):
    old = study.version
    lead.post(at(study, "plan/"), {**PLAN, "version": old})
    answer = lead.post(at(study, "plan/"), {**PLAN, "paket-0-title": "Vorlauf", "version": old})
    assert answer.status_code == 409
    assert "Vorbereitung: 1. März 2026" in words(answer)
    assert "Vorlauf" in words(answer)
    answer = lead.post(at(study, "plan/"), {**PLAN, "paket-0-title": "Vorlauf", "version": old + 1})
    assert answer.status_code == 302
    for rest in ("gebiete/", "team/"):
        sent = {**typed(lead.get(at(study, rest))), "version": old}
        assert lead.post(at(study, rest), sent).status_code == 409, rest
