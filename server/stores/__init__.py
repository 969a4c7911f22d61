"""What is kept: the library of voices, accents, pronunciation dictionaries, the database under them.

May import `engine` and the rooms below it; `speech` and the rooms above it import it.
"""
