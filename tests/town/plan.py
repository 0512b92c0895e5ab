"""The plan of Musterstadt: river, outline, districts, social spaces, quarters. All of it is fictional.

Coordinates are metres east and north of ``ORIGIN``, which lies in the open North Sea (EPSG:25832), where no map shows
anything that could be mistaken for Musterstadt.
"""

from __future__ import annotations

from dataclasses import dataclass

CITY = "Musterstadt"
RIVER = "Nahre"
ORIGIN = (394_000.0, 6_046_000.0)

OUTLINE = [
    (-150, 3900), (-650, 2800), (500, 2250), (850, 1000), (2300, 1150), (2700, -250), (4100, -420), (4700, 500),
    (5600, 150), (6300, -900), (7900, -700), (8300, 650), (9300, 700), (10400, 800), (10500, 2300),
    (11400, 2900), (10800, 4200), (11600, 5200), (10700, 5900), (11250, 7200), (9900, 7400), (9600, 8500),
    (8200, 8250), (7500, 9000), (6300, 8650), (5700, 7950), (5000, 8900), (3700, 8950), (3300, 7850),
    (2000, 7900), (1500, 6850), (250, 6700), (500, 5300),
]  # fmt: skip
COURSE = [
    (12300, 4550), (11200, 4850), (10250, 5000), (9300, 4500), (8500, 3950), (7550, 4050), (6800, 4500), (6000, 4550),
    (5300, 4150), (4600, 3850), (3900, 4100), (3100, 4250), (2400, 3900), (1700, 3250), (900, 3050), (0, 3350),
    (-900, 3050),
]  # fmt: skip
HARBOUR = [(5000, 4000), (4450, 3450), (3800, 3230), (3000, 3300), (2300, 3450), (1850, 3380)]  # the southern arm
BROOK = [(8300, 9100), (8450, 8100), (8050, 7350), (8350, 6700), (7950, 6000), (8150, 5300), (7700, 4600), (7500, 4060)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A social space: where its heart lies, how far it reaches, which pieces it holds (heart first)."""

    key: str
    name: str
    district: str
    heart: tuple[int, int]
    reach: int
    density: float  # inhabitants of a quarter, relative to the city
    turn: int  # eighths of a circle by which its quarters are turned
    pieces: tuple[str, ...]


DISTRICTS = {"1": "Mitte", "2": "Nord", "3": "Ost", "4": "Süd"}

SPACES = (
    Space(key="11", name="Altstadt", district="1", heart=(5550, 4950), reach=620, density=0.9, turn=1, pieces=(
        "Rathausplatz", "Am Stadtgraben", "Fischerufer", "Gerbergasse", "Klosterviertel", "Wallring")),
    Space(key="12", name="Bahnhofsviertel", district="1", heart=(5600, 6050), reach=720, density=1.25, turn=4, pieces=(
        "Bahnhofsplatz", "Markthalle-Nord", "Postviertel", "Gleisdreieck", "Am Lokschuppen", "Bahnhofsviertel-West",
        "Markthalle-Süd", "Theaterviertel")),
    Space(key="13", name="Hafen", district="1", heart=(3250, 4850), reach=1150, density=0.95, turn=6, pieces=(
        "Alter Hafen", "Speicherviertel", "Westkai", "Am Zollhof", "Am Kranplatz", "Gewerbegebiet Hafeninsel")),
    Space(key="21", name="Nordstadt", district="2", heart=(4300, 7000), reach=950, density=1.35, turn=2, pieces=(
        "Nordmarkt", "Am Güterbahnhof", "Brauereiviertel", "Lerchenfeld", "Am Wasserturm", "Kastanienhof",
        "Nordring-West", "Nordring-Ost")),
    Space(key="22", name="Gartenstadt", district="2", heart=(2250, 5900), reach=1000, density=0.85, turn=5, pieces=(
        "Gartenstadt-Mitte", "Apfelwiesen", "Rosenhang", "Am Kirschgarten", "Gartenstadt Nord", "Fliederweg-Siedlung",
        "Westfeld")),
    Space(key="23", name="Lindenfeld", district="2", heart=(6500, 7350), reach=950, density=1.05, turn=0, pieces=(
        "Lindenfeld-Dorf", "Wohnpark Lindenfeld", "Lindenfeld-Süd", "Am Anger", "Ziegelgrund", "Hohe Heide")),
    Space(key="31", name="Oststadt", district="3", heart=(7250, 5350), reach=950, density=1.3, turn=3, pieces=(
        "Ostmarkt", "Sternsiedlung", "Am Gaswerk", "Spinnereiviertel", "Färberufer", "Kolonnadenviertel",
        "Nahrebogen", "Ostpark")),
    Space(key="32", name="Am Mühlenbach", district="3", heart=(9050, 6350), reach=1250, density=0.85, turn=7, pieces=(
        "Mühlenbach-Dorf", "Sonnenhang", "Untere Mühle", "Erlengrund", "Obere Mühle", "Am Steinbruch",
        "Waldrandsiedlung")),
    Space(key="33", name="Rodenbusch", district="3", heart=(9650, 2950), reach=1050, density=0.8, turn=1, pieces=(
        "Rodenbusch-Dorf", "Wasserwerk Rodenbusch", "Am Sandberg", "Birkenhof", "Rodenbusch-Süd")),
    Space(key="41", name="Südstadt", district="4", heart=(6150, 3050), reach=900, density=1.4, turn=5, pieces=(
        "Südmarkt", "Ziegeleiviertel", "Brückenkopf", "Am Südpark", "Ahornhöfe", "Hospitalviertel", "Südhang")),
    Space(key="42", name="Weidengrund", district="4", heart=(3450, 1900), reach=1150, density=1.0, turn=2, pieces=(
        "Weidengrund-Dorf", "Neue Weide", "Polderwiesen", "Kopfweidenweg-Siedlung", "Auenblick", "Am Deich")),
    Space(key="43", name="Heidhöhe", district="4", heart=(7300, 1350), reach=1000, density=0.9, turn=6, pieces=(
        "Heidhöhe-Mitte", "Ginsterweg-Siedlung", "Höhenweg", "Heidhöhe-Süd")),
)  # fmt: skip

# The quarters of 2020 that were others before: name now -> names then, and the other way round.
MERGED = {"Markthallenviertel": ("Markthalle-Nord", "Markthalle-Süd")}
SPLIT = {"Weidengrund-Neubau": ("Neue Weide", "Am Deich")}

UNINHABITED = "Wasserwerk Rodenbusch"
ISLAND = "Gewerbegebiet Hafeninsel"
ISLAND_HEART = (3250, 3700)

# Quarters that stand out, and by how much on the latent axes hardship, arrival and age.
STANDING_OUT = {
    "Bahnhofsviertel-West": (2.2, 2.6, -0.4),
    "Alter Hafen": (1.7, 1.9, -0.2),
    "Gewerbegebiet Hafeninsel": (2.5, 2.5, -0.8),
    "Am Güterbahnhof": (2.5, 2.0, -0.5),
    "Wohnpark Lindenfeld": (2.5, 2.2, -0.9),
    "Sternsiedlung": (2.6, 1.8, 0.2),
    "Am Gaswerk": (1.9, 1.6, 0.0),
    "Ziegeleiviertel": (2.2, 1.5, 0.1),
}
# Quarters that change: yearly step of hardship over the ten years.
CHANGING = {"Spinnereiviertel": -0.13, "Speicherviertel": -0.12, "Am Güterbahnhof": -0.07, "Neue Weide": -0.06,
            "Ginsterweg-Siedlung": 0.10, "Wohnpark Lindenfeld": 0.06, "Nordring-West": 0.09}  # fmt: skip
POPULATION = {ISLAND: 199, UNINHABITED: 0, "Wohnpark Lindenfeld": 1_068, "Südmarkt": 5_446, "Westkai": 486}
INHABITANTS = 165_204  # of the whole city at the end of the last year
AGES = {ISLAND: (9, 9, 12, 13, 8, 21, 71, 39, 13, 4)}  # 51 children among 199 inhabitants
