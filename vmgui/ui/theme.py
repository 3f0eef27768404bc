"""Colours, type and spacing of both themes, the application palette, style sheet, fonts and icons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vmgui import assets
from vmgui.projection.levels import Level

SANS = [
    "Segoe UI", "Microsoft YaHei UI", "SF Pro Text", "PingFang SC", "Noto Sans", "Noto Sans CJK SC",
    "DejaVu Sans",
]  # fmt: skip
MONO = ["Cascadia Mono", "Consolas", "SF Mono", "Menlo", "DejaVu Sans Mono", "Noto Sans CJK SC"]
BUNDLED = (
    "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansCJKsc-Regular.otf",
    "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf",
)  # fmt: skip

_LENGTH = re.compile(r"\b(\d+)px\b")

# Type sizes in logical pixels; spacing and sizes of controls.
TITLE, BODY, UI, SECONDARY, AXIS = 24, 14, 12, 11, 10
CONTROL, SMALL_CONTROL, PANE_HEADER, RING = 26, 22, 28, 2.4




class Scale:
    """How much larger than designed everything is drawn, 1 is 100 %; every widget is made in it."""

    factor = 1.0


def set_scale(percent: int) -> None:
    """Draw in another size from here on; what is there already is built anew by `MainWindow.refurnish`."""
    Scale.factor = percent / 100


def factor() -> float:
    """How much larger than designed everything is."""
    return Scale.factor


def px(length: float) -> int:
    """A length of the design on the screen, in logical pixels."""
    return round(length * Scale.factor)


@contextmanager
def enlarged(painter: QPainter, rect: QRect) -> Iterator[QRectF]:
    """Paint in pixels of the design: the rectangle in them, while the painter enlarges."""
    painter.save()
    try:
        painter.translate(rect.topLeft())
        painter.scale(Scale.factor, Scale.factor)
        yield QRectF(0, 0, rect.width() / Scale.factor, rect.height() / Scale.factor)
    finally:
        painter.restore()


def elided(text: str, room: float, pixels: float = UI, bold: bool = False, mono: bool = False) -> str:
    """A text that ends in dots where there is no room for all of it."""
    return metrics(pixels, bold, mono).elidedText(text, Qt.TextElideMode.ElideRight, room)


@dataclass(frozen=True)
class Theme:
    """One theme's tokens. Ink is for text and lines, fill for blocks with `on_fill` text."""

    name: str
    pgd: str
    p4d: str
    pud: str
    pmd: str
    pte: str
    table: str
    io: str
    now: str
    pgd_fill: str
    p4d_fill: str
    pud_fill: str
    pmd_fill: str
    pte_fill: str
    table_fill: str
    io_fill: str
    now_fill: str
    error: str
    success: str
    guard: str
    lazy: str
    reserved: str
    free: str
    bg0: str
    bg1: str
    bg2: str
    bg3: str
    hairline: str
    border: str
    text1: str
    text2: str
    text3: str
    accent: str
    accent_solid: str
    tint_accent: str
    tint_error: str
    tint_success: str
    tint_now: str
    ring: str
    on_fill: str = "#0E1219"
    on_accent: str = "#FFFFFF"

    @property
    def dark(self) -> bool:
        """Whether surfaces are darker than text."""
        return self.name == "dark"

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """The colour of a token, "pmd" or "bg1", at an opacity."""
        return _color(getattr(self, token), alpha)

    def ink(self, level: Level | str, alpha: float = 1.0) -> QColor:
        """The text and line colour of a level."""
        return self.color(level, alpha)

    def tint(self, level: Level | str, strength: float) -> QColor:
        """A ground for text in a level's own ink; P4D is the greyest ink and bears the faintest one."""
        return self.color(level, strength / 2 if level == "p4d" else strength)

    def fill(self, level: Level | str, alpha: float = 1.0) -> QColor:
        """The block colour of a level."""
        return self.color(f"{level}_fill", alpha)


@lru_cache(maxsize=1024)
def _color(value: str, alpha: float) -> QColor:
    color = QColor(value)
    color.setAlphaF(alpha)
    return color


DARK = Theme(
    name="dark",
    pgd="#F3A8CF", p4d="#8190A8", pud="#6CC4F7", pmd="#F2A93B", pte="#2FB98C",
    table="#F2DF5E", io="#B99BFF", now="#FFE27A",
    pgd_fill="#F3A8CF", p4d_fill="#8190A8", pud_fill="#6CC4F7", pmd_fill="#F2A93B", pte_fill="#2FB98C",
    table_fill="#F2DF5E", io_fill="#B99BFF", now_fill="#FFE27A",
    error="#FF7F63", success="#7FDB8F",
    guard="#7E8BA1", lazy="#A3AFC3", reserved="#66738A", free="#212A38",
    bg0="#0E1219", bg1="#151A23", bg2="#1C2330", bg3="#273041", hairline="#2B3546", border="#576887",
    text1="#EDF1F7", text2="#BCC7D8", text3="#93A0B5",
    accent="#86ABFF", accent_solid="#3B66D9",
    tint_accent="#22335A", tint_error="#3A1F1E", tint_success="#16301F", tint_now="#3B3517",
    ring="#FFFFFF",
)  # fmt: skip

LIGHT = Theme(
    name="light",
    pgd="#B03480", p4d="#465165", pud="#0A68AE", pmd="#965300", pte="#006B4F",
    table="#746200", io="#6A43C7", now="#7C5F00",
    pgd_fill="#F3A8CF", p4d_fill="#8E9BB2", pud_fill="#86CFF8", pmd_fill="#F6B656", pte_fill="#4FC39B",
    table_fill="#F2DF5E", io_fill="#C9B3FF", now_fill="#FFE27A",
    error="#BA3216", success="#167034",
    guard="#6E7A90", lazy="#66728A", reserved="#8793A8", free="#EDF0F5",
    bg0="#E6EAF0", bg1="#FFFFFF", bg2="#F3F5F9", bg3="#E4E9F1", hairline="#D3DAE5", border="#8692A7",
    text1="#121823", text2="#364256", text3="#566276",
    accent="#2858C8", accent_solid="#2F5FD0",
    tint_accent="#E1EAFE", tint_error="#FDEAE6", tint_success="#E5F5E9", tint_now="#FFF2BD",
    ring="#10151F",
)  # fmt: skip

THEMES = {"dark": DARK, "light": LIGHT}


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Make the bundled fonts known to Qt, once; the families they brought."""
    families: list[str] = []
    for name in BUNDLED:
        data = QByteArray(assets.path(f"fonts/{name}").read_bytes())
        number = QFontDatabase.addApplicationFontFromData(data)
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


@lru_cache(maxsize=256)
def font(pixels: float = UI, bold: bool = False, mono: bool = False) -> QFont:
    """A font of a height in logical pixels; mono for addresses, names of functions and counts."""
    made = QFont()
    made.setFamilies(MONO if mono else SANS)
    made.setPixelSize(round(pixels))
    made.setBold(bold)
    if mono:
        made.setStyleHint(QFont.StyleHint.Monospace)
        # Letters of one width need no shaping, which is a quarter of the time to draw them.
        made.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return made


def widget_font(pixels: float = UI, bold: bool = False, mono: bool = False) -> QFont:
    """The same font for a widget that Qt draws, in the size of the screen."""
    return font(pixels * Scale.factor, bold, mono)


@lru_cache(maxsize=256)
def metrics(pixels: float = UI, bold: bool = False, mono: bool = False) -> QFontMetricsF:
    """The metrics of `font` with the same arguments."""
    return QFontMetricsF(font(pixels, bold, mono))


def icon(name: str, color: str, size: int = 16) -> QIcon:
    """An icon of resources/icons drawn in a colour; its disabled state at 40 % of it."""
    return _icon(name, color, size, Scale.factor)


@lru_cache(maxsize=256)
def _icon(name: str, color: str, size: int, _factor: float) -> QIcon:
    made = QIcon()
    for scale in (1, 2, 3):
        made.addPixmap(pixmap(name, color, px(size), scale))
        faded = QColor(color)
        faded.setAlphaF(0.4)
        dim = pixmap(name, faded.name(QColor.NameFormat.HexArgb), px(size), scale)
        made.addPixmap(dim, QIcon.Mode.Disabled)
    return made


def pixmap(name: str, color: str, size: int = 16, scale: float = 1) -> QPixmap:
    """An icon of resources/icons as a pixmap of `size` logical pixels."""
    ink = QColor(color)
    drawn = QPixmap(QSize(round(size * scale), round(size * scale)))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    text = assets.path(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", ink.name())
    painter = QPainter(drawn)
    painter.setOpacity(ink.alphaF())
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


def app_icon() -> QIcon:
    """The icon of the application, with its own cut for 16 pixels."""
    made = QIcon(str(assets.path("icons/vmgui.svg")))
    made.addPixmap(pixmap("vmgui-16", "#ffffff"))
    return made


def palette(theme: Theme) -> QPalette:
    """The QPalette of a theme, for all that Qt draws by itself."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "bg1", QPalette.ColorRole.WindowText: "text1",
        QPalette.ColorRole.Base: "bg1", QPalette.ColorRole.AlternateBase: "bg2",
        QPalette.ColorRole.Text: "text1", QPalette.ColorRole.PlaceholderText: "text3",
        QPalette.ColorRole.Button: "bg3", QPalette.ColorRole.ButtonText: "text1",
        QPalette.ColorRole.BrightText: "error", QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.Highlight: "accent_solid", QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.ToolTipBase: "bg3", QPalette.ColorRole.ToolTipText: "text1",
        QPalette.ColorRole.Light: "bg3", QPalette.ColorRole.Midlight: "bg3", QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "hairline", QPalette.ColorRole.Shadow: "bg0",
    }  # fmt: skip
    for role, token in roles.items():
        made.setColor(role, theme.color(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("text3"))
    return made


def style_sheet(theme: Theme) -> str:
    """The application's style sheet: resources/themes/vmgui.qss with @token replaced by its colour."""
    text = assets.path("themes/vmgui.qss").read_text(encoding="utf-8")
    tokens = {f.name: getattr(theme, f.name) for f in fields(theme) if f.name != "name"}
    tokens["field"] = theme.bg0 if theme.dark else theme.bg1  # what is typed in is the darkest, or white
    tokens["sans"] = ", ".join(f'"{family}"' for family in SANS)
    tokens["checked"] = f'url("{assets.path("themes/check-box.svg").as_posix()}")'
    for picture in ("arrow", "close", "dock"):
        tokens[picture] = f'url("{assets.path(f"themes/{picture}-{theme.name}.svg").as_posix()}")'
    tokens["mono"] = ", ".join(f'"{family}"' for family in MONO)
    for name in sorted(tokens, key=len, reverse=True):
        text = text.replace(f"@{name};", f"{tokens[name]};").replace(f"@{name} ", f"{tokens[name]} ")
    return text if Scale.factor == 1 else _LENGTH.sub(_larger, text)


def _larger(found: re.Match[str]) -> str:
    length = int(found[1])
    return f"{length if length <= 2 else px(length)}px"  # lines stay lines
