"""Themes as Qt palettes and style sheets: Fusion under both, because platform dark modes differ."""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QImage, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from convgui.draw.colour import Colour, mix
from convgui.draw.theme import Theme
from convgui.files.resources import resource
from convgui.qt.widgets.appearance import PLAIN, Look
from convgui.qt.widgets.fonts import CHINESE, SANS, font
from convgui.qt.widgets.paint import qcolor
from convgui.qt.widgets.painting import painting


def css(value: Colour) -> str:
    """Write an opaque colour for a style sheet."""
    return f"#{value[0]:02x}{value[1]:02x}{value[2]:02x}"


def apply_look(app: QApplication, look: Look) -> None:
    """Give the whole application a theme, a font and a size of text.

    A style sheet is read, and every widget polished, in half a second: what is in force already is not set again.
    """
    rules, colours = sheet(look.theme, look.scale, look.family), palette(look.theme)
    if app.styleSheet() == rules and app.palette() == colours:
        return
    app.setPalette(colours)
    app.setFont(font(round(PLAIN * look.scale)) if look.family == SANS else QFont(look.family))
    app.setStyleSheet(rules)


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme, disabled states included."""
    palette = QPalette()
    kinds = QPalette.ColorRole
    colours = {
        kinds.Window: theme.panel,
        kinds.WindowText: theme.text,
        kinds.Base: theme.background,
        kinds.AlternateBase: theme.panel,
        kinds.Text: theme.text,
        kinds.Button: theme.field,
        kinds.ButtonText: theme.text,
        kinds.ToolTipBase: theme.field,
        kinds.ToolTipText: theme.text,
        kinds.PlaceholderText: theme.muted,
        kinds.Highlight: theme.selection,
        kinds.HighlightedText: theme.text,
        kinds.Link: theme.role("input").ink,
        kinds.Mid: theme.line,
        kinds.Dark: theme.line,
        kinds.Light: theme.field,
    }
    for kind, value in colours.items():
        palette.setColor(kind, qcolor(value))
    faint = qcolor(theme.muted)
    for kind in (kinds.WindowText, kinds.Text, kinds.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, kind, faint)
    return palette


def sheet(theme: Theme, scale: float = 1.0, family: str = SANS) -> str:
    """Return the style sheet of a theme, with text of `scale` times its usual size."""
    line, field, text, muted = css(theme.line), css(theme.field), css(theme.text), css(theme.muted)
    panel, selection = css(theme.panel), css(theme.selection)
    accent, blue = css(theme.role("kernel").line), css(theme.role("input").ink)
    warning = css(theme.role("warning").ink)
    check, blue_line = resource("icons", "check.svg").as_posix(), css(theme.role("input").line)
    arrow = resource("icons", f"down-{theme.shade}.svg").as_posix()
    named = (("ok", "ok"), ("yes", "ok"), ("close", "close"), ("cancel", "close"), ("no", "close"), ("save", "save"),
        ("discard", "discard"))  # fmt: skip
    drawn = ((name, resource("icons", f"dialog-{icon}-{theme.shade}.svg").as_posix()) for name, icon in named)
    icons = " ".join(f'dialog-{name}-icon: url("{path}");' for name, path in drawn)
    hover = css(mix(theme.field, theme.text, 0.05))
    rules = f"""
* {{ font-family: "{family}", "{CHINESE}"; font-size: 13px; }}
QMainWindow, QDialog {{ background: {panel}; }}
QMenuBar {{ background: {panel}; border-bottom: 1px solid {line}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {selection}; }}
QMenu {{ icon-size: 20px; background: {field}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 12px; border-radius: 5px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QToolTip {{ background: {field}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}
#header, #transport, #status, #caption {{ background: {panel}; }}
#options {{ background: {css(theme.background)}; }}
#header {{ border-bottom: 1px solid {line}; }}
#options[beside="true"] {{ background: {panel}; }}
#transport, #options[beside="true"] {{ border-top: 1px solid {line}; }}
#status {{ border-top: 1px solid {line}; }}
#status QLabel {{ color: {muted}; font-size: 12px; }}
#card {{ background: {panel}; border: 1px solid {line}; border-radius: 10px; }}
#caption {{ border-bottom: 1px solid {line}; }}
#lessons {{ background: {panel}; border: 0; border-right: 1px solid {line}; outline: 0; padding: 6px; }}
#lessons::item {{ border-radius: 7px; padding: 2px 6px; color: {text}; }}
#lessons::item:selected {{ background: {selection}; color: {text}; }}
#lessons::item:hover:!selected {{ background: {hover}; }}
#lessons::item:selected:focus {{ border: 1px solid {blue}; }}
#stack {{ background: {field}; border: 1px solid {line}; border-radius: 6px; outline: 0; padding: 2px; }}
#stack::item {{ border-radius: 4px; padding: 2px 6px; color: {text}; }}
#stack::item:selected {{ background: {selection}; color: {text}; }}
#stack:focus {{ border: 1px solid {blue}; }}
#inspector {{ background: {panel}; border: 0; border-left: 1px solid {line}; }}
#inspector QWidget#body {{ background: {panel}; }}
QLabel#section {{ font-weight: 600; }}
QLabel#muted, QLabel#small {{ color: {muted}; }}
QLabel#small {{ font-size: 12px; }}
QLabel#brand {{ font-weight: 600; }}
QLabel#formula {{ font-family: "JetBrains Mono", "{CHINESE}"; font-size: 11px; background: {field};
  border: 1px solid {line};
  border-radius: 6px; padding: 8px 9px; }}
QLabel#problem {{ color: {warning}; }}
QLabel#counter {{ font-family: "JetBrains Mono", "{CHINESE}"; }}
QPushButton, QToolButton {{ background: {field}; border: 1px solid {line}; border-radius: 6px; padding: 4px 10px;
  min-height: 18px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 1; {icons} }}
QFileDialog QToolButton {{ padding: 3px; }}
QToolButton#icon {{ padding: 4px; min-width: 20px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {selection}; }}
QPushButton:focus, QToolButton:focus, QComboBox:focus, QAbstractSpinBox:focus, QLineEdit:focus,
QPlainTextEdit:focus {{ border: 1px solid {blue}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {muted}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton#play {{ background: {accent}; border: 1px solid {accent}; min-width: 34px; padding: 4px 8px; }}
QToolButton#play:focus {{ border: 2px solid {text}; }}
#tabs {{ background: {hover}; border: 1px solid {line}; border-radius: 8px; }}
#tabs QToolButton {{ background: transparent; border: 1px solid transparent; color: {text}; padding: 4px 7px; }}
#tabs QToolButton:disabled {{ color: {muted}; font-style: italic; }}
#tabs QToolButton:checked {{ background: {field}; border: 1px solid {line}; color: {text}; font-weight: 600; }}
#tabs QToolButton:focus {{ border: 1px solid {blue}; }}
#options QToolButton:checked {{ border: 1px solid {blue}; font-weight: 600; }}
#options QToolButton:focus {{ border: 1px solid {text}; }}
QComboBox, QAbstractSpinBox, QLineEdit, QPlainTextEdit {{ background: {field}; border: 1px solid {line};
  border-radius: 6px; padding: 2px 6px; min-height: 20px; selection-background-color: {selection};
  selection-color: {text}; }}
QAbstractSpinBox, QLineEdit#value, QPlainTextEdit {{ font-family: "JetBrains Mono", "{CHINESE}"; }}
QComboBox::drop-down {{ border: 0; width: 18px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {field}; border: 1px solid {line}; selection-background-color: {selection};
  selection-color: {text}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: 0; }}
QCheckBox {{ spacing: 7px; border: 1px solid transparent; border-radius: 4px; padding: 2px 3px 2px 1px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 4px;
  background: {field}; }}
QCheckBox::indicator:checked {{ background: {blue_line}; border: 1px solid {blue_line}; image: url("{check}"); }}
QCheckBox:focus {{ border: 1px solid {blue}; }}
QSlider::groove:horizontal {{ height: 4px; background: {line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: {field};
  border: 2px solid {accent}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {text}; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 24px; margin: 1px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollArea {{ border: 0; background: {panel}; }}
QProgressBar {{ border: 0; background: {line}; max-height: 3px; border-radius: 1px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 1px; }}
"""
    return re.sub(r"font-size: (\d+)px", lambda found: f"font-size: {round(int(found[1]) * scale)}px", rules)


def icon(name: str, ink: Colour, size: int = 18) -> QIcon:
    """Return an icon of resources/icons in one colour, sharp at scale 1 and 2."""
    icon = QIcon()
    for image in _drawn(name, ink, size):
        icon.addPixmap(QPixmap.fromImage(image))
    return icon


@cache
def _drawn(name: str, ink: Colour, size: int) -> tuple[QImage, ...]:
    """Draw an icon at both scales; every window has the same ones."""
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("#000000", css(ink))
    renderer = QSvgRenderer(QByteArray(source.encode()))
    images = []
    for ratio in (1, 2):
        image = QImage(QSize(size, size) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        with painting(image) as painter:
            renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
        image.setDevicePixelRatio(ratio)
        images.append(image)
    return tuple(images)
