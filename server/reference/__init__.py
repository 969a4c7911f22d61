"""Descriptions of the API, made from the code that serves it: OpenAPI, AsyncAPI and the page at /docs.

May import every room below `run`; only `run` imports it.
"""
