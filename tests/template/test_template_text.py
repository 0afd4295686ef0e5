"""The template as a text and as a whole: handlers, comments, types, settings of every function."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from shared.runtime.clients import CONNECT_SECONDS, READ_SECONDS
from shared.usecases.level_taker import A_BATCH
from shared.usecases.poll_connection import LEASE
from shared.wire import transport
from tests.support.template import ROOT, load_template, of_type, template_lines, translate_template

# The local AWS refuses the whole template if one of these is in it.
REFUSED_LOCALLY = {
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::VpcLink",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Events::ApiDestination",
    "AWS::Events::Archive",
    "AWS::Events::Connection",
    "AWS::Events::EventBusPolicy",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Logs::Delivery",
    "AWS::Logs::QueryDefinition",
    "AWS::SES::Template",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::SSM::Document",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::WebACLAssociation",
}

FUNCTIONS = of_type(translate_template(), "AWS::Lambda::Function")


def handler_file(handler: str) -> tuple[Path, str]:
    module, _, name = handler.rpartition(".")
    return ROOT / "functions" / f"{module}.py", name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_handler_is_a_function_of_a_module_in_functions(function: str) -> None:
    path, name = handler_file(FUNCTIONS[function]["Handler"])
    assert name == "handler"
    assert path.exists(), f"{path.relative_to(ROOT)} is missing"
    top = ast.parse(path.read_text()).body
    defined = {node.name for node in top if isinstance(node, ast.FunctionDef)}
    assigned = {
        target.id
        for node in top
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "handler" in defined | assigned


def test_every_module_in_functions_is_in_the_template() -> None:
    modules = {path.stem for path in (ROOT / "functions").glob("*.py") if path.stem != "__init__"}
    assert modules <= {handler_file(function["Handler"])[0].stem for function in FUNCTIONS.values()}


def test_a_function_is_named_after_its_module() -> None:
    for name, function in FUNCTIONS.items():
        module = handler_file(function["Handler"])[0].stem
        assert name == "".join(word.title() for word in module.split("_")) + "Function"
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == module


def test_every_resource_has_a_comment_above_it() -> None:
    lines = template_lines()
    start, end = lines.index("Resources:"), lines.index("Outputs:")
    bare = [
        line.strip(" :")
        for number, line in enumerate(lines[start:end], start)
        if re.fullmatch(r"  \w+:", line) and not lines[number - 1].startswith("  # ")
    ]
    assert bare == []


def test_whoever_deploys_reads_what_each_parameter_and_output_is() -> None:
    template = load_template()
    described = template["Parameters"] | template["Outputs"]
    assert [name for name, row in described.items() if not row.get("Description", "").endswith(".")] == []


def test_no_lint_rule_is_switched_off_without_a_reason() -> None:
    lines = template_lines()
    ignores = [number for number, line in enumerate(lines) if "ignore_checks" in line or "cfn-lint" in line]
    assert all("#" in lines[number] and "because" in lines[number] for number in ignores)
    assert not (ROOT / ".cfnlintrc").exists()


def test_the_local_aws_takes_every_type() -> None:
    types = {resource["Type"] for resource in translate_template()["Resources"].values()}
    assert types & REFUSED_LOCALLY == set()


def test_the_url_of_the_api_comes_from_the_api() -> None:
    # Written by hand it would be wrong in other partitions, and on the local AWS.
    assert load_template()["Outputs"]["ApiUrl"]["Value"] == {"Fn::GetAtt": ["Api", "ApiEndpoint"]}


def test_every_function_runs_the_one_python_on_the_one_architecture_with_the_one_layer() -> None:
    for function in FUNCTIONS.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert len(function["Layers"]) == 1


def test_every_function_logs_json_to_its_own_group_that_forgets() -> None:
    groups = of_type(translate_template(), "AWS::Logs::LogGroup")
    named = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()]
    assert len(set(named)) == len(FUNCTIONS)
    assert set(groups) == {*named, "ApiLogGroup"}
    assert all(function["LoggingConfig"]["LogFormat"] == "JSON" for function in FUNCTIONS.values())
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    assert max(load_template()["Parameters"]["LogRetentionDays"]["AllowedValues"]) == 14


def test_the_access_log_holds_nothing_of_the_sender() -> None:
    (stage,) = of_type(translate_template(), "AWS::ApiGatewayV2::Stage").values()
    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert logged == {
        *("requestId", "routeKey", "status"),
        *("responseLength", "responseLatency", "error.responseType"),
    }


def test_no_event_is_logged() -> None:
    for function in FUNCTIONS.values():
        assert "POWERTOOLS_LOGGER_LOG_EVENT" not in function["Environment"]["Variables"]
        assert "POWERTOOLS_DEV" not in function["Environment"]["Variables"]


def test_the_api_has_a_rate() -> None:
    template = translate_template()
    (stage,) = of_type(template, "AWS::ApiGatewayV2::Stage").values()
    assert stage["StageName"] == "$default"
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 2000
    assert "AWS::Lambda::Url" not in {resource["Type"] for resource in template["Resources"].values()}


def test_f17_a_lease_outlives_its_function_and_the_mail_it_sends() -> None:
    send_mail = FUNCTIONS["SendMailFunction"]
    lease = int(send_mail["Environment"]["Variables"]["MAIL_LEASE_SECONDS"])
    assert lease > send_mail["Timeout"] + CONNECT_SECONDS + READ_SECONDS


def test_f17_a_lease_outlives_its_function_and_the_call_it_makes() -> None:
    book_parcel = FUNCTIONS["BookParcelFunction"]
    held = int(book_parcel["Environment"]["Variables"]["BOOKING_LEASE_SECONDS"])
    assert held > book_parcel["Timeout"] + transport.CONNECT_SECONDS + transport.READ_SECONDS
    # A booking is four requests at most, with EasyPost.
    assert book_parcel["Timeout"] > 4 * (transport.CONNECT_SECONDS + transport.READ_SECONDS)
    call_channel = FUNCTIONS["CallChannelFunction"]
    lease = int(call_channel["Environment"]["Variables"]["CALL_LEASE_SECONDS"])
    assert lease > call_channel["Timeout"] + transport.CONNECT_SECONDS + transport.READ_SECONDS


def test_f24_a_lease_outlives_the_poll_that_holds_it() -> None:
    poll = FUNCTIONS["PollConnectionFunction"]
    seconds = int(poll["Environment"]["Variables"]["POLL_SECONDS"])
    assert seconds + transport.CONNECT_SECONDS + transport.READ_SECONDS < poll["Timeout"]
    assert LEASE.total_seconds() > poll["Timeout"] + transport.READ_SECONDS


def test_a_run_that_tells_levels_ends_in_time_where_a_channel_does_not_answer() -> None:
    push = FUNCTIONS["PushLevelsFunction"]
    seconds = int(push["Environment"]["Variables"]["LEVEL_SECONDS"])
    last_batch = seconds - A_BATCH.total_seconds()
    assert last_batch + transport.CONNECT_SECONDS + transport.READ_SECONDS < push["Timeout"] < 60


def settings_of(root: str) -> tuple[set[str], set[str]]:
    """Return the settings that a part of the composition root asks for: (needed, optional)."""
    parts = {
        node.name: node
        for name in ("resources", "wiring")
        for node in ast.parse((ROOT / "shared" / "runtime" / f"{name}.py").read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    needed: set[str] = set()
    optional: set[str] = set()
    for node in ast.walk(parts[root]):
        match node:
            case ast.Call(func=ast.Name(id="setting"), args=[ast.Constant(value=str(name))]):
                needed.add(name)
            case ast.Call(func=ast.Name(id="optional_setting"), args=[ast.Constant(value=str(name))]):
                optional.add(name)
            case ast.Name(id=part) | ast.Attribute(value=ast.Name(id="resources"), attr=part) if (
                part in parts and part != root
            ):
                inner = settings_of(part)
                needed |= inner[0]
                optional |= inner[1]
    return needed, optional


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_all_it_asks_for_and_nothing_else(function: str) -> None:
    path, _ = handler_file(FUNCTIONS[function]["Handler"])
    roots = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("resources", "wiring")
    }
    assert roots
    needed = set().union(*(settings_of(root)[0] for root in roots))
    optional = set().union(*(settings_of(root)[1] for root in roots))
    told = {name for name in FUNCTIONS[function]["Environment"]["Variables"] if "POWERTOOLS" not in name}
    assert needed <= told <= needed | optional
