"""The report says how far coders agree, or why it says nothing of it; who codes blind learns nothing."""

from __future__ import annotations

import io

from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from nahraum.base.language import number
from tests.site.coding_fixtures import apart, at, enter, forgetful, hire, study, system, team
from tests.site.condensing_fixtures import rows_of
from tests.site.test_results import coded

__all__ = ["apart", "coded", "enter", "forgetful", "hire", "study", "system", "team"]


def told(client, study, kind="docx"):
    """Return what the report says of agreement."""
    content = client.get(at(study, f"ergebnisse/bericht.{kind}?mindestens=3")).content
    if kind == "pdf":
        return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    lines = [each.text for each in Document(io.BytesIO(content)).paragraphs]
    return "\n".join(
        line for line in lines if line.startswith(("Übereinstimmung", "Verglichen", "Krippendorff", "Für"))
    )


def test_two_who_coded_the_same_text_are_compared_with_value_level_texts_and_day(enter, study, team, coded):
    from nahraum_site.voices.texts.models import Text

    reader = enter(team["Rita"])
    rows = rows_of(reader.get(at(study, "uebereinstimmung/werte.csv")).content)
    alpha = next(each for each in rows if each["Maß"].startswith("Krippendorff"))
    assert Text.objects.count() == 4
    for kind in ("docx", "pdf"):
        said = told(reader, study, kind)
        assert f"Übereinstimmung der Kodierenden: Krippendorffs Alpha {number(float(alpha['Wert']), 2)} (" in said
        assert "95 % von 1.000 Stichproben" in said
        assert "Ebene: einzelnes Zeichen. 2 Kodierende; 1 Text, den mindestens zwei von ihnen kodiert haben." in said
        assert f"Berechnet am {timezone.localdate():%d.%m.%Y}." in said
        assert "weniger als fünf Texte" in said
    assert "Ada" not in told(reader, study)
    assert "Cem" not in told(reader, study)


def test_where_nobody_can_be_compared_it_says_why(enter, study, team, coded):
    from nahraum_site.voices.coding.models import Coding

    reader = enter(team["Rita"])
    Coding.objects.filter(coder=team["Cem"], text=coded["Hafen"]).delete()
    assert told(reader, study).endswith("nicht berechnet, weil kein Text von zwei Personen kodiert ist.")
    Coding.objects.filter(coder=team["Cem"]).delete()
    assert told(reader, study).endswith("nicht berechnet, weil eine Person kodiert hat.")
    Coding.objects.update(is_agreed=True)
    assert told(reader, study).endswith("nicht berechnet, weil noch niemand kodiert hat.")


def test_who_codes_blind_reads_no_value_in_the_report(enter, study, team, coded):
    assert told(enter(team["Cem"]), study).endswith("weil die Kodierenden einander noch nicht sehen.")
    assert "Alpha" not in told(enter(team["Cem"]), study)
    assert "Alpha" in told(enter(team["Ada"]), study)  # she leads, and decides when it is opened
