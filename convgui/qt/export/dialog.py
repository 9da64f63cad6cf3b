"""Export: what, in which format, how large, which steps, and where; with progress and cancel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from convgui.draw.number import times
from convgui.draw.theme import theme_named, themed
from convgui.export.animation import ANIMATIONS
from convgui.export.arrays import ARRAYS
from convgui.export.atomic_write import ExportError
from convgui.export.frames import Timing, shots
from convgui.export.job import MODEL, PAGE, Settings, What, check
from convgui.export.page.page import SIZE as PAGE_SIZE
from convgui.export.pictures import ENDINGS
from convgui.export.seen import SEEN, Seen
from convgui.files.wav_writer import FORMS
from convgui.model.document import Document
from convgui.qt.export.task_dialog import TaskDialog, side_by_side, spin
from convgui.qt.widgets.colour_button import ColourButton
from convgui.qt.widgets.file_dialogs import ask_for_folder, ask_where, file_name
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.scenes.scene import AnyScene
from convgui.session.naming import export_name
from convgui.session.player import SPEEDS
from convgui.words import mark, tr

FORMATS: dict[What, tuple[str, ...]] = {
    "picture": ENDINGS,
    "animation": ANIMATIONS,
    "frames": ("",),
    "page": (PAGE,),
    "array": tuple(ending for ending in ARRAYS if ending != ".tiff"),
    "input": tuple(ending for ending in ARRAYS if ending != ".tiff"),
    "model": (MODEL,),
    "seen": tuple(ending for ending in SEEN if ending not in (".tiff", ".jpeg")),
}
TITLES = {
    ".npy": mark("NumPy (.npy)"),
    ".csv": mark("Table, commas (.csv)"),
    ".txt": mark("Table, tabs (.txt)"),
    ".jpg": "JPEG",
    ".npz": mark("NumPy, compressed (.npz)"),
    ".tif": mark("TIFF, floating point"),
    ".nii": mark("NIfTI volume"),
    ".nii.gz": mark("NIfTI volume, compressed"),
    ".wav": mark("Sound (.wav)"),
    ".apng": mark("Animated PNG"),
    ".webp": mark("WebP, lossless"),
    ".webm": "WebM",
}
ENDINGS_OF: dict[What, tuple[str, ...]] = {**FORMATS, "array": ARRAYS, "input": ARRAYS, "seen": SEEN}
_DRAWN: tuple[What, ...] = ("picture", "animation", "frames")
_MOVING: tuple[What, ...] = ("animation", "frames")


class ExportDialog(TaskDialog):
    """Asks what to write and writes it; the window behind it stays alive.

    Parameters
    ----------
    size : tuple of int
        The stage's width and height, offered as the picture's size.
    step, steps : int
        The step that is shown, and how many there are.
    hidden : int or None
        The step whose number is hidden in the window: it stays so in pictures of it, and others say that they tell it.
    """

    def __init__(
        self,
        document: Document,
        scene: AnyScene,
        theme: str,
        size: tuple[int, int],
        step: int,
        steps: int,
        parent: QWidget | None = None,
        hidden: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.document, self._scene, self._steps, self._hidden = document, scene, steps, hidden
        self.what, self.format, self.theme, self.speed = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.width_box, self.height_box = spin(64, 16_000, size[0]), spin(64, 16_000, size[1])
        self.scale = QDoubleSpinBox()
        self.scale.setRange(0.5, 8.0)
        self.scale.setSingleStep(0.5)
        self.scale.setDecimals(1)
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.step, self.first, self.last = (spin(0, steps - 1, n) for n in (step, 0, steps - 1))
        self.rate = spin(5, 60, 25)
        self.glide = QCheckBox(tr("Glide from step to step"))
        self.transparent = QCheckBox(tr("No background"))
        self.captions = QCheckBox(tr("Titles and arithmetic"))
        self.crop = QCheckBox(tr("Crop to the drawing"))
        self.reading = QCheckBox(tr("Time to read each step"))
        self.deep = QCheckBox(tr("16 bits a channel"))
        self.sound = QComboBox()
        self.metadata = QCheckBox(tr("With the input's profile and EXIF"))
        self.matte = ColourButton(tr("Colour below"))
        self.pixels, self.length = PlainLabel(), PlainLabel()
        self.paper = PlainLabel(tr("Dark words for light slides: for dark ones, choose the dark theme."))
        self._form = QFormLayout()
        self._fill(theme)
        self._arrange()
        self._connect()
        self._on_what()

    def _fill(self, theme: str) -> None:
        kinds: tuple[tuple[str, What], ...] = (
            (tr("Picture of this step"), "picture"),
            (tr("Animation"), "animation"),
            (tr("Page that is stepped in a browser"), "page"),
            (tr("Frames, numbered PNGs in a folder"), "frames"),
            (tr("Output of the layer, as seen"), "seen"),
            (tr("Output of the layer, as numbers"), "array"),
            (tr("The input, as numbers"), "input"),
            (tr("The layers, as an ONNX model"), "model"),
        )
        for title, what in kinds:
            self.what.addItem(title, what)
        # In the window's own colours, light and dark.
        for title, shade in ((tr("Light"), "light"), (tr("Dark"), "dark")):
            self.theme.addItem(title, themed(shade, theme_named(theme).colours).name)
        self.theme.setCurrentIndex(self.theme.findData(theme))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g} ×", speed)
        self.speed.setCurrentIndex(self.speed.findData(1.0))
        for form in FORMS:
            self.sound.addItem(tr("32-bit floats") if form == "float" else tr("{n} bits", n=form), form)
        self.scale.setValue(2.0)
        self.glide.setChecked(True)
        self.reading.setChecked(True)
        self.captions.setChecked(True)
        self.rate.setSuffix(tr(" frames a second"))
        for widget, name in (
            (self.what, tr("What")),
            (self.format, tr("Format")),
            (self.theme, tr("Theme")),
            (self.speed, tr("Speed")),
            (self.width_box, tr("Width")),
            (self.height_box, tr("Height")),
            (self.scale, tr("Scale of the picture")),
            (self.step, tr("Step")),
            (self.first, tr("First step")),
            (self.last, tr("Last step")),
            (self.rate, tr("Frame rate")),
            (self.sound, tr("Samples")),
        ):
            widget.setAccessibleName(name)

    def _arrange(self) -> None:
        form = self._form
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._size = side_by_side(self.width_box, PlainLabel("×"), self.height_box, PlainLabel(tr("scale")), self.scale)
        self._range = side_by_side(
            self.first, PlainLabel(tr("to")), self.last, PlainLabel(tr("of 0 … {last}", last=self._steps - 1))
        )
        self._one = side_by_side(self.step, PlainLabel(tr("of 0 … {last}", last=self._steps - 1)))
        for title, field in (
            (tr("What"), self.what),
            (tr("Format"), self.format),
            (tr("Samples"), self.sound),
            (tr("Size"), self._size),
            ("", self.pixels),
            (tr("Step"), self._one),
            (tr("Steps"), self._range),
            (tr("Speed"), self.speed),
            (tr("Frame rate"), self.rate),
            ("", self.glide),
            ("", self.reading),
            ("", self.length),
            (tr("Theme"), self.theme),
            ("", self.transparent),
            (tr("To lie on"), self.matte),
            ("", self.paper),
            ("", self.captions),
            ("", self.crop),
            ("", self.deep),
            ("", self.metadata),
        ):
            label = PlainLabel(title)
            label.setObjectName("muted")
            form.addRow(label, field)
        for small in (self.pixels, self.length, self.paper):
            small.setObjectName("small")
            small.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        self._put_below(column)

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._on_what)
        self.format.currentIndexChanged.connect(self._on_format)
        for combo in (self.speed, self.theme):
            combo.currentIndexChanged.connect(self._on_setting)
        for number in (self.width_box, self.height_box, self.step, self.first, self.last, self.rate):
            number.valueChanged.connect(self._on_setting)
        self.scale.valueChanged.connect(self._on_setting)
        for box in (self.glide, self.reading, self.transparent, self.deep, self.metadata):
            box.toggled.connect(self._on_setting)
        self.export_button.clicked.connect(self._on_export)

    def settings(self) -> Settings:
        """Return what the fields say."""
        page = self._what() == "page"
        return Settings(
            self._what(),
            *(PAGE_SIZE if page else (self.width_box.value(), self.height_box.value())),
            self.scale.value(),
            str(self.theme.currentData()),
            transparent=self.transparent.isChecked(),
            captions=self.captions.isChecked(),
            step=self.step.value(),
            timing=Timing(
                self.first.value(),
                self.last.value(),
                float(self.speed.currentData()),
                self.rate.value(),
                self.glide.isChecked(),
                self.reading.isChecked(),
            ),
            crop=self.crop.isChecked(),
            matte=self.matte.colour if self._clear_gif() else None,
            hidden=self._hidden,
            seen=Seen(16 if self.deep.isChecked() and self.deep.isEnabled() else 8, self.metadata.isChecked()),
            sound=self.sound.currentData(),
        )

    def start(self, path: Path) -> None:
        """Write to a path; what does not fit together is said at once."""
        settings = self.settings()
        try:
            check(settings, path)
        except ExportError as error:
            self._ended(str(error), problem=True)
            return
        self._begun(path)
        self.task.start(self.document, self._scene, settings, path)

    def _what(self) -> What:
        what: What = self.what.currentData()
        return what

    def _on_what(self) -> None:
        what, form = self._what(), self._form
        self.format.blockSignals(True)
        self.format.clear()
        for ending in FORMATS[what]:
            if ending == ".wav" and len(self.document.sample.spatial) != 1:
                continue
            exact = tr(", 16 bits stretched over the values") if (what, ending) == ("array", ".png") else ""
            self.format.addItem(f"{_title(what, ending)}{exact}", ending)
        self.format.blockSignals(False)
        form.setRowVisible(self.format, len(FORMATS[what]) > 1)
        for field in (self._size, self.pixels, self.theme, self.transparent, self.captions, self.crop):
            form.setRowVisible(field, what in _DRAWN)
        for field in (self.deep, self.metadata):
            form.setRowVisible(field, what == "seen")
        form.setRowVisible(self._one, what == "picture")
        for field in (self._range, self.speed, self.rate, self.glide, self.reading, self.length):
            form.setRowVisible(field, what in _MOVING)
        self._on_format()
        self.adjustSize()

    def _on_format(self) -> None:
        """What is made of pixels is made of more; a page and a drawing of lines have one size."""
        self.scale.setValue(2.0 if self.format.currentData() == ".png" and self._what() == "picture" else 1.0)
        self._on_setting()

    def _clear_gif(self) -> bool:
        return self.transparent.isChecked() and self.format.currentData() == ".gif"

    def _on_setting(self) -> None:
        """Say what will come of it, and what cannot be."""
        settings, ending = self.settings(), str(self.format.currentData() or "")
        self.first.setMaximum(self.last.value())
        self.last.setMinimum(self.first.value())
        scale = settings.scale
        unit = tr("points") if ending == ".pdf" else tr("pixels")
        size = times(round(settings.width * scale), round(settings.height * scale))
        self.pixels.setText(f"{size} {unit}")
        self._form.setRowVisible(self.sound, ending == ".wav")
        self.deep.setEnabled(ending != ".jpg")
        self.speed.setEnabled(settings.timing.glide or settings.what == "animation")
        self.rate.setEnabled(settings.timing.glide)
        drawn = settings.what in _DRAWN and settings.transparent
        self._form.setRowVisible(self.matte, drawn and self._clear_gif())
        self._form.setRowVisible(self.paper, drawn and theme_named(settings.theme).shade == "light")
        problem = ""
        try:
            if settings.what in _MOVING:
                frames = shots(self._steps, settings.timing)
                seconds = sum(shot.seconds for shot in frames)
                words = mark("{count} pictures, {seconds:.1f} s")
                if settings.timing.reading:
                    words = mark("{count} pictures, {seconds:.1f} s, and longer where there is much to read")
                self.length.setText(tr(words, count=len(frames), seconds=seconds))
            check(settings, Path(f"convgui{ending}"))
        except ExportError as error:
            problem = str(error)
        self.export_button.setEnabled(not problem and not self.task.running)
        telling = tr("This file tells the number that is hidden in the window.")
        self._say(problem or (telling if settings.tells(self._steps) else ""), problem=bool(problem))

    def _on_export(self) -> None:
        ending = str(self.format.currentData() or "")
        what = self._what()
        # An input is called as it is.
        called = file_name(export_name(self.document, "model" if what == "input" else what))
        if not ending:
            path = ask_for_folder(self, self.folder / f"{called}_{tr('frames')}")
        else:
            # Another ending of the same kind of file is as good as the one that is chosen.
            endings = tuple(dict.fromkeys((ending, *ENDINGS_OF[what])))
            path = ask_where(self, tr("Export"), self.folder / f"{called}{ending}", endings, ending[1:].upper())
        if path is not None:
            self.start(path)


def _title(what: What, ending: str) -> str:
    """Name a format; a TIFF of what is seen holds no floating point."""
    known = "" if (what, ending) == ("seen", ".tif") else TITLES.get(ending, "")
    return tr(known) if known else ending[1:].upper().replace("TIF", "TIFF")
