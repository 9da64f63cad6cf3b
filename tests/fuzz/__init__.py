"""Damaged files of every format, made with knowledge of the format: each opens, or is refused in one sentence.

``python -m tests.fuzz --mutations 10000 --seconds 60`` goes on where the suite stops.
"""
