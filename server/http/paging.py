"""Lists by pages: a limit, and a cursor before or after which the page lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")


class Paging(msgspec.Struct):
    """Which page."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    starting_after: str | None = None
    ending_before: str | None = None


def page(items: Sequence[T], key: Callable[[T], str], wanted: Paging) -> tuple[list[T], bool, str | None]:
    """The page, whether there is more in that direction, and the cursor for it.

    After the last item, and around an unknown one, the page is empty: clients ask until it is.
    """
    keys = [key(item) for item in items]
    if wanted.ending_before:
        end = keys.index(wanted.ending_before) if wanted.ending_before in keys else 0
        begin = max(0, end - wanted.limit)
        chosen, more = list(items[begin:end]), begin > 0
        return chosen, more, key(chosen[0]) if more else None
    begin = 0
    if wanted.starting_after:
        begin = keys.index(wanted.starting_after) + 1 if wanted.starting_after in keys else len(keys)
    chosen, more = list(items[begin : begin + wanted.limit]), begin + wanted.limit < len(keys)
    return chosen, more, key(chosen[-1]) if more else None
