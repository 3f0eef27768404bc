"""The palette holds UI-SPEC's limits: contrast 4.5 for text, distance 10 between levels for every eye."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QDialogButtonBox, QStyle

from vmgui import assets
from vmgui.projection.levels import LEVELS
from vmgui.ui import theme as themes

BOTH = pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=["dark", "light"])
# Machado, Oliveira, Fernandes 2009, full severity.
EYES = {
    "normal": (1, 0, 0, 0, 1, 0, 0, 0, 1),
    "protan": (0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
    "deutan": (0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
    "tritan": (1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900),
}


def linear(value):
    color = QColor(value)
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]


def luminance(value):
    r, g, b = linear(value)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def blend(over, under, alpha):
    a, b = QColor(over), QColor(under)
    mix = [round(x * alpha + y * (1 - alpha)) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]
    return QColor(*mix).name()


def lab(value, eye):
    colour, rows = linear(value), [EYES[eye][i : i + 3] for i in (0, 3, 6)]
    seen = [min(max(sum(m * c for m, c in zip(row, colour, strict=True)), 0), 1) for row in rows]
    r, g, b = seen
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one, other, eye):
    return sum((p - q) ** 2 for p, q in zip(lab(one, eye), lab(other, eye), strict=True)) ** 0.5


@BOTH
@pytest.mark.parametrize("text", ["text1", "text2", "text3"])
@pytest.mark.parametrize("surface", ["bg1", "bg2", "bg3"])
def test_text_is_readable_on_every_surface(theme, text, surface):
    assert contrast(getattr(theme, text), getattr(theme, surface)) >= 4.5


@BOTH
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_readable_as_ink_and_under_text(theme, level):
    for surface in (theme.bg1, theme.bg2):
        assert contrast(getattr(theme, level), surface) >= 4.5
    assert contrast(theme.on_fill, getattr(theme, f"{level}_fill")) >= 4.5


@BOTH
@pytest.mark.parametrize("level", LEVELS)
def test_a_table_title_and_a_zero_bit_are_readable_on_their_own_tint(theme, level):
    ink = getattr(theme, level)
    for strength in (0.16, 0.14 if theme.dark else 0.1):
        ground = theme.tint(level, strength)
        assert contrast(ink, blend(ground.name(), theme.bg1, ground.alphaF())) >= 4.45


@BOTH
def test_states_are_readable_on_their_tints(theme):
    assert contrast(theme.error, theme.tint_error) >= 4.5
    assert contrast(theme.success, theme.tint_success) >= 4.5
    assert contrast(theme.now, theme.tint_now) >= 4.5
    assert contrast(theme.on_accent, theme.accent_solid) >= 4.5
    for tint in (theme.tint_accent, theme.tint_error, theme.tint_success, theme.tint_now):
        assert contrast(theme.text1, tint) >= 4.5


@BOTH
@pytest.mark.parametrize("token", ["border", "guard", "ring", "accent"])
def test_lines_that_carry_meaning_stand_out(theme, token):
    assert contrast(getattr(theme, token), theme.bg1) >= 3


@BOTH
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("kind", ["{}", "{}_fill"], ids=["ink", "fill"])
def test_no_two_levels_look_alike_to_any_eye(theme, eye, kind):
    colours = [getattr(theme, kind.format(level)) for level in LEVELS]
    assert min(distance(a, b, eye) for a, b in combinations(colours, 2)) >= 10


@pytest.mark.parametrize(
    ("theme", "kind", "least"),
    [(themes.DARK, "{}", 12.7), (themes.LIGHT, "{}", 12.3), (themes.LIGHT, "{}_fill", 10.0)],
    ids=["dark", "light ink", "light fill"],
)
def test_the_closest_two_levels_are_as_far_apart_as_the_design_has_them(theme, kind, least):
    colours = [getattr(theme, kind.format(level)) for level in LEVELS]
    for eye in ("protan", "deutan", "tritan"):
        assert min(round(distance(a, b, eye), 1) for a, b in combinations(colours, 2)) >= least


#: Ink, ground, and the contrast that the design has in the dark and in the light theme.
PAIRS = (
    ("text1", "bg1", 15.4, 17.8), ("text2", "bg1", 10.2, 10.1), ("text3", "bg1", 6.6, 6.2),
    ("text3", "bg3", 5.0, 5.1), ("on_accent", "accent_solid", 5.1, 5.7), ("error", "tint_error", 6.1, 5.1),
    ("success", "tint_success", 8.4, 5.5), ("border", "bg1", 3.1, 3.1), ("guard", "bg1", 5.1, 4.3),
    ("on_fill", "p4d_fill", 5.8, 6.7), ("accent", "bg1", 3.0, 3.0), ("accent", "bg2", 3.0, 3.0),
    ("accent", "bg3", 3.0, 3.0),
)  # fmt: skip


@pytest.mark.parametrize(("ink", "ground", "dark", "light"), PAIRS)
def test_contrasts_are_those_of_the_design_or_better(ink, ground, dark, light):
    for theme, least in ((themes.DARK, dark), (themes.LIGHT, light)):
        assert round(contrast(getattr(theme, ink), getattr(theme, ground)), 1) >= least


@BOTH
def test_whatever_is_disabled_can_be_read(theme):
    made = themes.palette(theme)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        text = made.color(QPalette.ColorGroup.Disabled, role).name()
        assert contrast(text, theme.bg1) >= 4.5


@BOTH
def test_the_style_sheet_leaves_no_token_unreplaced(theme):
    assert "@" not in themes.style_sheet(theme).split("*/", 1)[1]


@BOTH
def test_the_palette_shows_selected_text_readably(qapp, theme):
    palette = themes.palette(theme)
    ink = palette.color(QPalette.ColorRole.HighlightedText).name()
    assert contrast(ink, palette.color(QPalette.ColorRole.Highlight).name()) >= 4.5


def test_the_bundled_fonts_bring_latin_chinese_and_mono(qapp):
    assert {"Noto Sans", "Noto Sans CJK SC", "DejaVu Sans Mono"} <= set(themes.load_fonts())
    assert themes.metrics(12).inFont("M")
    for character in "→…·✓✗▼◆≈⫽–×":
        mono = themes.metrics(12, mono=True).inFontUcs4(ord(character))
        assert mono or themes.metrics(12).inFontUcs4(ord(character)) or character in "✓✗▼◆⫽"


def test_every_icon_is_drawn_in_the_colour_asked_for(qapp):
    for path in sorted(assets.path("icons").glob("*.svg")):
        if path.stem.startswith("vmgui"):
            continue
        image = themes.pixmap(path.stem, "#ff0000", 32).toImage()
        inks = {
            image.pixelColor(x, y).name()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() > 250
        }
        assert inks == {"#ff0000"}, path.stem


@BOTH
def test_buttons_of_dialogs_have_words_and_no_icons_of_the_desktop(qtbot, theme):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    box.setStyleSheet(themes.style_sheet(theme))
    box.ensurePolished()
    assert not box.style().styleHint(QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons, None, box)


def test_what_is_typed_in_is_the_darkest_in_the_dark_and_white_in_the_light():
    for theme, colour in ((themes.DARK, themes.DARK.bg0), (themes.LIGHT, themes.LIGHT.bg1)):
        rules = themes.style_sheet(theme).split("}")
        field = next(rule for rule in rules if "QLineEdit, QPlainTextEdit" in rule)
        assert f"background: {colour};" in field
