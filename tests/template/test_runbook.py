"""Every alarm leads to a page that says what to do."""

from __future__ import annotations

from tests.support.template import ROOT, load_template, of_type


def test_every_alarm_has_its_section_in_the_runbook() -> None:
    headings = [
        line for line in (ROOT / "docs/runbook.md").read_text().splitlines() if line.startswith("## ")
    ]
    named = {name for heading in headings for name in heading.removeprefix("## ").split(", ")}
    assert set(of_type(load_template(), "AWS::CloudWatch::Alarm")) <= named
