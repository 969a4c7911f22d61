"""What all HTTP entries share, and our own: voices, accents, dictionaries, cloning, tokens, status, playground.

May import `speech` and the rooms below it; `doors`, `reference` and `run` import it.
"""
