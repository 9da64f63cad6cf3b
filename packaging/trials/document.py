"""Writes the document that the trials open: the lesson about Sobel on a photo."""

import sys
from pathlib import Path

from convgui.files.documents import write_document
from convgui.files.lessons import load_lesson

write_document(load_lesson("sobel-photo"), Path(sys.argv[1]))
