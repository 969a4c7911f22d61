"""One adapter for each outside dialect, each translating its own messages into speech.

May import `http` and the rooms below it; only `reference` and `run` import it.
"""
