"""What every door uses to have something spoken: the neutral request, its resolved settings, whole texts, the services.

May import `stores` and the rooms below it; `http` and the rooms above it import it.
"""
