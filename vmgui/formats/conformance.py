"""The conformance report: what came of comparing the engine with recordings of a real kernel, in numbers.

Nothing in it is written by hand: it is made from the results of a replay, and pages are rendered from it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import UNSET, Struct

from vmgui import __version__
from vmgui.engine.machine import VA_BITS, Machine
from vmgui.formats.errors import FormatError
from vmgui.formats.verdict import ScenarioResult

#: Number of this layout; a reader that knows another one refuses it.
SCHEMA = 1
#: A kernel log that knows the date says it so.
_CLOCK = re.compile(rb"setting system clock to (\d{4}-\d{2}-\d{2})T")
#: Logs are small; of a larger file only so many bytes are looked at.
_LOG_BYTES = 1 << 20


class Sums(Struct):
    """Totals over scenarios; operations = identical + different + unsupported."""

    scenarios: int = 0
    identical_scenarios: int = 0
    unusable: int = 0
    operations: int = 0
    identical: int = 0
    different: int = 0
    unsupported: int = 0
    compared_fields: int = 0
    compared_events: int = 0

    def add(self, result: ScenarioResult) -> None:
        """Count one scenario."""
        self.scenarios += 1
        self.identical_scenarios += result.is_identical
        self.unusable += result.unusable is not UNSET
        self.operations += result.ops
        self.identical += result.identical
        self.different += result.different
        self.unsupported += result.unsupported
        self.compared_fields += result.compared_fields
        self.compared_events += result.compared_events


class Row(Struct):
    """One scenario on one boot."""

    boot: str
    scenario: str
    operations: int
    identical: int
    different: int
    unsupported: int
    compared_fields: int
    compared_events: int


class Boot(Sums, kw_only=True):
    """All scenarios of one boot."""

    boot: str
    arch: str
    levels: int
    cpus: int
    kernel: str
    cmdline: str


class Geometry(Struct):
    """An architecture with its page size in bytes and the width of an address in bits; who proves it."""

    arch: str
    page_size: int
    va_bits: int
    levels: int
    boots: list[str] = []


class Report(Struct):
    """The whole report; ``fingerprint`` is that of the engine, empty where nobody asked for it."""

    schema: int
    vmgui: str
    fingerprint: str
    kernels: dict[str, int]
    recorded: list[str]
    totals: Sums
    boots: list[Boot]
    architectures: list[Geometry]
    not_compared: dict[str, int]
    imported: dict[str, int]
    unsupported_reasons: dict[str, int]
    scenarios: list[Row]

    def without_scenarios(self) -> Report:
        """The same without the list of all scenarios."""
        return msgspec.structs.replace(self, scenarios=[])


def report_of(results: Iterable[ScenarioResult], recorded: list[str], engine: str = "") -> Report:
    """Make the report of ``results``; ``recorded`` are the first and the last date of the recordings.

    ``engine`` is its `fingerprint`, which takes a while: for a report that is kept.
    """
    results = list(results)
    totals, boots, kernels = Sums(), dict[str, Boot](), Counter[str]()
    for result in results:
        totals.add(result)
        kernels[result.kernel] += 1
        if result.boot not in boots:
            boots[result.boot] = Boot(
                boot=result.boot, arch=result.arch, levels=result.levels, cpus=result.cpus,
                kernel=result.kernel, cmdline=result.parameters,
            )  # fmt: skip
        boots[result.boot].add(result)
    return Report(
        schema=SCHEMA,
        vmgui=__version__,
        fingerprint=engine,
        kernels=dict(sorted(kernels.items())),
        recorded=recorded,
        totals=totals,
        boots=[boots[name] for name in sorted(boots)],
        architectures=list(_architectures(results)),
        not_compared=_summed(result.not_compared for result in results),
        imported=_summed(result.imported for result in results),
        unsupported_reasons=_summed(result.unsupported_reasons for result in results),
        scenarios=[_row(result) for result in results],
    )


def _row(r: ScenarioResult) -> Row:
    return Row(
        r.boot, r.scenario, r.ops, r.identical, r.different, r.unsupported, r.compared_fields,
        r.compared_events,
    )  # fmt: skip


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _architectures(results: list[ScenarioResult]) -> Iterator[Geometry]:
    """Everything that can be built, with the boots that were replayed on it, all of them identical."""
    for arch, builds in VA_BITS.items():
        for page_size, widths in builds.items():
            for va_bits in widths:
                found = Geometry(arch, page_size, va_bits, Machine(arch, page_size, va_bits).levels)
                found.boots = _proving(results, found)
                yield found


def _proving(results: list[ScenarioResult], g: Geometry) -> list[str]:
    """Names of the boots with this geometry on which nothing differed and everything could be done."""
    same = [r for r in results if (r.arch, r.page_size, r.levels) == (g.arch, g.page_size, g.levels)]
    failed = {r.boot for r in same if not r.is_identical}
    return sorted({r.boot for r in same} - failed)


def dates(paths: Iterable[Path]) -> list[str]:
    """First and last date that the kernel logs beside recordings tell; empty when none does."""
    logs = [log for path in paths if path.is_dir() for log in path.rglob("*dmesg") if log.is_file()]
    found = {match[1].decode() for log in logs for match in _CLOCK.finditer(_head(log))}
    return [min(found), max(found)] if found else []


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LOG_BYTES)


def save(report: Report, path: Path) -> None:
    """Write a report so that it can be read, and its changes followed line by line."""
    text = msgspec.json.format(msgspec.json.encode(report), indent=1)
    try:
        path.write_bytes(_one_line_each(text) + b"\n")
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error


def _one_line_each(text: bytes) -> bytes:
    """Put each innermost object on a line of its own."""
    return re.sub(rb"\{[^{}\[\]]*\}", lambda match: b" ".join(match[0].split()), text)


def load(path: Path) -> Report:
    """Read a report; FormatError when it is none, or one of another layout."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FormatError(f"no conformance report: {error}", file=str(path)) from error
