"""The matrix role x action, read from the rules; docs/reference/permissions.md shows the same (a test compares)."""

from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from django.utils.translation import gettext as _

from nahraum_site.accounts.permissions import Action, actions
from nahraum_site.accounts.roles import Role


def allowed(action: Action, role: Role | None) -> bool:
    """Return whether somebody with this one role (None: the public) may do it with what is theirs or anybody's."""
    roles = frozenset([role.value] if role else [])
    someone = SimpleNamespace(is_authenticated=True, is_active=True, roles=roles) if role else AnonymousUser()
    return bool(action.rule.test(someone))


def cells() -> list[tuple[str, list[bool]]]:
    """Return a row per action: its words, and for the public and then every role whether it is allowed."""
    return [(_(each.words), [allowed(each, role) for role in (None, *Role)]) for each in actions()]


HEAD = """# Wer was darf

Erzeugt aus den Regeln mit `python -m django permissions > docs/reference/permissions.md`; ein Test vergleicht, und jede
Zelle ist ein Test (`tests/site/test_permissions.py`). „ja“ heißt: mit dem, was der Rolle gehört oder allen. Wer mehrere
Rollen hat, darf alles, was eine davon darf. Ohne Anmeldung ist nur lesbar, was veröffentlicht und geschützt ist. Diese
Bedingungen gelten zusätzlich:

* Wer etwas entworfen hat, gibt es nicht selbst frei (Vier-Augen-Prinzip).
* Niemand gibt sich selbst eine Rolle; das tut eine andere Administration. Nur wer allein verwaltet, darf es, und das
  Protokoll nennt es.
* Außerhalb der Sozialplanung ist von allem Unveröffentlichten höchstens eine Ausgabe zu sehen: die, die zur Prüfung
  vorliegt.
* Von einer Studie sieht nur ihr Team etwas; für alle anderen gibt es sie nicht, auch nicht für die Administration. Wer
  liest, ändert nichts und sieht keine Einladungen; nur die Leitung plant, bestimmt das Team und löscht das Register.
* Ob Zitate sehr kleiner Gruppen gezeigt werden dürfen, entscheidet eine Freigabe, die nicht zum Team gehört. Sie sieht
  von der Studie nur die Erhebung, für die angefragt wurde, und ihre Zitate.
* Das Quartiersmanagement pflegt nur die eigenen Sozialräume, eine Partnerorganisation nur das eigene Haus.

"""


def as_markdown() -> str:
    """Return the matrix as the reference shows it, in German."""
    with translation.override("de"):
        head = [_("Action"), "", _("The public"), *(str(role.label) for role in Role)]
        rows = [[words, f"`{each.key}`", *("ja" if cell else "–" for cell in row)] for each, (words, row) in _rows()]
    lines = [head, ["---"] * len(head), *rows]
    return HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows() -> list[tuple[Action, tuple[str, list[bool]]]]:
    return list(zip(actions(), cells(), strict=True))
