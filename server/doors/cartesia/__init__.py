"""The dialect of Cartesia's Sonic: the socket, its frames and their order, `/tts/bytes` and `/tts/sse`.

May import `http` and the rooms below it; only `reference` and `run` import it.
"""
