"""Mayring's table and the summary grid as files: every way is told once, few people are not, and nothing is cut off."""

from datetime import date

import pytest

from nahraum.base.language import speaking
from nahraum.evidence.voices.condensing.chain import Chain, Stage
from nahraum.reports.blocks import Heading, Paragraph, Table
from nahraum.reports.voices.condensed import (
    LONGEST,
    PRINTED_ROWS,
    Condensed,
    Origin,
    Told,
    Written,
    chain_blocks,
    chain_table,
    grid_blocks,
    grid_wide,
    protection,
)

SEGMENT, PARAPHRASE, GENERALISATION, REDUCTION = Stage
DAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def origin(words, **others):
    given = {
        "space": "Hafen", "collection": "Café", "text": "a.txt", "line": 3, "start": 0, "end": len(words),
        "categories": ("Needs",), "coders": ("Ada", "Cem"), "coded": DAY, "words": words, "is_held_back": False,
    }  # fmt: skip
    return Origin(**given | others)


def condensed(count, **others):
    """Each of so many segments is paraphrased and generalised; r bundles the first two generalisations."""
    chain, origins = Chain(), {}
    steps = {}
    for n in range(count):
        steps |= Chain().write(f"s{n}", SEGMENT, f"s{n}").steps
        origins[f"s{n}"] = origin(f"words {n}", **others)
    chain = Chain(steps=steps)
    for n in range(min(count, 3)):
        chain = chain.write(f"p{n}", PARAPHRASE, f"paraphrase {n}", (f"s{n}",))
        chain = chain.write(f"g{n}", GENERALISATION, f"lifted {n}", (f"p{n}",))
    chain = chain.write("r", REDUCTION, "reduced", ("g0", "g1"))
    written = {id: Written(by="Ada", day=DAY) for id in chain.steps}
    return Condensed(chain=chain, places=tuple(origins), origins=origins, written=written)


def test_every_way_is_a_row_with_who_and_when():
    made = condensed(4)
    table = chain_table(made, "Title")
    rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
    assert [row["Segment"] for row in rows] == [f"words {n}" for n in range(4)]
    assert [row["Reduction, round 1"] for row in rows] == ["reduced", "reduced", None, None]
    assert (rows[0]["Paraphrase: by"], rows[0]["Generalisation: on"]) == ("Ada", "2026-03-04")
    assert (rows[0]["Coded by"], rows[0]["Line"], rows[0]["Look again"]) == ("Ada; Cem", 3, None)
    assert rows[3]["Paraphrase"] is None
    other = Condensed(
        chain=made.chain.write("p0", PARAPHRASE, "other words", ("s0",)).leave_out("s3", "says nothing"),
        places=("s3", "s0"),
        origins=made.origins,
        written=made.written,
    )
    rows = [dict(zip(table.head, row, strict=True)) for row in chain_table(other, "Title").rows]
    assert [(row["Left out, because"], row["Look again"]) for row in rows] == [("says nothing", None), (None, "yes")]


def test_of_few_people_neither_words_nor_paraphrase_are_told():
    made = condensed(3, is_held_back=True)
    told = repr((chain_table(made, "Title"), list(chain_blocks(made, "Title"))))
    assert "words" not in told
    assert "paraphrase 0" not in told
    assert "lifted 0" in told
    assert "3 of 3" in protection(made)
    assert "0 of 3" in protection(condensed(3))


def test_of_few_people_no_reason_is_told_why_their_words_are_left_out():
    for is_held_back in (True, False):
        made = condensed(3, is_held_back=is_held_back)
        chain = made.chain.write("p9", PARAPHRASE, "another", ("s0",)).leave_out("p9", "she says it of her son")
        left = Condensed(
            chain=chain,
            places=("s0",),
            origins=made.origins,
            written={**made.written, "p9": Written(by="Ada", day=DAY)},
        )
        told = repr((chain_table(left, "Title"), list(chain_blocks(left, "Title"))))
        assert ("her son" in told) != is_held_back


def test_a_long_table_prints_what_was_bundled_and_a_long_segment_fits_a_cell():
    heading, paragraph, table = chain_blocks(condensed(PRINTED_ROWS + 1), "Title")
    assert isinstance(heading, Heading)
    assert isinstance(paragraph, Paragraph)
    assert str(PRINTED_ROWS + 1) in paragraph.text
    assert isinstance(table, Table)
    assert table.rows == (("reduced (Ada, 2026-03-04)", "2"),)
    made = condensed(2)
    long = {"s0": origin("x" * 40_000), "s1": made.origins["s1"]}
    cut = Condensed(chain=made.chain, places=("s0",), origins=long, written=made.written).said("s0")
    assert len(cut) == LONGEST + 4
    assert cut.endswith("[…]")


def test_spaces_of_one_name_stay_apart():
    line = [Told(space="Mitte", category=name, segments=1, summary="", state="x") for name in ("A", "B")]
    assert [len(row) for row in grid_wide([line, line], "Title").rows] == [3, 3]
    assert sum(isinstance(each, Table) for each in grid_blocks([line, line], "Title")) == 2
    assert grid_wide([], "Title").rows == ()
