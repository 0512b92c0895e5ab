"""Asking the atlas for a view, as the tests do."""

import csv
import io
from html import unescape

YEARS = "/atlas/?zeige=unemployment&zeit=2024&neben_zeit=2018"


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode())


def table_of(client, query):
    """Return the rows of the view's CSV as dictionaries."""
    content = client.get(f"/atlas/ansicht.csv?{query}").content.decode()
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def cell(period, key, layer="unemployment"):
    from nahraum_site.indicators.models import Cell

    return Cell.objects.get(layer__key=layer, period=period, area__key=key)
