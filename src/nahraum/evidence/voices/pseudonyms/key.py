"""The key of a collection: which pseudonym stands for whom. Whoever has it can name everybody; so it is sealed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.pseudonyms.terms import Kind

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEAD, NONCE = b"nahraum key 1\n", 12
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person or thing: ``number`` within its kind, what stands in the texts, the forms that it replaced."""

    kind: Kind
    number: int
    pseudonym: str
    identity: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """All entries of a collection, in the order of their first mention."""

    entries: tuple[Entry, ...] = ()

    @property
    def identities(self) -> tuple[str, ...]:
        """Return the persons known so far, for `suggest`."""
        return tuple(entry.identity for entry in self.entries if entry.kind is Kind.PERSON)

    def pseudonym(self, kind: Kind, identity: str) -> str:
        """Return what stands for somebody, empty if nobody of that identity is known."""
        found = (entry.pseudonym for entry in self.entries if (entry.kind, entry.identity) == (kind, identity))
        return next(found, "")

    def originals(self, pseudonym: str) -> tuple[str, ...]:
        """Return the forms that a pseudonym stands for, the first mention first; none if it is not in the key."""
        return tuple(form for entry in self.entries if entry.pseudonym == pseudonym for form in entry.forms)

    def naming(self, kind: Kind, identity: str, form: str, text: str) -> Key:
        """Return a key that has a pseudonym for this identity and knows this form; same identity, same pseudonym.

        A pseudonym that stands in ``text`` already (replaced by hand before) is not given away again.
        """
        for n, entry in enumerate(self.entries):
            if (entry.kind, entry.identity) == (kind, identity):
                forms = entry.forms if form in entry.forms else (*entry.forms, form)
                return Key((*self.entries[:n], replace(entry, forms=forms), *self.entries[n + 1 :]))
        taken = {entry.pseudonym for entry in self.entries}
        number = 1 + max((entry.number for entry in self.entries if entry.kind is kind), default=0)
        while (name := f"[{kind.label} {number}]") in taken or name in text:
            number += 1
        entry = Entry(kind=kind, number=number, pseudonym=name, identity=identity, forms=(form,))
        return Key((*self.entries, entry))


def sealed(key: Key, secret: bytes) -> bytes:
    """Encrypt a key with AES-256-GCM and a fresh random nonce; ``secret``: 32 random bytes, kept elsewhere.

    No password: a password is turned into 32 bytes by whoever asks for it. Raises WrongRequest for another length.
    """
    nonce = os.urandom(NONCE)
    return HEAD + nonce + _cipher(secret).encrypt(nonce, to_bytes(key), HEAD)


def opened(data: bytes, secret: bytes) -> Key:
    """Return the key; raises WrongRequest where the secret is another or a single bit was changed."""
    from cryptography.exceptions import InvalidTag

    nonce, rest = data[len(HEAD) : len(HEAD) + NONCE], data[len(HEAD) + NONCE :]
    try:
        if not data.startswith(HEAD) or len(nonce) < NONCE:
            raise InvalidTag
        plain = _cipher(secret).decrypt(nonce, rest, HEAD)
    except InvalidTag as error:
        raise WrongRequest(
            _("The key of the pseudonyms cannot be opened: the secret is another one, or the file was changed.")
        ) from error
    return from_bytes(plain)


def to_bytes(key: Key) -> bytes:
    """Return a key as plain bytes, for who seals it otherwise; never to be stored so."""
    return json.dumps([asdict(entry) for entry in key.entries], ensure_ascii=False).encode()


def from_bytes(plain: bytes) -> Key:
    """Return the key that `to_bytes` wrote."""
    return Key(tuple(
        Entry(**{**entry, "kind": Kind(entry["kind"]), "forms": tuple(entry["forms"])}) for entry in json.loads(plain)
    ))  # fmt: skip


def _cipher(secret: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(secret) != SECRET_BYTES:
        raise WrongRequest(_("The secret for the pseudonyms must have {count} bytes.").format(count=SECRET_BYTES))
    return AESGCM(secret)
