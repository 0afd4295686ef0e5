"""Lambda: the merchant API, /v1/... Who may, one endpoint, the answer; what fails is a problem+json."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from botocore.exceptions import BotoCoreError, ClientError

from shared.api.callers import caller_of, require
from shared.api.problems import ApiError, base_of
from shared.api.routes import FAILURES, ROUTES, Route, as_problem
from shared.runtime import wiring
from shared.runtime.api_events import read_request, write_answer, write_problem
from shared.runtime.entry import entry_point, prepare
from shared.runtime.logs import count, log_failure, logger
from shared.runtime.outages import OUTAGES, is_outage

app = APIGatewayHttpResolver()


def serve(route: Route) -> None:
    """Let the resolver answer a route."""

    @app.route(route.pattern, method=route.method)
    def answer(**_path: str) -> Response[str]:
        request = read_request(app.current_event.raw_event)
        caller = caller_of(request.claims)
        require(caller, route.right)
        made = route.endpoint(request, caller, wiring.api_desk())
        logger().info("answered", route=f"{route.method} {route.path}", status=made.status)
        return write_answer(made)


for _route in ROUTES:
    serve(_route)


def refuse(error: Exception) -> Response[str]:
    """Answer a request that failed."""
    problem = as_problem(error)
    logger().info("refused", code=base_of(problem.code), status=problem.status)
    return write_problem(problem, app.current_event.raw_event["requestContext"]["requestId"])


def find_nothing(_error: Exception) -> Response[str]:
    """Answer a request for a route that there is not."""
    return refuse(ApiError("not_found", "There is no such path, or not with this method."))


def refuse_for_now(error: ClientError | BotoCoreError) -> Response[str]:
    """Answer a request that AWS would not serve now. Raises the error where that would not help."""
    if not is_outage(error):
        raise error
    log_failure(error)
    return refuse(ApiError("unavailable"))


app.exception_handler([ApiError, *FAILURES])(refuse)
app.exception_handler(list(OUTAGES))(refuse_for_now)
app.not_found(find_nothing)


@entry_point
def handler(event: Any) -> dict[str, Any]:
    """Answer one HTTP API event. Raises UnexpectedEventError for any other event."""
    read_request(event)
    # No endpoint asks for Lambda's context.
    response: dict[str, Any] = app.resolve(event, None)  # type: ignore[arg-type]
    count("ApiAnswered" if response["statusCode"] < 400 else "ApiRefused")
    return response


prepare(wiring.api_desk)
