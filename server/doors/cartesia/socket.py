"""`/tts/websocket`: the upgrade, and who is refused there."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ... import version
from ...errors import SpeechError
from ...http.errors import response
from ...speech.services import Services
from .connection import Connection


async def speak(socket: WebSocket) -> None:
    """Serve one socket. Refusals are HTTP answers to the upgrade, never an accept followed by a close."""
    services: Services = socket.app.state.services
    try:
        services.auth.check(socket)
        if services.slots.closed:
            raise SpeechError("shutting_down", "The server is shutting down.", retry_after=1.0)
        if len(services.connections) >= services.socket_limit:
            message = f"{services.socket_limit} sockets are open."
            raise SpeechError("too_many_sockets", message, retry_after=1.0)
    except SpeechError as fault:
        await _refuse(socket, response(fault))
        return
    chosen = version.choose(socket.query_params.get("cartesia_version"), socket.headers.get("cartesia-version"))
    connection = Connection(socket, services, chosen)
    services.connections.add(connection)
    try:
        await connection.run()
    except WebSocketDisconnect:
        return
    finally:
        services.connections.remove(connection)


async def _refuse(socket: WebSocket, answer: Response) -> None:
    await socket.send_denial_response(answer)


routes: list[BaseRoute] = [WebSocketRoute("/tts/websocket", speak)]
