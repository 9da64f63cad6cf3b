"""Random users: seeded actions over the real window, each followed by what has to hold whatever was done.

``python -m tests.drive --actions 1000 --seeds 0..9`` goes on where the suite stops.
"""
