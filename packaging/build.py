"""Build what is handed out: `python3 packaging/build.py deb|tar|appimage|setup|dmg|wheel|sdist|all`.

Standard library only.  Artefacts go to `out/dist`, or where --out says; each is the same, bit by bit, when
it is built again from the same sources (SOURCE_DATE_EPOCH is the time of the last commit unless it is given).
`payload` only freezes the application; `setup` is made on Windows, `dmg` on macOS, the others on Linux, and
`all` is all that this system can make.
Exit status: 0 all was built, 2 this machine lacks something or a build failed.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from artefacts import common
from artefacts.common import ROOT

#: Kinds of artefact by the module of `artefacts` that makes them; those of a payload share one.
FROM_PAYLOAD = ("deb", "tar", "appimage", "setup", "dmg")
FROM_SOURCE = ("wheel", "sdist")
KINDS = (*FROM_SOURCE, *FROM_PAYLOAD)
EXPERIMENTAL = ("appimage",)
#: What `all` is on a system; the rest is Linux's.
OF_SYSTEM = {"win32": (*FROM_SOURCE, "setup"), "darwin": (*FROM_SOURCE, "dmg")}
OF_LINUX = (*FROM_SOURCE, "deb", "tar", "appimage")


def build(kinds: list[str], out: Path, payload: Path | None) -> list[Path]:
    """Build these kinds; the application is frozen once, unless a payload is given."""
    if payload is not None:
        common.program(payload)
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for kind in (kind for kind in KINDS if kind in kinds):
        module = importlib.import_module(f"artefacts.{'wheel' if kind in FROM_SOURCE else kind}")
        if kind in FROM_PAYLOAD:
            payload = payload or _payload(common.WORK / "payload")
            found = module.build(payload, out)
        else:
            found = module.build(kind, out)
        if found is not None:
            made.append(common.finished(found))
        elif kind not in EXPERIMENTAL:
            common.stop(f"{kind}: not built")
    return made


def _payload(out: Path) -> Path:
    from artefacts.payload import payload

    if out.exists() and any(out.iterdir()):
        common.program(out)  # what is there is deleted: it has to be a payload
    if sys.platform in OF_SYSTEM:
        _draw_icons()
    return payload(out)


def _draw_icons() -> None:
    """Write the icons that the program itself has on Windows and macOS, in the project's own environment."""
    import dev

    dev.environment("run")
    drawing = ROOT / "packaging" / "artefacts" / "icons.py"
    common.run([dev.PYTHON, drawing, common.WORK], "No icons were made.")


def main() -> int:
    """Read the command line and build."""
    if sys.version_info < (3, 11):
        common.stop(f"vmgui needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=(*KINDS, "payload", "all"))
    parser.add_argument("--out", type=Path, default=common.DIST, metavar="DIR", help="default: out/dist")
    parser.add_argument("--payload", type=Path, metavar="DIR", help="use this payload, freeze none")
    chosen = parser.parse_args()
    if chosen.kind == "payload":
        common.say(f"Ready: {_payload(chosen.payload or common.WORK / 'payload')}")
        return 0
    everything = OF_SYSTEM.get(sys.platform, OF_LINUX)
    build(list(everything) if chosen.kind == "all" else [chosen.kind], chosen.out.resolve(), chosen.payload)
    return 0


if __name__ == "__main__":
    sys.exit(main())
