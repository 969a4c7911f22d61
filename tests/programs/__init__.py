"""Other people's client programs, unchanged, against a real server: `make test-clients`.

python/ and node/ hold one program for each client, environments/ what it is installed with. A program plays
scenes and writes down what it heard; the tests read that, and ask the server what is left of it.
"""
