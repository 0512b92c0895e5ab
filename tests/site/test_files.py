"""Files that are kept only if they pass a look."""

import pytest


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_what_does_not_pass_the_look_leaves_nothing(django, fault):
    from django.conf import settings

    from nahraum_site.records import files
    from nahraum_site.records.models import File

    def look(file):
        assert file.path.read_bytes() == b"abc"
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
