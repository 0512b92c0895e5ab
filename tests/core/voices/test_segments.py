"""A coded text is cut where codings begin and end, line by line; checked sign by sign."""

import random

from nahraum.evidence.voices.segments import Line, Piece, lines


def test_a_line_is_cut_at_every_boundary():
    found = list(lines("abcdef\n\nxy", [(1, 4, 7), (2, 9, 8)]))
    assert found == [
        Line(0, 6, (Piece(0, 1), Piece(1, 2, 1, 7), Piece(2, 4, 2, 7), Piece(4, 6, 1, 8))),
        Line(7, 7, ()),
        Line(8, 10, (Piece(8, 9, 1, 8), Piece(9, 10))),
    ]


def test_every_sign_has_the_depth_and_the_shortest_coding_that_counting_finds():
    rng = random.Random(11)
    for _ in range(60):
        text = "".join(rng.choice("ab🌳\u0301\n") for _ in range(rng.randrange(1, 60)))
        codings = []
        for n in range(rng.randrange(12)):
            start = rng.randrange(len(text))
            codings.append((start, rng.randrange(start + 1, len(text) + 1), n))
        pieces = [piece for line in lines(text, codings) for piece in line.pieces]
        shown = {at: piece for piece in pieces for at in range(piece.start, piece.end)}
        assert sorted(shown) == [at for at, sign in enumerate(text) if sign != "\n"]
        for at, piece in shown.items():
            over = [each for each in codings if each[0] <= at < each[1]]
            assert piece.depth == len(over)
            assert piece.top == min(over, key=lambda each: (each[1] - each[0], each[2]), default=(0, 0, -1))[2]
