"""What is sealed can be opened with its key, at its place, and not at all once the key is destroyed."""

from uuid import uuid4

import pytest


@pytest.fixture
def sealing(django, tmp_path):
    from django.test import override_settings

    from nahraum_site.records import sealing

    with override_settings(KEYS=tmp_path / "keys"):
        yield sealing


def test_what_is_sealed_opens_to_the_same_and_looks_different_each_time(sealing):
    owner = uuid4()
    seal = sealing.make(owner)
    said = b"Der Spielplatz fehlt."
    one, other = seal.close(said, "text 1"), seal.close(said, "text 1")
    assert one != other
    assert said not in one
    assert sealing.Seal(owner).open(one, "text 1") == sealing.Seal(owner).open(memoryview(other), "text 1") == said


def test_nothing_opens_at_another_place_or_with_another_key_or_changed(sealing):
    seal, other = sealing.make(uuid4()), sealing.make(uuid4())
    sealed = seal.close(b"said", "text 1")
    for who, what, place in [
        (seal, sealed, "text 2"),
        (other, sealed, "text 1"),
        (seal, sealed[:-1] + bytes([sealed[-1] ^ 1]), "text 1"),
        (seal, b"", "text 1"),
    ]:
        with pytest.raises(sealing.Damaged):
            who.open(what, place)


def test_a_destroyed_key_is_gone_from_the_folder(sealing, settings_keys):
    owner, kept = uuid4(), uuid4()
    sealing.make(owner), sealing.make(kept)
    bytes_of_key = next(settings_keys().glob(f"{owner}*")).read_bytes()
    assert sealing.destroy(owner)
    assert not sealing.destroy(owner)
    with pytest.raises(sealing.Destroyed):
        sealing.Seal(owner)
    assert all(bytes_of_key not in path.read_bytes() for path in settings_keys().iterdir())
    sealing.Seal(kept)


@pytest.fixture
def settings_keys(sealing):
    from django.conf import settings

    return lambda: settings.KEYS


def test_a_key_is_never_made_twice_and_nobody_else_may_read_it(sealing, settings_keys):
    owner = uuid4()
    sealing.make(owner)
    with pytest.raises(FileExistsError):
        sealing.make(owner)
    assert settings_keys().stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in settings_keys().iterdir())


def test_keys_of_those_who_are_gone_are_swept_and_no_others(sealing):
    owner, lost = uuid4(), uuid4()
    sealing.make(owner), sealing.make(lost)
    assert sealing.sweep([lost]) == 1
    sealing.Seal(owner)
    with pytest.raises(sealing.Destroyed):
        sealing.Seal(lost)


def test_what_rests_on_several_opens_only_while_all_keys_are_there(sealing):
    owners = [uuid4() for _ in range(3)]
    for each in owners:
        sealing.make(each)
    sealed = sealing.Seals().close(b"said", owners, "row 1")
    assert sealing.Seals().open(sealed, reversed(owners), "row 1") == b"said"
    with pytest.raises(sealing.Damaged):
        sealing.Seals().open(sealed, owners, "row 2")
    sealing.destroy(owners[1])
    with pytest.raises(sealing.Destroyed):
        sealing.Seals().open(sealed, owners, "row 1")
