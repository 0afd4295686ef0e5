"""``python -m local normalize``, ``verify``, ``detect``: what Orderhub makes of a payload, without a hub."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local import given
from local.console import complain, say
from shared.adapters import ADAPTERS

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_documents(commands: Commands) -> None:
    """Add the commands to the command line."""
    kinds = sorted(ADAPTERS)
    normalize = commands.add_parser("normalize", help="print what Orderhub makes of a payload, as JSON")
    normalize.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
    normalize.add_argument("file", metavar="FILE", help="the payload; - for standard input")
    normalize.add_argument("--topic", default="", help="the channel's topic; without it the shape tells")
    normalize.set_defaults(run=_normalize)

    verify = commands.add_parser("verify", help="say whether a webhook's signature holds; exit code 0 or 1")
    verify.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
    verify.add_argument("file", metavar="FILE", help="the raw body; - for standard input")
    verify.add_argument(
        "--secret", required=True, action="append", help="the secret; twice while it is rotated"
    )
    verify.add_argument(
        "--header",
        default=[],
        action="append",
        metavar="'NAME: VALUE'",
        help="a header as it came; repeat it",
    )
    verify.add_argument(
        "--time", help="when it came, for signatures that expire, ISO 8601 with offset (default: now)"
    )
    verify.set_defaults(run=_verify)

    detect = commands.add_parser("detect", help="say which carriers a tracking number may be of, as JSON")
    detect.add_argument("numbers", metavar="NUMBER", nargs="+", help="a tracking number; quote its spaces")
    detect.add_argument("--country", default="", help="where the parcel goes, such as DE")
    detect.add_argument("--default", default="", metavar="CARRIER", help="the carrier that is usual")
    detect.set_defaults(run=_detect)


def _normalize(arguments: argparse.Namespace) -> int:
    from local.normalize import normalize
    from shared.wire.errors import IrrelevantError, UnusableError

    try:
        shown = normalize(
            arguments.kind, given.read(arguments.file), topic=arguments.topic, now=datetime.now(UTC)
        )
    except UnusableError as error:
        say(json.dumps({"error": error.code, "where": error.where}))
        complain(f"cannot be used: {error}")
        return 1
    except IrrelevantError as error:
        say(json.dumps({"error": "irrelevant", "reason": error.reason}))
        complain(f"not about an order or a parcel: {error}")
        return 1
    say(json.dumps(shown, indent=2, ensure_ascii=False))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from local.moments import moment_of
    from local.verify import read_headers
    from shared.adapters import signature_of

    headers = read_headers(arguments.header)
    now = moment_of(arguments.time, datetime.now(UTC))
    holds = signature_of(arguments.kind).verify(
        headers, given.read(arguments.file), arguments.secret, now=now
    )
    say("the signature holds" if holds else "the signature does not hold")
    return 0 if holds else 1


def _detect(arguments: argparse.Namespace) -> int:
    from local.detect import describe

    found = describe(arguments.numbers, country=arguments.country, default=arguments.default)
    say(json.dumps(found, indent=2))
    return 0
