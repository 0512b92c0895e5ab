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
        "categories": ("Needs",), "coders": ("Ada", "Cem"), "coded": DAY, "words": words,
    }  # fmt: skip
    return Origin(**given | others)


def condensed(count, few=()):
    """Each of so many segments is paraphrased and generalised; r bundles the first two generalisations."""
    chain, origins = Chain(), {}
    steps = {}
    for n in range(count):
        steps |= Chain().write(f"s{n}", SEGMENT, f"s{n}").steps
        origins[f"s{n}"] = origin(f"words {n}")
    chain = Chain(steps=steps)
    for n in range(min(count, 3)):
        chain = chain.write(f"p{n}", PARAPHRASE, f"paraphrase {n}", (f"s{n}",))
        chain = chain.write(f"g{n}", GENERALISATION, f"lifted {n}", (f"p{n}",))
    chain = chain.write("r", REDUCTION, "reduced", ("g0", "g1"))
    written = {id: Written(by="Ada", day=DAY) for id in chain.steps}
    held = chain.only_on(set(few))
    return Condensed(chain=chain, places=tuple(origins), origins=origins, written=written, held=held)


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


def test_of_few_people_nothing_is_told_that_rests_on_their_words_alone():
    made = condensed(3, few=("s0", "s1", "s2"))
    told = repr((chain_table(made, "Title"), list(chain_blocks(made, "Title"))))
    for words in ("words", "paraphrase 0", "lifted", "reduced"):
        assert words not in told
    assert "3 of 3" in protection(made)
    assert "0 of 3" in protection(condensed(3))
    mixed = condensed(3, few=("s0",))  # the reduction bundles what others said, too
    told = repr((chain_table(mixed, "Title"), list(chain_blocks(mixed, "Title"))))
    assert all(words in told for words in ("reduced", "lifted 1"))
    assert all(words not in told for words in ("words 0", "paraphrase 0", "lifted 0"))


def test_a_long_table_prints_no_reduction_that_rests_on_few_people_alone():
    assert "reduced" not in repr(list(chain_blocks(condensed(PRINTED_ROWS + 1, few=("s0", "s1")), "Title")))


def test_a_reduction_of_reductions_is_held_back_until_it_bundles_something_else():
    chain = condensed(3).chain.write("R", REDUCTION, "twice reduced", ("r",))
    assert chain.only_on({"s0", "s1"}) >= {"s0", "p0", "g0", "r", "R"}
    assert not chain.only_on({"s0"}) & {"r", "R", "s1"}
    wider = chain.write("R", REDUCTION, "twice reduced", ("r", "g2"))
    assert "R" not in wider.only_on({"s0", "s1"})
    assert "r" in wider.without("g0").only_on({"s1"})  # what is left of its basis counts
    assert not wider.only_on(())


def test_of_few_people_no_reason_is_told_why_their_words_are_left_out():
    for few in (("s0",), ()):
        made = condensed(3)
        chain = made.chain.write("p9", PARAPHRASE, "another", ("s0",)).leave_out("p9", "she says it of her son")
        left = Condensed(
            chain=chain,
            places=("s0",),
            origins=made.origins,
            written={**made.written, "p9": Written(by="Ada", day=DAY)},
            held=chain.only_on(few),
        )
        told = repr((chain_table(left, "Title"), list(chain_blocks(left, "Title"))))
        assert ("her son" in told) != bool(few)


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
