"""Hearing: a document's input and output through the system's sound device."""
