"""The former place of `convgui.qt.documents.document_file`, and still that module, for scripts that import it here."""

import sys

from convgui.qt.documents import document_file

vars(document_file)["Filing"] = document_file.DocumentFile
sys.modules[__name__] = document_file
