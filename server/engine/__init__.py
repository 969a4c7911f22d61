"""The one thread that runs the model, with its jobs, its schedule and the ways in and out.

May import `audio`, `text` and the ground; `stores` and the rooms above it import it.
"""
