"""Access tokens for programs: what ``curl`` needs to call the API."""

from __future__ import annotations

import base64
import json
import shlex
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from local.deploy import Stack
from local.errors import LocalError
from local.webhooks import post
from shared.api.callers import SCOPES


def fetch_token(stack: Stack) -> str:
    """Return an access token of the stack's machine client: it may read orders and give commands.

    Raises LocalError where the stack gives programs no tokens (MachineAccess is no).
    """
    client = stack.physical("MachineClient")
    try:
        described = stack.clients.cognito.describe_user_pool_client(
            UserPoolId=stack.physical("UserPool"), ClientId=client
        )
    except ClientError as error:
        raise LocalError(
            f"The client of programs cannot be read: {error.response['Error']['Code']}."
        ) from None
    secret = described["UserPoolClient"]["ClientSecret"]
    answer = post(
        f"{_door(stack)}/oauth2/token",
        urlencode({"grant_type": "client_credentials", "scope": " ".join(SCOPES)}).encode(),
        {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}",
        },
    )
    if answer.status != 200:
        raise LocalError("No token is given. Was the stack deployed with MachineAccess=yes?")
    token: str = json.loads(answer.body)["access_token"]
    return token


def _door(stack: Stack) -> str:
    """Return where tokens are given: on AWS the pool's own domain, here the local AWS."""
    if stack.clients.endpoint is not None:
        return stack.clients.endpoint
    region = stack.physical("UserPool").partition("_")[0]
    return f"https://{stack.physical('TokenDomain')}.auth.{region}.amazoncognito.com"


def curl_example(stack: Stack, python: str) -> str:
    """Return a shell command that lists orders and works as printed; ``python`` as a shell takes it."""
    token = f"$({python} -m local token)"
    return f'curl -H "Authorization: Bearer {token}" {shlex.quote(f"{stack.api_url}/v1/orders")}'


def command_example(stack: Stack, python: str, order: str, command: str, body: str = "{}") -> str:
    """Return a shell command that gives an order a command and works as printed, once."""
    url = f"{stack.api_url}/v1/orders/{order}/commands/{command}"
    return _request(python, url, body, key=f"{command}-1")


def stock_example(stack: Stack, python: str, sku: str, on_hand: int) -> str:
    """Return a shell command that says how many pieces of a SKU are on hand and works as printed, once."""
    return _request(
        python, f"{stack.api_url}/v1/stock/{sku}", f'{{"on_hand": {on_hand}}}', key=f"{sku}-1", method="PUT"
    )


def _request(python: str, url: str, body: str, *, key: str, method: str = "POST") -> str:
    return (
        f'curl -X {method} -H "Authorization: Bearer $({python} -m local token)" -H "Idempotency-Key: {key}"'
        f" -H 'content-type: application/json' -d {shlex.quote(body)} {shlex.quote(url)}"
    )
