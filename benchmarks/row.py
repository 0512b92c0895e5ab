"""What one measurement says: on which data, how long we and a peer took, and what was promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that ``make bench`` prints.

    A file ``benchmarks/bench_<topic>.py`` offers ``main() -> list[Row]`` and is run in a process of its own::

        def main() -> list[Row]:
            data = ...
            ours = seconds(lambda: robustness(data))
            peer = seconds(lambda: loop(data))
            return [Row(what="1,000 runs", data="542 x 16", ours=ours, peer=peer, peer_name="NumPy loop", promise=0.3)]

    ``what``: the work in a few words. ``data``: its size. ``ours``, ``peer`` and ``promise`` are in ``unit`` (``s``,
    ``MB``, ``kB``); ``promise`` is kept when ``ours`` is below it, None promises nothing. ``peer``: the same work by
    ``peer_name`` in the same run, None where there is no peer. ``skipped``: why nothing was measured (real data
    missing); a skipped row breaks nothing.
    """

    what: str
    data: str
    ours: float | None = None
    unit: str = "s"
    promise: float | None = None
    peer: float | None = None
    peer_name: str = ""
    skipped: str = ""

    @property
    def kept(self) -> bool | None:
        """Say whether the promise was kept; None where nothing was promised or measured."""
        if self.promise is None or self.ours is None:
            return None
        return self.ours < self.promise

    @property
    def ratio(self) -> float | None:
        """Return how many times the peer's figure is ours (above 1: we need less)."""
        if self.peer is None or not self.ours:
            return None
        return self.peer / self.ours


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """Return the median of several runs in seconds; the first call counts, so that nothing hides in a warm-up."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)
