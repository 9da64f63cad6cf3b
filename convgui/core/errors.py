"""What every refusal of this program is."""

from __future__ import annotations


class ConvguiError(Exception):
    """Something that was asked for and cannot be done; its text is one sentence: what, where, why, what to do."""
