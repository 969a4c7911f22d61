"""The asyncio client against a scripted server."""

import asyncio
from contextlib import suppress

import pytest
from larksong.clients.python import AsyncLarksong, Chunk, Done, Failed, LarksongError
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from .stub import scripted

CHUNK = '{"type":"chunk","context_id":"ID","done":false,"status_code":206,"step_time":1,"data":"%s"}'
DONE = '{"type":"done","context_id":"ID","done":true,"status_code":200}'


async def test_audio_is_put_together_in_order():
    async def script(peer):
        await peer.expect(transcript="Hello.", **{"continue": False})
        for data in ("AAE=", "AgM=", "BAU="):
            await peer.send(CHUNK % data)
        await peer.send(DONE)

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        await context.end("Hello.")
        assert b"".join([audio async for audio in context.audio()]) == bytes(range(6))


async def test_key_and_version_travel_in_headers():
    requests = asyncio.Queue()

    async def handle(connection):
        requests.put_nowait(connection.request)

    async with serve(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with AsyncLarksong(f"ws://127.0.0.1:{port}/tts/websocket", "secret"):
            request = await asyncio.wait_for(requests.get(), 5)
    assert request.headers["X-API-Key"] == "secret"
    assert request.headers["Cartesia-Version"] == "2026-03-01"
    assert request.path == "/tts/websocket"


async def test_pieces_of_a_language_model_are_sent_while_audio_arrives():
    heard = asyncio.Event()

    async def model():
        yield "One "
        await heard.wait()  # never set unless audio is read while the model still writes
        yield "two."

    async def script(peer):
        await peer.expect(transcript="One ", **{"continue": True})
        await peer.send(CHUNK % "AAA=")
        await peer.expect(transcript="two.", **{"continue": True})
        await peer.expect(transcript="", **{"continue": False})
        await peer.send(DONE)

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        context.feed(model())
        events = []
        async for event in context:
            heard.set()
            events.append(event)
    assert events == [Chunk(b"\0\0", 1.0), Done()]


@pytest.mark.parametrize(("text", "frames"), [("All.", ["All."]), (["A ", "b."], ["A ", "b.", ""]), ([], [""])])
async def test_feed_takes_strings_and_iterables(text, frames):
    async def script(peer):
        for frame in frames[:-1]:
            await peer.expect(transcript=frame, **{"continue": True})
        await peer.expect(transcript=frames[-1], **{"continue": False})
        await peer.send(DONE)

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        context.feed(text)
        assert [event async for event in context] == [Done()]


async def test_source_that_raises_cancels_the_context_and_tells_the_reader():
    async def model():
        yield "One "
        raise RuntimeError("model overloaded")

    async def script(peer):
        await peer.expect(transcript="One ")
        await peer.expect(cancel=True)

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        context.feed(model())
        (event,) = [event async for event in context]
        assert event.code == "text_source_failed"
        with pytest.raises(LarksongError, match="model overloaded") as caught:
            raise event.error()
        assert isinstance(caught.value.__cause__, RuntimeError)


async def test_contexts_interleave_on_one_socket():
    async def script(peer):
        await peer.expect(transcript="a")
        await peer.expect(transcript="b")
        for data in ("AAA=", "AQE="):
            await peer.send(CHUNK % data, context=1)
            await peer.send(CHUNK % data, context=0)
        await peer.send(DONE, context=1)
        await peer.send(DONE, context=0)

    async def read(context):
        return b"".join([audio async for audio in context.audio()])

    async with scripted(script) as url, AsyncLarksong(url) as client:
        first, second = client.context(), client.context()
        await first.end("a")
        await second.end("b")
        assert await asyncio.gather(read(first), read(second)) == [b"\0\0\1\1"] * 2


async def test_one_failing_context_leaves_the_others_alone():
    async def script(peer):
        await peer.expect(transcript="a")
        await peer.expect(transcript="b")
        await peer.send(
            '{"type":"error","context_id":"ID","done":true,"status_code":404,'
            '"error_code":"voice_not_found","message":"no such voice","error":"Not found: no such voice"}'
        )
        await peer.send(CHUNK % "AAA=", context=1)
        await peer.send(DONE, context=1)

    async with scripted(script) as url, AsyncLarksong(url) as client:
        first, second = client.context(voice="nobody"), client.context()
        await first.end("a")
        await second.end("b")
        with pytest.raises(LarksongError) as caught:
            [audio async for audio in first.audio()]
        assert (caught.value.code, caught.value.status) == ("voice_not_found", 404)
        assert [event async for event in second] == [Chunk(b"\0\0", 1.0), Done()]


async def test_cancel_releases_a_reader_that_waits():
    cancelled = asyncio.Event()

    async def script(peer):
        await peer.expect(transcript="Long.")
        await peer.send(CHUNK % "AAA=")
        await peer.expect(cancel=True)
        cancelled.set()

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        await context.end("Long.")
        assert await anext(context) == Chunk(b"\0\0", 1.0)
        reader = asyncio.create_task(anext(context, None))
        await asyncio.sleep(0)
        await context.cancel()
        assert await asyncio.wait_for(reader, 5) is None
        await asyncio.wait_for(cancelled.wait(), 5)


async def test_leaving_a_context_early_cancels_it_and_the_socket_serves_the_next():
    async def script(peer):
        await peer.expect(transcript="Long.")
        await peer.send(CHUNK % "AAA=")
        await peer.expect(cancel=True)
        await peer.send(CHUNK % "AQE=")  # one that was under way
        await peer.expect(transcript="Next.")
        await peer.send(DONE, context=1)

    async with scripted(script) as url, AsyncLarksong(url) as client:
        async with client.context() as context:
            await context.end("Long.")
            async for _ in context:
                break
        async with client.context() as context:
            await context.end("Next.")
            assert [event async for event in context] == [Done()]


async def test_leaving_a_finished_context_sends_nothing():
    async def script(peer):
        await peer.expect(transcript="One.")
        await peer.send(DONE)
        await peer.expect(transcript="Two.")  # not a cancel
        await peer.send(DONE, context=1)

    async with scripted(script) as url, AsyncLarksong(url) as client:
        for text in ("One.", "Two."):
            async with client.context() as context:
                await context.end(text)
                assert [event async for event in context] == [Done()]


async def test_lost_connection_ends_every_context_with_an_error():
    async def script(peer):
        await peer.expect(transcript="a")
        await peer.expect(transcript="b")
        await peer.connection.close(1011, "out of order")

    async with scripted(script) as url, AsyncLarksong(url) as client:
        first, second = client.context(), client.context()
        await first.end("a")
        await second.send("b")
        for context in (first, second):
            (event,) = [event async for event in context]
            assert isinstance(event, Failed)
            assert event.code == "connection_closed"
            assert "out of order" in event.message
        with pytest.raises(LarksongError, match="context_closed"):
            await second.send("more")


@pytest.mark.parametrize("frame", ["no json", b"\x00\x01", '{"hello":1}'])
async def test_peer_that_talks_nonsense_is_left(frame):
    closed = asyncio.Event()

    async def script(peer):
        await peer.expect(transcript="a")
        await peer.connection.send(frame)
        await peer.connection.wait_closed()
        assert peer.connection.close_code == 1002
        closed.set()

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        await context.end("a")
        (event,) = [event async for event in context]
        assert event.code == "bad_frame"
        await asyncio.wait_for(closed.wait(), 5)


async def test_malformed_chunk_is_reported_back_as_a_cancel():
    async def script(peer):
        await peer.expect(transcript="a")
        await peer.send(CHUNK % "%%%")
        await peer.expect(cancel=True)

    async with scripted(script) as url, AsyncLarksong(url) as client, client.context() as context:
        await context.end("a")
        (event,) = [event async for event in context]
        assert event.code == "bad_frame"


async def test_refusal_at_the_handshake_carries_its_status():
    def refuse(connection, request):
        response = connection.respond(429, "busy\n")
        response.headers["Retry-After"] = "2"
        return response

    async with serve(lambda _: None, "127.0.0.1", 0, process_request=refuse) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LarksongError) as caught:
            async with AsyncLarksong(f"ws://127.0.0.1:{port}"):
                pass
    assert (caught.value.code, caught.value.status, caught.value.retry_after) == ("refused", 429, 2.0)


async def test_nobody_listening_is_unreachable():
    with pytest.raises(LarksongError) as caught:
        async with AsyncLarksong("ws://127.0.0.1:9"):
            pass
    assert caught.value.code == "unreachable"


async def test_unread_audio_holds_the_server_back():
    """Nothing is read ahead of the reader: the server's sending stalls instead of our memory growing."""
    sent = 0

    async def script(peer):
        nonlocal sent
        await peer.expect(transcript="a")
        with suppress(ConnectionClosed):
            for _ in range(4000):
                await peer.send(CHUNK % ("A" * 32000))
                sent += 1

    async with scripted(script) as url, AsyncLarksong(url) as client:
        context = client.context()
        await context.end("a")
        assert isinstance(await anext(context), Chunk)
        await asyncio.sleep(0.5)
        assert 0 < sent < 2000
