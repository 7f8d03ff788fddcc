"""`python -m benchmarks [find|api|audit|handing|graph|maps|network|publishing ...] [--write]`.

Everything lives in temporary folders and in processes of its own, and ends by itself. `--write`
puts the figures into docs/benchmarks.md; what was not measured and the aims stay there as they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import auditing, finding, graph, handing, maps, network, publishing, serving
from benchmarks.page import PAGE, page
from benchmarks.registry import sample_registry, synthetic_registry

PARTS = ("find", "api", "audit", "handing", "graph", "maps", "network")
OF_A_REGISTRY = {"find", "api"}


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="find|api|audit|handing|graph|maps|network")
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the audit")
    parser.add_argument("--seconds", type=int, default=60, help="of hand-offs under load")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    wishes = parser.parse_args()
    if wishes.parts == ["publishing"]:  # long: never among all; it says its figures as it goes
        publishing.main([])
        return
    parts = wishes.parts or PARTS
    if not set(parts) <= set(PARTS):
        parser.error(f"there are these parts: {', '.join(PARTS)}")
    sections = []
    if "api" in parts:
        with sample_registry() as sample:
            sections.append(serving.measure(sample))
    for size in wishes.sizes if OF_A_REGISTRY & set(parts) else ():
        with synthetic_registry(size) as registry:
            if "find" in parts:
                sections.append(finding.measure(registry, wishes.questions))
            if "api" in parts:
                sections.append(serving.measure(registry))
    alone: dict[str, Callable[[], str]] = {
        "audit": lambda: auditing.measure(wishes.rows),
        "handing": lambda: handing.measure(wishes.seconds),
        "graph": graph.measure,
        "maps": maps.measure,
        "network": network.measure,
    }
    sections += [measure() for part, measure in alone.items() if part in parts]
    print(page(sections))
    if wishes.write:
        before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text(page(sections, before), encoding="utf-8")


if __name__ == "__main__":
    main()
