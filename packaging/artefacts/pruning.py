"""What of Python's packages and of the building machine goes into the payload, and what stays out.

Four reasons keep something out: nobody uses it (translations and plug-ins of Qt); it belongs to the machine
that runs the program (X11, GLib, OpenGL); it drags such a thing in (the GTK theme); or its licence does not
go with GPL-2.0-only (OpenSSL, and the run-time hooks of PyInstaller, are Apache-2.0).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import PurePath

#: An entry of a table of PyInstaller: where it goes, where it comes from, its kind.
Entry = tuple[str, str, str]

#: Modules that nothing of ours needs.
MODULES = [
    "_hashlib", "_ssl", "ssl",  # OpenSSL: Apache-2.0.  hashlib has its own code for what we use
    "_uuid", "_tkinter", "tkinter", "readline", "curses", "sqlite3", "lib2to3", "pydoc_data", "ensurepip",
    "setuptools", "pkg_resources", "distutils", "pip", "wheel", "_distutils_hack", "unittest", "pytest",
    "numpy.f2py", "numpy.testing", "numpy.random", "numpy._core._multiarray_tests",
    "PIL._avif", "PIL._webp", "PIL._imagingft", "PIL._imagingcms", "PIL._imagingtk", "PIL.ImageTk",
    "pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.canvas", "pyqtgraph.flowchart", "pyqtgraph.dockarea",
    "PySide6.QtNetwork", "PySide6.QtPrintSupport", "PySide6.QtDesigner", "PySide6.QtUiTools",
    "PySide6.QtXml", "PySide6.QtSql", "PySide6.QtQml",
    "PySide6.QtQuick", "PySide6.scripts",
    "scipy", "matplotlib", "IPython", "h5py", "cupy", "OpenGL", "colorcet",
]  # fmt: skip

#: Data of packages that nobody reads: typing hints, pyqtgraph's own icon, and its maps of colours (CC-BY).
DATA = re.compile(r"pyqtgraph/(colors/maps|icons/peegee|examples)/|\.dist-info/|(^|/)py\.typed$|\.pyi$")
#: Plug-ins of Qt by folder; what is not here is not shipped.
PLUGINS = {
    "platforms": "xcb wayland offscreen minimal windows direct2d cocoa",
    "platforminputcontexts": "composeplatforminputcontextplugin ibusplatforminputcontextplugin",
    "platformthemes": "xdgdesktopportal",
    "wayland-shell-integration": "xdg-shell",
    "wayland-decoration-client": "adwaita bradient",
    "wayland-graphics-integration-client": "qt-plugin-wayland-egl",
    "iconengines": "svgicon",
    "imageformats": "svg jpeg gif ico",
    "styles": "modernwindowsstyle macstyle windowsvistastyle",
}
#: Libraries of Qt; of others only plug-ins that are not shipped have need.
QT = re.compile(
    r"(lib)?Qt6?(Core|DBus|Gui|OpenGL|OpenGLWidgets|Svg|Test|WaylandClient|WlShellIntegration|Widgets|XcbQpa)\b"
)
ANY_QT = re.compile(r"(lib)?Qt\d?[A-Z]\w*\.(so|dll|dylib)|opengl32sw|d3dcompiler")
#: Libraries beside Pillow's modules that only those modules need which are left out.
PILLOW = re.compile(r"lib(avif|brotli|freetype|harfbuzz|lcms2|png|sharpyuv|webp)\w*-")
#: What of the building machine is shipped: Python, and small libraries that a desktop may lack.
FROM_HOST = re.compile(
    r"lib(python3|ffi|bz2|lzma|xkbcommon|xcb-(cursor|icccm|image|keysyms|randr|render|shape|shm|sync|util|xfixes|xkb))\b"
)
#: Of these, what every Debian has or gives by name: a package of Debian depends on it instead.
DEBIAN_GIVES = re.compile(r"lib(ffi|bz2|lzma|xkbcommon|xcb-)")


def scripts(found: Iterable[Entry]) -> list[Entry]:
    """The scripts that start the program, without run-time hooks: `frozen_start.py` does their work."""
    return [entry for entry in found if not entry[0].startswith("pyi_rth")]


def modules(found: Iterable[Entry]) -> list[Entry]:
    """The modules of the archive: none of vmgui, which is shipped as files, and of lexers those in use.

    `special` is for text in no language, such as the operations in what `vmgui lab check` prints.
    """
    apart = re.compile(r"(vmgui|_pyi_rth_utils)(\.|$)|pygments\.lexers\.(?!(_mapping|python|special)$)")
    return [entry for entry in found if not apart.match(entry[0])]


def files(found: Iterable[Entry], packages: Iterable[str]) -> list[Entry]:
    """The files that are shipped, and the links to them."""
    chosen = [entry for entry in found if kept(entry, packages)]
    there = {entry[0] for entry in chosen if entry[2] != "SYMLINK"}
    return [entry for entry in chosen if entry[2] != "SYMLINK" or entry[1] in there]


def kept(entry: Entry, packages: Iterable[str]) -> bool:
    """Whether a file is shipped; `packages` are the folders in which Python's packages are."""
    where, source = PurePath(entry[0]).as_posix(), PurePath(entry[1]).as_posix()
    name = where.rpartition("/")[2]
    if not _of_qt(where, name):
        return False
    if PILLOW.match(name) or DATA.search(where) or where.startswith("vmgui/"):
        return False
    ours = any(source.startswith(f"{PurePath(folder).as_posix()}/") for folder in packages)
    host = entry[2] == "BINARY" and not ours and sys.platform.startswith("linux")
    return not host or FROM_HOST.match(name) is not None


def _of_qt(where: str, name: str) -> bool:
    parts = where.split("/")
    if "PySide6" not in parts:
        return QT.match(name) is not None if ANY_QT.match(name) else True
    if "plugins" in parts[:-1]:
        allowed = PLUGINS.get(parts[parts.index("plugins") + 1], "").split()
        return re.sub(r"^lib|\.\w+$", "", name).removeprefix("q") in {
            each.removeprefix("q") for each in allowed
        }
    if "translations" in parts:
        return name == "qtbase_zh_CN.qm"
    if {"qml", "metatypes", "examples", "typesystems", "include", "scripts"} & set(parts[:-1]):
        return False
    return QT.match(name) is not None if ANY_QT.match(name) else True
