"""The template that is deployed here is the real one; only the places of the code differ."""

from __future__ import annotations

import json
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.deploy import package
from local.places import ROOT

URIS = {"functions": "s3://bucket/functions.zip", "layer": "s3://bucket/layer.zip"}


def template() -> Any:
    return yaml_parse((ROOT / "template.yaml").read_text())


def test_only_the_places_of_the_code_are_changed() -> None:
    packaged = json.loads(package((ROOT / "template.yaml").read_text(), **URIS))
    original = json.loads(json.dumps(template(), default=str))
    for document in (packaged, original):
        for resource in document["Resources"].values():
            resource["Properties"].pop("CodeUri", None)
            resource["Properties"].pop("ContentUri", None)
    assert packaged == original


def test_every_function_and_the_layer_point_to_their_archives() -> None:
    packaged = json.loads(package((ROOT / "template.yaml").read_text(), **URIS))
    places = {
        resource["Properties"]["CodeUri"]
        for resource in packaged["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert places == {URIS["functions"]}
    assert packaged["Resources"]["SharedLayer"]["Properties"]["ContentUri"] == URIS["layer"]
