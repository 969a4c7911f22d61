"""How the process begins and ends: the command, the worker processes, the listening server and the application.

May import every room; nobody imports it.
"""
