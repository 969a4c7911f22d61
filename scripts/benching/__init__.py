"""What the benchmarks share: a server of their own, callers that cost little, and the sums.

The load generator is one asyncio process. It never decodes sound that it need not look at, because it lives on
the same cores as the server; every report says what share of a core it took.
"""
