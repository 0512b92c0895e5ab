"""Projects that the worker reads and imports: pages and films, ends of the calendar, jobs that break off or wait."""

from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import at
from tests.site.test_exchange import NAME, ada, another, answered, cem, foreign, holds, take, upload, worked
from tests.site.wizard import form_of

__all__ = ["ada", "cem"]


def paged(tmp_path):
    """Return a project with codings on pages of a PDF and on a film."""
    from tests.core.voices import refi_files as refi
    from tests.core.voices.test_beside import moment
    from tests.core.voices.test_pages import TEXT, box, film, pdf

    boxes = [box(1, 3, said="Die Miete"), box(2, 2), box(3, 9, words="Plan")]
    sources = pdf(boxes) + film("Der Platz.\nDer Bus.\n", [(0, 0), (2000, 11)], moment(7, 100, 1900))
    path = refi.qdpx(tmp_path / "a.qdpx", refi.project(sources), {"sources/p.txt": TEXT, "sources/p.pdf": b"%PDF"})
    return path.read_bytes()


@pytest.mark.real_data
def test_what_came_from_pages_and_films_leaves_valid_against_the_schema(study, team, ada, tmp_path, shared):
    from tests.core.voices.test_refi_round_trip import assert_valid

    take(ada, study, paged(tmp_path))
    tmp_path.joinpath("b.qdpx").write_bytes(ada.get(at(study, "austausch/projekt.qdpx")).content)
    assert_valid(tmp_path / "b.qdpx", shared)


def test_codings_on_pages_and_films_come_in_leave_and_come_back_the_same(study, team, ada, cem, tmp_path):
    from nahraum_site.voices.coding.models import Openness

    take(ada, study, paged(tmp_path))
    before = holds(study)
    assert [each[0] for each in before["codings"]] == ["Der Bus 🚌 kommt\nnicht. Ein Treff.", "Der Platz.", "Die Miete",
                                                       "Plan"]  # fmt: skip
    assert len(before["memos"]) == 3
    Openness.objects.create(study=study, is_open=True)
    sent = ada.get(at(study, "austausch/projekt.qdpx"))
    new = another(team)
    take(ada, new, sent.content)
    after = holds(new)
    assert {each: after[each] for each in ("texts", "codings", "memos")} == {
        each: before[each] for each in ("texts", "codings", "memos")
    }


@pytest.mark.parametrize("made", ["0001-01-01T00:00:00+13:59", "9999-12-31T23:59:59-13:59", "2020-05-04T10:00:00"])
def test_moments_at_the_ends_of_the_calendar_are_taken(study, team, ada, tmp_path, made):
    from nahraum_site.voices.coding.models import Coding
    from tests.core.voices import refi_files as refi

    coding = f'<Coding creationDateTime="{made}"'
    xml = refi.project(refi.text_source([refi.selection(0, 3, 1).replace("<Coding", coding)]))
    content = refi.qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus fehlt"}).read_bytes()
    take(ada, study, content)
    assert (Coding.objects.get().made_at.year == 2020) == made.startswith("2020")


def test_a_project_with_categories_too_deep_and_thousands_of_coders_is_shown_and_taken(study, team, ada, tmp_path):
    from nahraum_site.voices.coding.models import Coding
    from tests.core.voices import refi_files as refi

    users = [str(uuid4()) for _n in range(300)]
    marks = [refi.selection(0, 3, n).replace(refi.USER, user) for n, user in enumerate(users)]
    codes = "".join(f'<Code guid="{refi.guid(n, 2)}" name="c{n}">' for n in range(1, 40)) + "</Code>" * 39
    xml = refi.project(refi.text_source(marks), codes=f'<Code guid="{refi.CODE}" name="Wohnen"/>{codes}')
    content = refi.qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus fehlt"}).read_bytes()
    take(ada, study, content)
    assert Coding.objects.count() == 1  # all are Ada's now, and the same


def test_a_project_that_another_version_read_is_read_anew(study, team, ada, tmp_path):
    from nahraum_site.voices.exchange import receiving
    from nahraum_site.voices.exchange.models import Arrival

    page = ada.get(upload(ada, study, foreign(tmp_path, "Bus fehlt überall.", [(0, 3)])).url)
    one = Arrival.objects.get()
    one.path.with_name(receiving.READ).rename(one.path.with_name("read-0.0.1-7"))
    sent = ada.get(page.request["PATH_INFO"])
    assert "/arbeit/" in sent.url
    worked()
    assert "Wer ist genannt?" in words(ada.get(page.request["PATH_INFO"]))


def test_a_reading_that_broke_off_is_taken_up_by_whoever_comes(study, team, enter, ada, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from nahraum_site.records.models import Job
    from nahraum_site.voices.models import Member

    content = foreign(tmp_path, "Bus fehlt überall.", [(0, 3)])
    sent = ada.post(at(study, "austausch/"), {"file": SimpleUploadedFile("a.qdpx", content)})
    Job.objects.update(state=Job.State.LOST)
    assert "Wiederholen" in words(ada.get(sent.url, follow=True))
    Member.objects.create(study=study, user=team["Olga"], part=Member.Part.LEAD)
    olga = enter(team["Olga"])
    assert "/arbeit/" in olga.get(sent.url).url
    worked()
    assert "Wer ist genannt?" in words(olga.get(sent.url))


def test_what_is_decided_waits_sealed_and_somebody_else_is_told_that_it_is_worked_on(study, team, enter, ada, tmp_path,
                                                                                    apart):  # fmt: skip
    from nahraum_site.voices.models import Member

    page = ada.get(upload(ada, study, foreign(tmp_path, f"Frau {NAME} fehlt.", [(0, 3)])).url)
    sent = ada.post(page.request["PATH_INFO"], answered(page, **{"import": "1", "others": "fehlt"}))
    assert sent.status_code == 422  # one word more: looked at first
    sent = ada.post(page.request["PATH_INFO"], answered(sent, **{"import": "1", "others": "fehlt"}))
    again = ada.post(page.request["PATH_INFO"], answered(sent if sent.status_code == 200 else page, **{"import": "1"}))
    assert again.url == sent.url
    sealed = [path for path in (apart / "sealed").rglob("*") if path.is_file()]
    assert sum(path.name.startswith("decision-") for path in sealed) == 1
    assert not any(word.encode() in path.read_bytes() for path in sealed for word in (NAME, "fehlt", "group"))
    Member.objects.create(study=study, user=team["Olga"], part=Member.Part.LEAD)
    olga = enter(team["Olga"])
    assert "für jemand anderen" in words(olga.get(page.request["PATH_INFO"], follow=True))
    assert olga.get(sent.url).status_code == 404
    worked()
    assert olga.get(page.request["PATH_INFO"]).status_code == 404
    assert len(holds(study)["codings"]) == 1


def test_who_may_not_lead_any_more_imports_nothing(study, team, ada, tmp_path):
    from nahraum_site.voices.models import Member

    page = ada.get(upload(ada, study, foreign(tmp_path, "Bus fehlt überall.", [(0, 3)])).url)
    ada.post(page.request["PATH_INFO"], answered(page, **{"import": "1"}))
    Member.objects.create(study=study, user=team["Olga"], part=Member.Part.LEAD)
    Member.objects.filter(study=study, user=team["Ada"]).update(part=Member.Part.READER)
    worked()
    assert holds(study)["codings"] == []


def test_no_method_is_chosen_for_anybody_and_a_new_collection_asks_for_one(study, team, collections, ada, tmp_path):
    """A document is never held back: interviews taken for documents would leave with every quotation."""
    page = ada.get(upload(ada, study, foreign(tmp_path, "Bus fehlt überall.", [(0, 3)])).url)
    assert form_of(page, 'id="entscheiden"')["group_0_method"] == [""]
    at_ = page.request["PATH_INFO"]
    looked = ada.post(at_, answered(page, group_0_method="", look="1"))
    assert "Wählen Sie die Methode" not in words(looked)
    sent = answered(page, group_0_method="", **{"import": "1"})
    refused = ada.post(at_, sent | {"group_0_title": "Gespräch am Markt"})
    assert refused.status_code == 422
    assert "Wählen Sie die Methode" in words(refused)
    assert "Gespräch am Markt" in refused.content.decode()
    taken = ada.post(at_, sent | {"group_0_to": str(collections[0].uuid)})  # it has a method
    assert taken.status_code == 302, words(taken)
