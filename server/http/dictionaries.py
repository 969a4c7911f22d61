"""`/pronunciation-dicts`: make, list, change and delete dictionaries."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from ..errors import SpeechError
from ..stores.dictionaries import MAX_ITEMS, Dictionary, Item
from .endpoint import Access, Call, Endpoint, json, routes
from .paging import Paging, page

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Items = Annotated[list[Item], Meta(max_length=MAX_ITEMS)]


class NewDictionary(msgspec.Struct):
    """A dictionary to be made."""

    name: Name
    items: Items | None = None


class DictionaryChange(msgspec.Struct):
    """New values for what is given; `items` takes the place of all there were."""

    name: Name | None = None
    items: Items | None = None


class DictionaryPage(msgspec.Struct):
    """A page of dictionaries."""

    data: list[Dictionary]
    has_more: bool
    next_page: str | None


async def list_dictionaries(call: Call) -> Response:
    """Dictionaries by pages, oldest first."""
    found = page(call.services.dictionaries.all(), lambda dictionary: dictionary.id, call.query(Paging))
    return json(DictionaryPage(*found))


async def create_dictionary(call: Call) -> Response:
    """Make a dictionary."""
    new = await call.body(NewDictionary)
    return json(call.services.dictionaries.create(new.name, _settled(new.items or [])))


async def get_dictionary(call: Call) -> Response:
    """One dictionary."""
    try:
        return json(call.services.dictionaries.find(call.path("dictionary_id")))
    except KeyError:
        raise _unknown(call) from None


async def change_dictionary(call: Call) -> Response:
    """Change a dictionary's name or items. Contexts that use it already keep what they began with."""
    change = await call.body(DictionaryChange)
    items = None if change.items is None else _settled(change.items)
    try:
        return json(call.services.dictionaries.update(call.path("dictionary_id"), change.name, items))
    except KeyError:
        raise _unknown(call) from None


async def delete_dictionary(call: Call) -> Response:
    """Delete a dictionary."""
    try:
        call.services.dictionaries.delete(call.path("dictionary_id"))
    except KeyError:
        raise _unknown(call) from None
    return Response(status_code=204)


def _settled(items: list[Item]) -> list[Item]:
    """Items with both names of the replacement filled in, so that every client finds its own."""
    for item in items:
        said = item.alias if item.alias is not None else item.pronunciation
        if said is None:
            raise SpeechError("invalid_request", f"The item for {item.text[:80]!r} has no alias.")
        item.alias = item.pronunciation = said
    return items


def _unknown(call: Call) -> SpeechError:
    key = call.path("dictionary_id")
    return SpeechError("dictionary_not_found", f"There is no pronunciation dictionary {key[:80]!r}.")


_ONE = "/pronunciation-dicts/{dictionary_id}"
endpoints = (
    Endpoint("GET", "/pronunciation-dicts", list_dictionaries, query=Paging, answer=DictionaryPage),
    Endpoint("POST", "/pronunciation-dicts", create_dictionary, Access.OWNER, body=NewDictionary, answer=Dictionary),
    Endpoint("GET", _ONE, get_dictionary, answer=Dictionary),
    Endpoint("PATCH", _ONE, change_dictionary, Access.OWNER, body=DictionaryChange, answer=Dictionary),
    Endpoint("DELETE", _ONE, delete_dictionary, Access.OWNER, status=204),
)
ROUTES = routes(endpoints)
