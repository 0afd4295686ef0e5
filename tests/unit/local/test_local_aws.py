"""The local AWS as a process: reachable from this machine only, alone, and ended with care."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from local.aws import HOST, environment, free_port, running, stop_leftover
from local.errors import LocalError
from local.places import ROOT


def recorded(home: Path, pid: int) -> Path:
    """A note such as a start leaves it."""
    state = {"home": str(home), "port": 4566, "pid": pid, "owner": pid}
    (home / "aws.json").write_text(json.dumps(state))
    return home


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    variables = environment(tmp_path, tmp_path, 4566)
    assert variables["BIND_HOST"] == "127.0.0.1"
    # Each of these would open a port of its own on every interface.
    assert (variables["IOT_MTLS_ENABLED"], variables["SFTP_ENABLED"]) == ("0", "0")


def test_it_inherits_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("AWS_PROFILE", "production")
    variables = environment(tmp_path, tmp_path, 4566)
    assert not {"PYTHONPATH", "AWS_PROFILE"} & set(variables)
    assert variables["AWS_ACCESS_KEY_ID"] == "test"
    assert variables["HOME"] == str(tmp_path)  # so that no ~/.aws is found


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_after_the_last_port_there_is_none() -> None:
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else's: as good
            taken.bind((HOST, 65_535))
        with pytest.raises(LocalError, match="from 65535 to 65535"):
            free_port(65_535)


def test_a_port_that_another_checkout_is_about_to_take_is_passed_over() -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = f"from local.aws import free_port; print(free_port({port}), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        taken = int(other.stdout.readline())
        assert free_port(taken) > taken
        other.communicate("\n")


def test_nothing_running_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="make run"):
        running(tmp_path)


def test_a_stranger_that_got_the_same_process_id_is_left_alone(tmp_path: Path) -> None:
    home = recorded(tmp_path, os.getpid())
    assert stop_leftover(home) is False
    assert not (home / "aws.json").exists()


def test_an_unreadable_note_is_no_leftover(tmp_path: Path) -> None:
    (tmp_path / "aws.json").write_text("{")
    assert stop_leftover(tmp_path) is False


def test_what_was_left_behind_is_removed_and_nothing_else(tmp_path: Path) -> None:
    home = recorded(tmp_path, os.getpid())
    for name in ("tmp/worker-1/deep", "tmp/worker-2", "s3/bucket", "state", "mails"):
        (home / name).mkdir(parents=True)
        (home / name / "file").touch()
    (home / "tmp" / "link").symlink_to(home / "mails")
    stop_leftover(home)
    assert [path.relative_to(home).as_posix() for path in home.rglob("*")] == ["mails", "mails/file"]
