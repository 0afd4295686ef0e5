"""docs/openapi.json, made from the API's own tables: ``python -m local docs`` writes it.

Every command is a path of its own there, with its own body, though the API has one route for them all.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from local.places import ROOT
from shared.api.bodies.commands import COMMANDS
from shared.api.bodies.orders import CreateOrderBody
from shared.api.bodies.stock import CorrectStockBody, CountStockBody
from shared.api.callers import GROUPS, SCOPES, Right
from shared.api.problems import MEDIA_TYPE, PROBLEMS
from shared.api.requests import LIMIT, MAX_LIMIT
from shared.api.routes import ROUTES, Route
from shared.api.shapes.connections import ConnectionList, InputList
from shared.api.shapes.history import History
from shared.api.shapes.orders import CommandOutcome, Order, OrderList
from shared.api.shapes.problems import Problem
from shared.api.shapes.stock import StockLevel, StockList, StockMovements
from shared.orders.statuses import Status

DOCUMENT = ROOT / "docs" / "openapi.json"

_ABOUT = (
    "Orders of all shops and marketplaces: list them, read them, give commands. Amounts are text in major "
    "units, times UTC with an offset. Fields that this document does not name may come with any release.\n\n"
    "What API Gateway refuses before a function runs is told by the status alone, with a body "
    '`{"message": "…"}`: 401 without a valid access token, 404 outside of /v1, 413 above 10 MB, 429 in a '
    "rush, 500 and 503 where the function fails or does not answer."
)
# What a route answers with, and in which of its statuses it succeeds.
_ANSWERS: dict[str, tuple[str, Any]] = {
    "get_orders": ("200", OrderList),
    "post_order": ("201", CommandOutcome),
    "get_order": ("200", Order),
    "get_history": ("200", History),
    "get_label": ("303", None),
    "post_command": ("200", CommandOutcome),
    "get_connections": ("200", ConnectionList),
    "get_inputs": ("200", InputList),
    "get_stock": ("200", StockList),
    "get_stock_level": ("200", StockMovements),
    "put_stock_level": ("200", StockLevel),
    "post_stock_movement": ("200", StockLevel),
}
_PAGED = ("cursor", "limit")
_QUERIES: dict[str, tuple[str, ...]] = {
    "get_orders": ("connection", "status", "attention", "number", "email", *_PAGED),
    "get_history": _PAGED,
    "get_inputs": ("day", *_PAGED),
    "get_stock": _PAGED,
    "get_stock_level": _PAGED,
}
_BODIES: dict[str, type[Any]] = {
    "post_order": CreateOrderBody,
    "put_stock_level": CountStockBody,
    "post_stock_movement": CorrectStockBody,
}
_TEXT = {"type": "string"}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "order_id": {
        "in": "path",
        "required": True,
        "description": "The order's id, percent-encoded as in any path.",
        "schema": _TEXT,
    },
    "package_id": {"in": "path", "required": True, "schema": _TEXT},
    "connection_id": {"in": "path", "name": "connection", "required": True, "schema": _TEXT},
    "sku": {
        "in": "path",
        "required": True,
        "description": "The SKU, percent-encoded as in any path; it may hold slashes.",
        "schema": _TEXT,
    },
    "connection": {"in": "query", "description": "Orders of this connection.", "schema": _TEXT},
    "status": {
        "in": "query",
        "description": "Orders in this status.",
        "schema": {"type": "string", "enum": [status.value for status in Status]},
    },
    "attention": {
        "in": "query",
        "description": "Orders that somebody has to look at.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "number": {
        "in": "query",
        "description": "Orders that people call by this number, with or without a # in front.",
        "schema": _TEXT,
    },
    "email": {
        "in": "query",
        "description": "Orders of the customer with this mail address, while their data is stored.",
        "schema": _TEXT,
    },
    "day": {
        "in": "query",
        "description": "A UTC day; today where it is left out.",
        "schema": {"type": "string", "format": "date"},
    },
    "cursor": {
        "in": "query",
        "description": "`next` of the page before. A page may be short, or empty, and yet have a next one.",
        "schema": _TEXT,
    },
    "limit": {
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
    },
    "idempotency_key": {
        "in": "header",
        "name": "Idempotency-Key",
        "required": True,
        "description": "A command that is sent again with its key is carried out once and answered alike.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "if_match": {
        "in": "header",
        "name": "If-Match",
        "description": 'The ETag of the order as it was seen, such as "7": if it has changed, 412.',
        "schema": _TEXT,
    },
}
_READING = {400, 401, 403, 404, 422, 503}
_COMMANDING = {400, 401, 403, 404, 409, 412, 413, 415, 422, 503}


def openapi_document() -> dict[str, Any]:
    """Return the description of the whole API (OpenAPI 3.1)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orderhub",
            "version": project["version"],
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"access_token": []}],
        "paths": _paths(),
        "components": {
            "parameters": {name: {"name": name, **parameter} for name, parameter in _PARAMETERS.items()},
            "responses": {
                str(status): _problems(status) for status in sorted({p.status for p in PROBLEMS.values()})
            },
            "schemas": _schemas(),
            "securitySchemes": {
                "access_token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": _rights(),
                }
            },
        },
    }


def document_text() -> str:
    """Return the document as it is written."""
    return json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"


def write(path: Path = DOCUMENT) -> None:
    """Write the document."""
    path.write_text(document_text())


def is_current(path: Path = DOCUMENT) -> bool:
    """True where the document says what the tables say."""
    return path.exists() and path.read_text() == document_text()


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        for path, operation in _operations(route):
            paths.setdefault(path, {})[route.method.lower()] = operation
    return paths


def _operations(route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    name = route.endpoint.__name__
    if name != "post_command":
        body = _BODIES[name].__name__ if name in _BODIES else ""
        yield route.path, _operation(route, name, _sentence(route.endpoint.__doc__), body)
        return
    for command, model in COMMANDS.items():
        path = route.path.replace("{command}", command)
        yield path, _operation(route, command, _sentence(model.makes.__doc__), model.__name__)


def _operation(route: Route, name: str, summary: str, body: str) -> dict[str, Any]:
    endpoint = route.endpoint.__name__
    is_command = route.right is Right.WRITE
    status, shape = _ANSWERS[endpoint]
    names = [
        *(["order_id"] if "{order_id}" in route.path else []),
        *(["package_id"] if "{package_id}" in route.path else []),
        *(["connection_id"] if "{connection}" in route.path else []),
        *(["sku"] if "{sku}" in route.path else []),
        *_QUERIES.get(endpoint, ()),
        *(["idempotency_key"] if is_command else []),
        *(["if_match"] if endpoint == "post_command" else []),
    ]
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary.replace("``", ""),  # plain text, where descriptions are Markdown
        "description": f"Needs the right to {route.right}.",
        "parameters": [{"$ref": f"#/components/parameters/{parameter}"} for parameter in names],
    }
    if body:
        operation["requestBody"] = {"content": {"application/json": {"schema": _reference(body)}}}
    problems = sorted(_COMMANDING if is_command else _READING)
    operation["responses"] = {
        status: _success(shape),
        **{str(problem): {"$ref": f"#/components/responses/{problem}"} for problem in problems},
    }
    return operation


def _success(shape: Any) -> dict[str, Any]:
    if shape is None:
        location = {"description": "Where it is, for five minutes.", "schema": _TEXT | {"format": "uri"}}
        return {"description": "It is elsewhere.", "headers": {"Location": location}}
    return {
        "description": _sentence(shape.__doc__),
        "content": {"application/json": {"schema": _reference(shape.__name__)}},
    }


def _problems(status: int) -> dict[str, Any]:
    rows = [f"`{code}`: {problem.title}" for code, problem in PROBLEMS.items() if problem.status == status]
    return {
        "description": "\n".join([f"{HTTPStatus(status).phrase}.", "", *(f"* {row}" for row in rows)]),
        "content": {MEDIA_TYPE: {"schema": _reference("Problem")}},
    }


def _schemas() -> dict[str, Any]:
    answers = {*(shape for _, shape in _ANSWERS.values() if shape), Problem}
    kinds = [*COMMANDS.values(), *_BODIES.values(), *sorted(answers, key=lambda shape: str(shape.__name__))]
    inputs: list[Any] = [(kind.__name__, "validation", TypeAdapter(kind)) for kind in kinds]
    _, made = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    definitions: dict[str, Any] = made["$defs"]
    return {name: definitions[name] for name in sorted(definitions)}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _rights() -> str:
    granted = {f"scope {name}": rights for name, rights in SCOPES.items()}
    granted |= {f"group {name}": rights for name, rights in GROUPS.items()}
    rows = [f"* {name}: {', '.join(sorted(rights))}" for name, rights in granted.items()]
    return "\n".join(["An access token of the stack's Cognito user pool.", "", *rows])


def _sentence(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]
