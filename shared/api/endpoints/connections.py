"""Connections, and what came in over them."""

from __future__ import annotations

from shared.api.callers import Caller
from shared.api.endpoints.desk import ApiAnswer, ApiDesk, next_cursor, position
from shared.api.requests import ApiRequest, read_inputs_query
from shared.api.views.connections import show_connections, show_inputs
from shared.usecases.list_inputs import list_inputs


def get_connections(_request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List the connections to shops, marketplaces and carriers, and how they are doing."""
    known = desk.inbox.connections.list_with_states()
    return ApiAnswer(show_connections(known, desk.inbox.now()))


def get_inputs(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List what came in over one connection on one day (UTC), the latest first."""
    connection, day, limit = read_inputs_query(request, desk.inbox.now().date())
    question = ("inputs", connection, day.isoformat())
    page = list_inputs(
        connection,
        day,
        after=position(request, question, desk),
        limit=limit,
        lists=desk.lists,
        connections=desk.inbox.connections,
    )
    return ApiAnswer(show_inputs(page.inputs, next_cursor(page.next, question, desk)))
