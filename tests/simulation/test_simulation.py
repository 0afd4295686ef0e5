"""The simulation, as a test: no schedule of faults loses, doubles or bends anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from shared import adapters
from shared.orders.changes import Move
from shared.orders.decide import decide
from shared.storage import requests
from tests.mutants.mutants import plant_faulty_code
from tests.simulation import stories, weather
from tests.simulation.cloud import INBOX, MAILS, Cloud
from tests.simulation.run import run_block, run_schedules
from tests.simulation.schedule import end_of, play, run_schedule
from tests.simulation.weather import calm_weather
from tests.simulation.world import LEASE, prepared
from tests.support.template import ROOT, load_template

SCHEDULES = 10_000
KEPT = "simulation: 0 lost, 0 duplicated, 0 illegal, 0 diverged, 0 unfinished, 0 doubtful"


@pytest.fixture
def simulated() -> Iterator[None]:
    with prepared():
        yield


def test_the_command_line_counts_and_judges() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--schedules", "40", "--processes", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines()[-1] == KEPT, done.stdout + done.stderr
    assert done.returncode == 0


def test_the_product_is_left_as_it_was() -> None:
    run_block(range(1))

    assert "simulated" not in adapters.ADAPTERS


@pytest.mark.slow
def test_no_schedule_loses_doubles_or_bends_anything(capsys: pytest.CaptureFixture[str]) -> None:
    tally = run_schedules(SCHEDULES)

    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(tally.lines()) + "\n")
    assert tally.schedules == SCHEDULES
    assert tally.examples == []
    # A fault that never happens proves nothing.
    kinds = {kind for service in weather.FAULTS.values() for kind in service}
    assert kinds <= {kind for kind, number in tally.faults.items() if number}


@pytest.mark.usefixtures("simulated")
def test_parcels_shipped_together_get_one_mail_where_nothing_goes_wrong() -> None:
    number = [story.__name__ for story in stories.STORIES].index("_together")

    verdict = play([stories.tell(number, 0, 0)], calm_weather(), {"1000": end_of(number, 0, 0)})

    assert verdict.violations == []
    assert verdict.mails == 2  # received, and one about three parcels


@pytest.mark.usefixtures("simulated")
def test_a_seed_gives_the_same_schedule_again() -> None:
    first, again = run_schedule(4_711), run_schedule(4_711)

    assert first == again
    assert first.calls


def test_some_schedules_are_kept() -> None:
    tally = run_block(range(100))

    assert tally.examples == []
    assert tally.inputs > 300
    assert tally.mails > 100


@pytest.mark.parametrize("number", range(len(stories.STORIES)))
@pytest.mark.parametrize("variant", range(stories.VARIANTS))
@pytest.mark.usefixtures("simulated")
def test_a_story_ends_as_it_says_where_nothing_goes_wrong(number: int, variant: int) -> None:
    story = stories.tell(number, variant, 0)

    end = end_of(number, variant, 0)

    if story.converges:
        assert end["status"] == story.ends


@pytest.mark.usefixtures("simulated")
def test_faulty_code_cannot_store_an_illegal_step(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The mutant *no_status_condition* without what it takes away from the store."""
    refused: list[str] = []
    check = requests.check_moves

    def watch(source: str, moves: tuple[Move, ...], target: str) -> None:
        try:
            check(source, moves, target)
        except requests.IllegalChangeError:
            refused.append(target)
            raise

    monkeypatch.setattr(requests, "check_moves", watch)
    # Named here, so that it is put back when the test is over.
    monkeypatch.setattr("shared.usecases.apply_input.decide", decide)
    plant_faulty_code()
    # How stories end under faulty code is nothing that another test may be given.
    request.addfinalizer(end_of.cache_clear)

    kinds = {violation.kind for seed in range(20) for violation in run_schedule(seed).violations}

    assert refused
    assert "illegal" not in kinds


def test_the_simulated_queues_and_leases_are_those_of_the_template() -> None:
    resources = load_template()["Resources"]
    cloud = Cloud(calm_weather())

    for name, resource in ((INBOX, "InboxQueue"), (MAILS, "MailQueue")):
        properties = resources[resource]["Properties"]
        queue = cloud.queues[name]
        assert queue.fifo is properties["FifoQueue"]
        assert queue.visibility == properties["VisibilityTimeout"]
        assert queue.max_receives == properties["RedrivePolicy"]["maxReceiveCount"]
    mail = resources["SendMailFunction"]["Properties"]
    assert int(mail["Environment"]["Variables"]["MAIL_LEASE_SECONDS"]) == LEASE.total_seconds()
