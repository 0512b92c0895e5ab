"""What people in Musterstadt said: a small study with protocols, a category system, codings. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from nahraum.evidence.voices.categories.terms import Category, Kind, System
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.evidence import Material
from nahraum.evidence.voices.studies.terms import Collection, Consent, Method, Study, Theme, WorkPackage
from nahraum.evidence.voices.texts.terms import Text
from tests.town.plan import SPACES

THEMES = {
    "h": "Herausforderungen und Bedarfe",
    "r": "Ressourcen und Möglichkeiten",
    "e": "Empfehlungen und Leerstellen",
}
PERSPECTIVES = {"i": "Institutionen", "z": "Zielgruppen", "s": "Sozialraum", "d": "Digitalisierung"}
FINER = {
    "hi-termine": "Wartezeiten auf Termine",
    "hi-personal": "Fehlendes Personal",
    "hz-allein": "Alleinsein",
    "hz-sprache": "Verständigung in Behörden",
    "hs-wege": "Weite Wege",
    "hs-raeume": "Fehlende Räume",
    "hd-geraete": "Fehlende Geräte",
    "ri-netz": "Kurze Wege zwischen Einrichtungen",
    "rz-ehrenamt": "Ehrenamt",
    "rs-nachbarn": "Nachbarschaftshilfe",
    "rd-kurse": "Kurse für Geräte und Netz",
    "ei-stelle": "Anlaufstelle im Gebiet",
    "ez-beteiligen": "Menschen früh beteiligen",
    "es-treff": "Offener Treff",
    "ed-wlan": "Freies WLAN",
}
# Space (- city-wide), method, day, participants (? unknown); then code > sentence; two codes share one with +.
# A star before the code: only the first of the two coders marked it. Sentences in quotation marks are quotations.
PROTOCOLS = """
# - | world_cafe | 2024-09-03 | 16
hi-termine > „Auf einen Termin in der Schuldnerberatung warten die Leute bei uns acht Wochen.“
ri-netz > Die Träger kennen sich aus der Stadtteilkonferenz und rufen einander an.
ed-wlan+es-treff > Jeder Treff der Stadt soll freies WLAN haben.
# 13 | world_cafe | 2024-09-10 | 9
hi-termine > Beratung gibt es im Hafen nur am Dienstagvormittag.
hs-wege > „Zum Kinderarzt fahre ich zweimal um, das dauert mit dem Kleinen fast eine Stunde.“
hd-geraete > Viele Familien teilen sich ein Telefon für alle Hausaufgaben.
rs-nachbarn > „Wenn einer krank ist, kauft die Nachbarin mit ein, da fragt keiner lange.“
*rz-ehrenamt > Im Bootshaus reparieren Ehrenamtliche Fahrräder mit Jugendlichen.
ei-stelle > Eine Anlaufstelle am Alten Hafen soll an drei Tagen geöffnet sein.
# 13 | telephone_interview | 2024-09-17 | 1
hi-termine > „Ich rufe seit Wochen an, und immer ist besetzt.“
hs-raeume > Für Geburtstage und Gruppen fehlt ein Raum, den man bezahlen kann.
# 21 | world_cafe | 2024-09-12 | 12
hi-termine+hi-personal > Die Sprechstunde im Nordmarkt fällt oft aus, weil niemand vertreten kann.
hz-sprache > „Die Briefe vom Amt verstehe ich nicht, obwohl ich gut Deutsch spreche.“
hs-raeume > Das Jugendzentrum ist an vier Abenden belegt.
rz-ehrenamt > Zwölf Lesepatinnen kommen jede Woche in die Grundschule.
ez-beteiligen > „Fragt uns, bevor der Platz umgebaut wird, nicht danach.“
es-treff > Im Brauereiviertel soll ein offener Treff für alle Generationen entstehen.
# 23 | focus_group | 2024-09-19 | 7
hz-allein > „Seit mein Mann tot ist, rede ich an manchen Tagen mit niemandem.“
hs-wege > Aus dem Wohnpark fährt nach 19 Uhr kein Bus mehr.
hd-geraete > In der Unterkunft gibt es einen Rechner für vierzig Kinder.
ri-netz > Kita, Schule und Hausarztpraxis treffen sich alle zwei Monate.
rd-kurse > Die Bücherei hilft jeden Donnerstag beim Einrichten von Telefonen.
ed-wlan > Im Gemeindesaal soll das Netz für alle offen sein.
# 31 | world_cafe | 2024-09-24 | 11
hi-termine > Für die Erziehungsberatung gibt es eine Warteliste von drei Monaten.
hi-personal > Zwei von fünf Stellen in der Kita sind unbesetzt.
hz-allein > Ältere Menschen in der Sternsiedlung bekommen selten Besuch.
hs-raeume > „Wir proben im Heizungskeller, weil es sonst nichts gibt.“
rs-nachbarn > Im Spinnereiviertel gibt es einen Tauschschrank, um den sich das Haus kümmert.
es-treff > „Ein Tisch, Kaffee und jemand, der zuhört, mehr braucht es gar nicht.“
# 41 | walk | 2024-09-26 | 3
hs-wege > „Hier müsste eine Ampel hin, die Kinder rennen einfach rüber.“
hz-allein > Auf den Bänken am Südpark sitzen viele für sich.
rs-nachbarn > „Der Kiosk weiß alles, da geht man hin, wenn man Hilfe braucht.“
ei-stelle > Das leere Ladenlokal am Südmarkt eignet sich für eine Anlaufstelle.
# 41 | expert_interview | 2024-10-01 | 1
hi-personal > Die Schulsozialarbeit ist für zwei Schulen allein zuständig.
rz-ehrenamt > „Ohne die Ehrenamtlichen wäre die Hausaufgabenhilfe längst zu.“
# 42 | online_survey | 2024-10-08 | ?
hs-wege > „Ohne Auto kommt man hier nicht zum Einkaufen.“
hd-geraete > Der Antrag geht nur noch am Rechner, und viele haben keinen.
rz-ehrenamt > Die Feuerwehr lädt Kinder aus dem Neubaugebiet ein.
ez-beteiligen > Wer neu hergezogen ist, soll eingeladen werden, mitzuplanen.
"""
WORDS = {
    "13": """Im Hafen sprachen die Beteiligten vor allem über **Wege und Termine**. Weite Wege wurden an
{{nennungen: Weite Wege}} Stelle genannt.

{{stichprobe}}

> „Der Hafen ist näher an der Altstadt, als die Altstadt denkt.“

{{zitate: Weite Wege}}
""",
    "21": "In der Nordstadt ging es um Räume, und darum, *gefragt zu werden*.",
    None: "Die gesamtstädtische Werkstatt stand am Anfang.",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sentence of a protocol: the ids of its codes, who marked it, and whether it is a quotation."""

    codes: tuple[str, ...]
    words: str
    coders: int

    @property
    def is_quotation(self) -> bool:
        """Say whether somebody's own words stand here."""
        return self.words.startswith("„")


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A collection with the sentences of its protocol."""

    collection: Collection
    lines: tuple[Line, ...]

    @property
    def text(self) -> Text:
        """Return the protocol as a text to be coded."""
        return Text(name=self.collection.id, text="\n".join(line.words for line in self.lines) + "\n")


def system() -> System:
    """Return the category system: three themes, four perspectives in each, finer themes below some."""
    categories = []
    for theme, name in THEMES.items():
        categories.append(Category(id=theme, name=name, kind=Kind.DEDUCTIVE))
        categories += [
            Category(id=theme + each, name=words, parent=theme, kind=Kind.DEDUCTIVE)
            for each, words in PERSPECTIVES.items()
        ]
    categories += [Category(id=id, name=name, parent=id[:2]) for id, name in FINER.items()]
    return System(id="musterstadt-2024", name="Sozialraumanalyse Musterstadt", version=2, categories=tuple(categories))


def study() -> Study:
    """Return the study: three blocks of questions, six spaces, two work packages."""
    return Study(
        id="musterstadt-2024",
        title="Sozialraumanalyse Musterstadt 2024",
        themes=tuple(Theme(title=name) for name in THEMES.values()),
        packages=(
            WorkPackage(id="ap3", title="Gesamtstädtische Werkstatt", start=date(2024, 9, 1), end=date(2024, 9, 8)),
            WorkPackage(
                id="ap4",
                title="Erhebungen in den Räumen",
                start=date(2024, 9, 9),
                end=date(2024, 10, 18),
                after=("ap3",),
            ),
        ),
        area_system="musterstadt",
        spaces=("13", "21", "23", "31", "41", "42"),
    )


def protocols() -> tuple[Protocol, ...]:
    """Return the protocols, each with its collection."""
    found = []
    for number, block in enumerate(PROTOCOLS.strip().split("# ")[1:], start=1):
        head, *lines = block.strip().split("\n")
        space, method, day, people = (part.strip() for part in head.split("|"))
        collection = Collection(
            id=f"p{number}",
            method=Method(method),
            space=None if space == "-" else space,
            day=date.fromisoformat(day),
            package="ap3" if space == "-" else "ap4",
            participants=None if people == "?" else int(people),
            consent=Consent.NOT_NEEDED if method == "online_survey" else Consent.WRITTEN,
            delete_on=date(2027, 12, 31),
        )
        found.append(Protocol(collection=collection, lines=tuple(map(_line, lines))))
    return tuple(found)


def _line(written: str) -> Line:
    codes, words = written.split(" > ", 1)
    return Line(codes=tuple(codes.lstrip("*").split("+")), words=words, coders=1 if codes.startswith("*") else 2)


def coded() -> Coded:
    """Return the study as two people coded it."""
    read, tree = protocols(), system()
    texts = [each.text for each in read]
    ids = tuple(category.id for category in tree.categories)
    rows, quoted = [], []
    for number, (protocol, text) in enumerate(zip(read, texts, strict=True)):
        for line, (start, end) in zip(protocol.lines, text.paragraphs.tolist(), strict=True):
            for code in line.codes:
                for coder in range(line.coders):
                    quoted += [len(rows)] if line.is_quotation else []
                    rows.append((number, coder, ids.index(code), start, end))
    columns = np.array(rows, dtype=np.int64).T
    length = np.array([len(text.text) for text in texts])
    return Coded(
        study=study(),
        system=tree,
        codings=Codings(*columns, length, np.ones((2, len(texts)), dtype=bool)),
        categories=ids,
        material=Material(
            texts=tuple(text.sha256 for text in texts),
            collection=tuple(each.collection.id for each in read),
            collections={each.collection.id: each.collection for each in read},
            words=lambda text, start, end: texts[text].text[start:end],
        ),
        whose="beide Personen, die kodierten",
        names={space.key: space.name for space in SPACES},
        titles=tuple(f"Protokoll {number}" for number in range(1, len(texts) + 1)),
        quoted=np.array(quoted, dtype=np.int64),
    )


def city_wide(study: Coded) -> Coded:
    """Return a study as if all of it had been said city-wide."""
    everywhere = {id: replace(each, space=None) for id, each in study.material.collections.items()}
    material = replace(study.material, collections=everywhere)
    return replace(study, study=replace(study.study, spaces=()), material=material)
