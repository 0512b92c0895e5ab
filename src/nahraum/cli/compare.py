"""``nahraum compare``: two recipes side by side."""

from __future__ import annotations

from pathlib import Path

import click

from nahraum.base.errors import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.cli.terminal import data_option, json_option, progress_bar, show_json, show_table

MOVERS = 15


@click.command("compare", help=_("Compare the index of project A with that of project B: rank and class changes."))
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--index-a", default="", help=_("Index of A to compare (default: the first)."))
@click.option("--index-b", default="", help=_("Index of B to compare (default: the first)."))
@data_option
@json_option
def command(a: Path, b: Path, index_a: str, index_b: str, data: Path | None, as_json: bool) -> None:
    """Print who moves and by how much; A and B may be the same file with two indices."""
    from nahraum.evidence.indicators.compare import compare
    from nahraum.evidence.indicators.edition import Edition, IndexResult
    from nahraum.projects import run_project

    def chosen(edition: Edition, wanted: str) -> IndexResult:
        for index in edition.indices:
            if wanted in ("", index.recipe.id):
                return index
        known = ", ".join(index.recipe.id for index in edition.indices)
        raise WrongRequest(_("There is no index “{id}”. There are: {known}.").format(id=wanted, known=known))

    with progress_bar(quiet=as_json) as progress:
        first = run_project(a, data_dir=data, with_robustness=False, progress=lambda s, x: progress(s, x / 2))
        second = run_project(b, data_dir=data, with_robustness=False, progress=lambda s, x: progress(s, 0.5 + x / 2))
    result = compare(chosen(first, index_a), chosen(second, index_b))
    if as_json:
        show_json(result.plain())
        return
    names = {area.key: area.name for area in first.system.areas}
    for line in result.summary():
        click.echo(line)
    rows = [
        [
            names.get(row.area, row.area),
            str(row.rank_a or "–"),
            str(row.rank_b or "–"),
            number(row.rank_change, 0, sign=True) if row.rank_a and row.rank_b else "–",
            row.class_a or "–",
            row.class_b or "–",
        ]
        for row in result.movers(MOVERS)
    ]
    heads = [_("area"), _("rank in A"), _("rank in B"), _("change"), _("class in A"), _("class in B")]
    show_table(heads, rows, right=(1, 2, 3))
