"""Formats of sound: encodings, sample rates, containers.

May import the ground; every room above it imports it.
"""
