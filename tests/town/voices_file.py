"""Musterstadt's study as a project file that a research team imports, and its protocols as they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from nahraum.base.language import speaking
from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.exchange.model import User
from nahraum.evidence.voices.exchange.writing import project_bytes
from tests.town.plan import SPACES
from tests.town.voices import Protocol, coded, protocols, study, system

CODERS = ("Person A", "Person B")
TITLES = {
    "world_cafe": "Werkstatt",
    "telephone_interview": "Telefongespräch",
    "focus_group": "Gesprächsrunde",
    "expert_interview": "Fachgespräch",
    "walk": "Begehung",
    "needle_map": "Nadelkarte",
    "online_survey": "Online-Umfrage",
    "document": "Unterlage",
}


def write_voices(folder: Path) -> None:
    """Write ``stimmen.qdpx`` and a folder of protocols, in German as all of the town."""
    folder.mkdir(exist_ok=True)
    with speaking("de"):
        content, _issues = project_bytes(outgoing.project_of(leaving()), "stimmen")
    (folder / "stimmen.qdpx").write_bytes(content)
    place = folder / "protokolle"
    place.mkdir(exist_ok=True)
    for each in protocols():
        name = f"{each.collection.day}-{title(each).lower().replace(' ', '-').replace(',', '')}.txt"
        (place / name).write_text(each.text.text, encoding="utf-8", newline="\n")


def title(protocol: Protocol) -> str:
    """Return what a collection is called: its method and where it was."""
    names = {space.key: space.name for space in SPACES}
    return f"{TITLES[protocol.collection.method]} {names.get(protocol.collection.space or '', 'ganze Stadt')}"


def leaving() -> outgoing.Study:
    """Return the coded study with all that a project file can hold; every id is a GUID that is always the same."""
    read, tree = protocols(), system()
    bare = outgoing.Study(
        id=study().id,
        title=study().title,
        users=(),
        system=tree,
        collections=(),
        spaces={space.key: space.name for space in SPACES},
        texts=(),
        codings=(),
        remarks=(),
    )
    users = tuple(User(guid=bare.guid("coder", name), name=name) for name in CODERS)
    ids = {each.id: bare.guid("category", each.id) for each in tree.categories}
    categories = tuple(replace(each, id=ids[each.id], parent=ids.get(each.parent or "")) for each in tree.categories)
    places = [bare.guid("collection", each.collection.id) for each in read]
    return replace(
        bare,
        users=users,
        system=replace(tree, categories=categories),
        collections=tuple(
            replace(each.collection, id=id, title=title(each)) for id, each in zip(places, read, strict=True)
        ),
        texts=[
            outgoing.Written(
                id=bare.guid("text", id), collection=id, name=f"Protokoll {title(each)}", text=each.text.text
            )
            for id, each in zip(places, read, strict=True)
        ],
        codings=tuple(_marked(bare, users, ids)),
    )


def _marked(bare: outgoing.Study, users: tuple[User, ...], ids: Mapping[str, str]) -> Iterator[outgoing.Marked]:
    given = coded()
    rows, quoted = given.codings, set(given.quoted.tolist())
    days = [datetime.combine(each.collection.day or date.max, time(18), UTC) for each in protocols()]
    for n, text in enumerate(rows.text.tolist()):
        yield outgoing.Marked(
            id=bare.guid("coding", n),
            text=text,
            coder=users[rows.coder[n]].guid,
            category=ids[given.categories[rows.code[n]]],
            start=int(rows.start[n]),
            end=int(rows.end[n]),
            is_quotation=n in quoted,
            made=days[text],
        )
