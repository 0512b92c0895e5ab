"""Files that are kept only if they pass a look."""

from contextlib import suppress

import pytest


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_what_does_not_pass_the_look_leaves_nothing(django, fault):
    from django.conf import settings

    from nahraum_site.records import files
    from nahraum_site.records.models import File

    def look(file):
        assert file.path.read_bytes() == b"abc"
        assert not File.objects.filter(uuid=file.uuid).exists(), "killed here, it would leave a row without its file"
        raise fault

    before = set(settings.KEPT.iterdir()) if settings.KEPT.exists() else set()
    with pytest.raises(fault):
        files.keep_if("a.csv", [b"a", b"bc"], None, look)
    assert not File.objects.filter(name="a.csv").exists()
    assert set(settings.KEPT.iterdir()) == before


def test_what_passes_is_kept_with_what_was_seen(django):
    from nahraum_site.records import files

    file, seen = files.keep_if("b.csv", [b"a;b"], None, lambda each: each.path.read_text().split(";"))
    assert seen == ["a", "b"]
    assert file.pk
    assert file.path.exists()


@pytest.mark.commits
def test_a_file_goes_once_it_is_certain_that_its_row_is_gone(django):
    from django.db import transaction

    from nahraum_site.records import files
    from nahraum_site.records.models import File

    file = files.keep("c.csv", [b"c"], None)
    with suppress(ZeroDivisionError), transaction.atomic():
        files.forget(File.objects.get(pk=file.pk))
        raise ZeroDivisionError
    assert File.objects.filter(pk=file.pk).exists()
    assert file.path.exists()
    files.forget(File.objects.get(pk=file.pk))
    assert not File.objects.filter(pk=file.pk).exists()
    assert not file.path.exists()


def test_a_file_of_a_project_that_is_here_already_is_not_written_again(django, tmp_path, monkeypatch):
    from nahraum_site.indicators.actions import stock
    from nahraum_site.records import files

    (tmp_path / "d.csv").write_bytes(b"d")
    first = stock._kept(tmp_path / "d.csv", None)
    monkeypatch.setattr(files, "keep", None)
    assert stock._kept(tmp_path / "d.csv", None) == first
