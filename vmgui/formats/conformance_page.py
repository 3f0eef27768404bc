"""The conformance report as a page of the help: every number in it is read off the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmgui.formats.conformance import Boot, Geometry, Report
from vmgui.timeline.values import size_text

#: What a reason means, for readers; reasons that are not here speak for themselves.
MEANINGS = {
    "CPU a worker ran on": "the scheduler of the recorded kernel chose it",
    "caller of an area": "an address in the kernel's own text, which the engine does not have",
    "left-overs of the boot": "work begun before the recording, in the two operations that wait for its end",
    "tables of other tasks": "page tables that another task made meanwhile",
    "task and PID in a message": "who ran the script; the rest of the message is compared",
    "registers, dumps and marks in the log": "what surrounds a report; what it reports is compared",
    "free tree that the recording does not show": "an older recording; the list of free areas is compared",
}


def page(report: Report) -> str:
    """The page, in Markdown."""
    chapters = (_opening(report), _boots(report.boots), _architectures(report.architectures),
                _reasons(report), _closing(report))  # fmt: skip
    return "\n".join([f"# {title(report)}", "", *(line for chapter in chapters for line in chapter)])


def title(report: Report) -> str:
    """The name of the page: the versions that were recorded, without their last numbers."""
    return f"Verified against Linux {', '.join(versions(report.kernels))}"


def versions(kernels: Iterable[str]) -> list[str]:
    """Versions such as 6.12 of releases such as 6.12.117+deb12-amd64."""
    return sorted({".".join(kernel.split("+")[0].split("-")[0].split(".")[:2]) for kernel in kernels})


def _opening(report: Report) -> Iterator[str]:
    sums = report.totals
    yield (
        f"The engine ran **{sums.scenarios:,}** recordings of a real kernel again and was compared field by "
        f"field: **{sums.identical:,} of {sums.operations:,} operations are identical**, "
        f"{sums.different:,} differ, {sums.unsupported:,} cannot be run yet. "
        f"{sums.compared_fields:,} fields and {sums.compared_events:,} events were compared."
    )
    yield ""
    kernels = ", ".join(f"{name} ({count:,})" for name, count in report.kernels.items())
    recorded = f", recorded {' to '.join(dict.fromkeys(report.recorded))}" if report.recorded else ""
    yield f"Kernels, with their recordings: {kernels}{recorded}."
    yield ""


def _boots(boots: list[Boot]) -> Iterator[str]:
    yield "## Boots"
    yield ""
    yield "| boot | CPUs | levels | scenarios | operations | identical | different | not yet | fields |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for b in boots:
        name = f"{b.boot}, `{b.cmdline}`" if b.cmdline else b.boot
        numbers = (b.cpus, b.levels, b.scenarios, b.operations, b.identical, b.different, b.unsupported,
                   b.compared_fields)  # fmt: skip
        yield f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |"
    yield ""


def _architectures(found: list[Geometry]) -> Iterator[str]:
    yield "## Architectures"
    yield ""
    yield "What recordings prove, and what follows the source but was never compared with a running kernel."
    yield ""
    yield "| architecture | pages | addresses | levels | proof |"
    yield "|---|--:|--:|--:|---|"
    for g in found:
        proof = f"recordings: {', '.join(g.boots)}" if g.boots else "from the source"
        yield f"| {g.arch} | {size_text(g.page_size)} | {g.va_bits} bits | {g.levels} | {proof} |"
    yield ""


def _reasons(report: Report) -> Iterator[str]:
    if report.unsupported_reasons:
        yield "## What cannot be run yet"
        yield ""
        yield from _counts("reason", "operations", report.unsupported_reasons)
    yield "## What is not compared"
    yield ""
    yield from _counts("what", "times", report.not_compared)
    yield "## What is taken over from the recordings"
    yield ""
    yield "The state a script begins in, and what other tasks and the scheduler did meanwhile. Nothing else."
    yield ""
    yield from _counts("what", "how many", report.imported)


def _counts(what: str, number: str, counts: dict[str, int]) -> Iterator[str]:
    yield f"| {what} | {number} |"
    yield "|---|--:|"
    for name, count in counts.items():
        why = f": {MEANINGS[name]}" if name in MEANINGS else ""
        yield f"| {name}{why} | {count:,} |"
    yield ""


def _closing(report: Report) -> Iterator[str]:
    yield "## Try it"
    yield ""
    yield (
        "`vmgui replay FOLDER` compares again, and says where the first difference is. "
        f"This page was made by vmgui {report.vmgui}, engine {report.fingerprint}."
    )
