"""The disk image for macOS: the application beside a link to the folder it is dragged into."""

from __future__ import annotations

import plistlib
import shutil
from pathlib import Path
from typing import Any

from artefacts import common

#: What of a document's name ends makes it whose, and what it is called.
DOCUMENTS = {"vmgui": "vmgui program", "ops": "list of operations for vmgui"}
#: As Qt asks for.
OLDEST = "13.0"


def build(payload: Path, out: Path) -> Path:
    """Make vmgui-VERSION-macos-ARCHITECTURE.dmg; `vmgui.app` lies beside the payload."""
    hdiutil = common.need("hdiutil", "(a part of macOS)")
    staged = common.fresh(common.WORK / "dmg")
    application = staged / "vmgui.app"
    shutil.copytree(payload.parent / "vmgui.app", application, symlinks=True)
    complete(application, payload)
    (staged / "Applications").symlink_to("/Applications")
    # Whatever was put in came after the signature.  Without an account of Apple's it is one of nobody.
    for what in (["--force", "--deep", "--sign", "-"], ["--verify", "--deep", "--strict"]):
        common.run(["codesign", *what, str(application)], "codesign failed; see above.")
    made = out / f"vmgui-{common.version()}-macos-{common.machine()}.dmg"
    image = ["-volname", "vmgui", "-srcfolder", str(staged), "-format", "UDZO", "-ov"]
    common.run([hdiutil, "create", *image, str(made)], "hdiutil failed; see above.")
    return made


def complete(application: Path, payload: Path) -> None:
    """Put into the application what is made after freezing: licences, and which documents it opens."""
    inside = Path("vmgui", "resources", "licences")
    there = application / "Contents" / "Resources" / inside
    if not there.exists():
        shutil.copytree(payload / "_internal" / inside, there)
    listed = application / "Contents" / "Info.plist"
    listed.write_bytes(plistlib.dumps({**plistlib.loads(listed.read_bytes()), **said()}))


def said() -> dict[str, Any]:
    """What the system is told of the application."""
    kinds = [(ending, text, f"org.vmgui.{ending}") for ending, text in DOCUMENTS.items()]
    return {
        "CFBundleShortVersionString": common.version(),
        "LSMinimumSystemVersion": OLDEST,
        "LSApplicationCategoryType": "public.app-category.education",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "GPL-2.0-only",
        "CFBundleDocumentTypes": [
            {"CFBundleTypeName": text, "CFBundleTypeRole": "Editor", "LSHandlerRank": "Owner",
             "LSItemContentTypes": [kind]}
            for _, text, kind in kinds
        ],
        "UTExportedTypeDeclarations": [
            {"UTTypeIdentifier": kind, "UTTypeDescription": text, "UTTypeConformsTo": ["public.data"],
             "UTTypeTagSpecification": {"public.filename-extension": [ending]}}
            for ending, text, kind in kinds
        ],
    }  # fmt: skip
