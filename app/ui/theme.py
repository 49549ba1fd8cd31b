"""Colours, sizes and type of the app, and `Look`: a person's choices and the window's shape.

Everything is drawn with tokens of the Material 3 colour scheme defined here, so no other code distinguishes light and
dark: teal (`primary`) is the product's own colour, `tertiary` the amber of deadlines and cautions, `error` the red of
faults. `SURFACE` is the desk on which the paper lies, `SURFACE_CONTAINER_LOWEST` the paper itself. Every pair of text
and background has the contrast of WCAG AA (tests/ui/test_theme.py computes it).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.device.installation import server_url
from app.device.presence import when_usable
from app.ui import texts

SEED: Final = "#00696D"
FONT: Final = "Shangmen"
FONT_BOLD: Final = "ShangmenBold"
FONT_EMOJI: Final = "ShangmenEmoji"
FONT_RARE: Final = "ShangmenRare"
FONT_BOLD_RARE: Final = "ShangmenBoldRare"
"""In the web app each face has its rare characters apart (build/web/fonts.py)."""
FONTS_LATER: Final = (FONT_RARE, FONT_BOLD_RARE, FONT_EMOJI)
"""What is loaded there when it can be used."""
FONTS: Final = {
    FONT: "fonts/Shangmen.ttf",
    FONT_BOLD: "fonts/ShangmenBold.ttf",
    FONT_EMOJI: "fonts/ShangmenEmoji.ttf",
}
FALLBACK: Final = (FONT_BOLD_RARE, FONT, FONT_RARE, FONT_EMOJI) if sys.platform == "emscripten" else (FONT, FONT_EMOJI)
"""Fonts for characters that the current font lacks: rare ones in names, emoji in remarks."""

TEXT_SCALES: Final = (1.0, 1.3, 1.6, 2.0)
THEME_MODES: Final = ("system", "light", "dark")

# Sizes in device-independent pixels. 56 is enough for a wet or gloved thumb; nothing that can be touched is below 48.
TOUCH_MAIN: Final = 56
TOUCH: Final = 48
GAP_SMALL: Final = 8
GAP: Final = 12
GAP_LARGE: Final = 20
EDGE: Final = 16
RADIUS: Final = 16
RADIUS_SMALL: Final = 10
WIDE: Final = 900
"""From this window width on a page has room beside its column: lists unfold, pictures stand two abreast."""
DESK: Final = 1024
"""From this window width on the app lays itself out for a desk at a PC: tabs at the side, tables, the chosen record
beside them, keys."""
BODY_WIDTH: Final = 720
"""Width of a single column of text in a wide window."""

LIGHT: Final[dict[str, str]] = {
    "primary": "#00696D",
    "on_primary": "#FFFFFF",
    "primary_container": "#C3EEF0",
    "on_primary_container": "#00373A",
    "secondary": "#47605F",
    "on_secondary": "#FFFFFF",
    "secondary_container": "#DCECEC",
    "on_secondary_container": "#0B3133",
    "tertiary": "#8A5000",
    "on_tertiary": "#FFFFFF",
    "tertiary_container": "#FFE2BF",
    "on_tertiary_container": "#5C3400",
    "error": "#B3261E",
    "on_error": "#FFFFFF",
    "error_container": "#FFDFDB",
    "on_error_container": "#7A0C09",
    "surface": "#F3F7F7",
    "on_surface": "#131C1C",
    "on_surface_variant": "#475352",
    "outline": "#6C7978",
    "outline_variant": "#D3DEDD",
    "surface_container_lowest": "#FFFFFF",
    "surface_container_low": "#F7FAFA",
    "surface_container": "#EDF3F3",
    "surface_container_high": "#E6EDED",
    "surface_container_highest": "#DEE7E6",
    "inverse_surface": "#253231",
    "on_inverse_surface": "#EAF2F1",
    "inverse_primary": "#6BD6DB",
    "shadow": "#000000",
    "scrim": "#000000",
    "surface_tint": "#F3F7F7",
}
DARK: Final[dict[str, str]] = {
    "primary": "#6BD6DB",
    "on_primary": "#003739",
    "primary_container": "#0A4B4E",
    "on_primary_container": "#B6F0F2",
    "secondary": "#B1CCCC",
    "on_secondary": "#1B3535",
    "secondary_container": "#264243",
    "on_secondary_container": "#CDE8E8",
    "tertiary": "#FFBA63",
    "on_tertiary": "#462A00",
    "tertiary_container": "#583700",
    "on_tertiary_container": "#FFDDB5",
    "error": "#FFB4AB",
    "on_error": "#690005",
    "error_container": "#7B1512",
    "on_error_container": "#FFDAD6",
    "surface": "#0D1414",
    "on_surface": "#E1E9E8",
    "on_surface_variant": "#B7C4C3",
    "outline": "#889593",
    "outline_variant": "#334140",
    "surface_container_lowest": "#182121",
    "surface_container_low": "#151D1D",
    "surface_container": "#1F2929",
    "surface_container_high": "#283333",
    "surface_container_highest": "#323E3D",
    "inverse_surface": "#E1E9E8",
    "on_inverse_surface": "#1A2423",
    "inverse_primary": "#00696D",
    "shadow": "#000000",
    "scrim": "#000000",
    "surface_tint": "#0D1414",
}

PAPER: Final = ft.Colors.SURFACE_CONTAINER_LOWEST

# Name of the Material text style -> (size at 100 %, whether it is bold, line height)
TYPE: Final[dict[str, tuple[float, bool, float]]] = {
    "display_small": (32, True, 1.2),
    "headline_medium": (27, True, 1.25),
    "headline_small": (23, True, 1.3),
    "title_large": (20, True, 1.3),
    "title_medium": (17, True, 1.35),
    "title_small": (15, True, 1.35),
    "body_large": (17, False, 1.45),
    "body_medium": (15, False, 1.45),
    "body_small": (13, False, 1.4),
    "label_large": (17, True, 1.25),
    "label_medium": (14, False, 1.3),
    "label_small": (12.5, False, 1.3),
}


def _text_theme(scale: float, ink: str) -> ft.TextTheme:
    # The bold face lacks rare characters that names may hold; the regular one has them and is the fallback.
    return ft.TextTheme(
        **{
            name: ft.TextStyle(
                size=round(size * scale, 1),
                height=height,
                color=ink,
                letter_spacing=0,
                weight=ft.FontWeight.W_400,
                font_family=FONT_BOLD if heavy else FONT,
                font_family_fallback=list(FALLBACK),
            )
            for name, (size, heavy, height) in TYPE.items()
        }
    )


def theme_for(scheme: dict[str, str], scale: float) -> ft.Theme:
    """Return the Material theme for `LIGHT` or `DARK` at a text scale (1.0 to 2.0)."""
    return ft.Theme(
        color_scheme_seed=SEED,
        color_scheme=ft.ColorScheme(**scheme),
        scaffold_bgcolor=scheme["surface"],
        font_family=FONT,
        text_theme=_text_theme(scale, scheme["on_surface"]),
        visual_density=ft.VisualDensity.STANDARD,
    )


@ft.observable
@dataclass
class Look:
    """One window's appearance. When a field changes, everything drawn with it is redrawn."""

    theme_mode: str = "system"
    scale: float = 1.0
    language: str = texts.DEFAULT_LANGUAGE
    wide: bool = False
    landscape: bool = False
    desk: bool = False


_KEY = "shangmen.look"


def look_of(page: ft.Page | ft.BasePage) -> Look:
    """Return this window's look. Raises KeyError before `install`."""
    look: Look | None = page.session.store.get(_KEY)  # type: ignore[union-attr]
    if look is None:
        raise KeyError("theme.install(page) has not run for this window")
    return look


def use_look() -> Look:
    """Hook: return the window's `Look`; the component is redrawn when it changes."""
    look, _ = ft.use_state(look_of(ft.context.page))
    return look


def scaled(size: float) -> float:
    """Return `size` grown with the text, for icons and rows that hold text; it grows less than the text, so as not to
    dominate."""
    scale = look_of(ft.context.page).scale
    # Returned as it is, not as a float: most text is of the usual size, and a whole number is sent in one byte, a float
    # in 9.
    return size if scale == 1 else size * (1 + (scale - 1) * 0.6)


def install(page: ft.Page, *, theme_mode: str = "system", scale: float = 1.0, language: str | None = None) -> Look:
    """Give the window its fonts, themes and `Look`. Call once, before the first drawing."""
    look = Look(theme_mode=theme_mode, scale=scale, language=language or texts.DEFAULT_LANGUAGE)
    page.session.store.set(_KEY, look)
    if sys.platform == "emscripten":
        # The others are there before Flutter draws for the first time (build/web/make.py).
        when_usable(lambda: _bring_fonts(page))
    else:
        page.fonts = dict(FONTS)
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("zh", "CN"), ft.Locale("en", "US")],
        current_locale=ft.Locale("zh", "CN") if look.language == "zh-CN" else ft.Locale("en", "US"),
    )
    page.padding = 0
    page.spacing = 0
    _measure(page, look)
    _dress(page, look)
    page.on_resize = lambda _: _measure(page, look)
    return look


def _bring_fonts(page: ft.Page) -> None:
    """Load what few texts need, now that the app can be used; what is on the screen is drawn with it at once."""
    page.fonts = {font: f"{server_url()}/assets/fonts/{font}.ttf" for font in FONTS_LATER}
    page.update()


def choose(
    page: ft.Page, *, theme_mode: str | None = None, scale: float | None = None, language: str | None = None
) -> None:
    """Change the look of a running window; None leaves a choice as it is."""
    look = look_of(page)
    if theme_mode is not None:
        look.theme_mode = theme_mode
    if scale is not None:
        look.scale = scale
    if language is not None:
        look.language = language
    _dress(page, look)
    page.update()


def measure(page: ft.Page) -> None:
    """Measure the window again: one that was away may have been turned meanwhile."""
    _measure(page, look_of(page))


def _dress(page: ft.Page, look: Look) -> None:
    page.theme = theme_for(LIGHT, look.scale)
    page.dark_theme = theme_for(DARK, look.scale)
    page.theme_mode = ft.ThemeMode(look.theme_mode)


def _measure(page: ft.Page, look: Look) -> None:
    width, height = page.width or 0, page.height or 0
    wide, landscape, desk = width >= WIDE, width > height, width >= DESK
    # Observers are woken only when the layout really changes, not for every pixel of a resize.
    if wide != look.wide:
        look.wide = wide
    if landscape != look.landscape:
        look.landscape = landscape
    if desk != look.desk:
        look.desk = desk


def _language_of_this_window() -> str:
    try:
        page = ft.context.page
    except (LookupError, RuntimeError):
        return texts.DEFAULT_LANGUAGE
    look: Look | None = page.session.store.get(_KEY)
    return look.language if look is not None else texts.DEFAULT_LANGUAGE


texts.follow_language(_language_of_this_window)
