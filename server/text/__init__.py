"""From text as it arrives to words, pauses and controls: buffer, phrasing, markup, lexicon, emotions, visemes.

May import the ground; every room above it imports it.
"""
