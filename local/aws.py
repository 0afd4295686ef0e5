"""The local AWS: ministack (PyPI, pure Python, no Docker) as a process of our own.

It listens on 127.0.0.1 only, starts empty each time and keeps everything below one home
folder. It runs in ``.venv-aws``, without our packages and with a bare environment, because
functions inherit both: a dependency that the layer lacks must be missed here, not in
production.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from local.errors import LocalError

HOST = "127.0.0.1"
REGION = "eu-central-1"
ACCOUNT = "000000000000"
FIRST_PORT = 4566
_PORTS_TRIED = 100
_LAST_PORT = 65_535
_START_TIMEOUT = 30.0  # seconds; it takes about half a second
_STOP_TIMEOUT = 10.0
_STATE_FILE = "aws.json"
LAYERS = "layers"  # the folder of the home for what all functions share
_TRACES = ("state", "s3", "tmp", LAYERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAws:
    """A running local AWS. ``owner`` is the process that started it and will stop it."""

    home: str
    port: int
    pid: int
    owner: int

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"


def start(venv: Path, home: Path, first_port: int = FIRST_PORT) -> LocalAws:
    """Start a fresh local AWS and wait until it answers. Raises LocalError."""
    program = venv / "bin" / "ministack"
    if not program.exists():
        raise LocalError(
            f"The local AWS is not installed ({program} is missing). `make run` and `make demo` install it."
        )
    _make_way(home)
    port = free_port(first_port)
    for folder in _TRACES:
        (home / folder).mkdir(parents=True)
    with (home / "aws.log").open("wb") as log:
        # A session of its own: Ctrl-C is for us; we then stop it in order.
        process = subprocess.Popen(
            [str(program)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home,
            env=environment(venv, home, port),
            start_new_session=True,
        )
    aws = LocalAws(home=str(home), port=port, pid=process.pid, owner=os.getpid())
    (home / _STATE_FILE).write_text(json.dumps(asdict(aws)))
    try:
        _wait_until_ready(aws, process)
    except BaseException:
        stop(aws)
        raise
    return aws


def environment(venv: Path, home: Path, port: int) -> dict[str, str]:
    """Return the whole environment of the local AWS, and so of every function in it."""
    return {
        "PATH": f"{venv / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "LANG": "C.UTF-8",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "BIND_HOST": HOST,
        # Both would open a port on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        "LOG_LEVEL": "WARNING",
    }


def stop(aws: LocalAws) -> None:
    """Stop it with TERM, which ends its workers too, and remove what it left. May be called twice."""
    if _is_ours(aws.pid):
        _signal(aws.pid, signal.SIGTERM)
        if not _wait_until_gone(aws.pid):
            _signal(aws.pid, signal.SIGKILL)
            _wait_until_gone(aws.pid)
    home = Path(aws.home)
    (home / _STATE_FILE).unlink(missing_ok=True)
    _remove_traces(home)


def running(home: Path) -> LocalAws:
    """Return the local AWS that runs in ``home``. Raises LocalError where there is none."""
    aws = _recorded(home)
    if aws is None or not _is_ours(aws.pid):
        raise LocalError("Nothing is running here. Start it with `make run` in another terminal.")
    return aws


def stop_leftover(home: Path) -> bool:
    """Stop what an earlier run left behind; True where there was something."""
    aws = _recorded(home)
    if aws is None:
        return False
    alive = _is_ours(aws.pid)
    stop(aws)
    return alive


def free_port(first: int) -> int:
    """Return the first port from ``first`` on that nobody listens on, and no other checkout is about to.

    It is kept for this process until its end.
    """
    last = min(first + _PORTS_TRIED - 1, _LAST_PORT)
    for port in range(first, last + 1):
        if not _claim(port):
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As servers do: a port is free although old connections to it still fade away.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise LocalError(f"No free port from {first} to {last}. Name another with --port.")


_CLAIMED: dict[int, int] = {}  # port -> descriptor of its lock


def _claim(port: int) -> bool:
    """Take a port for this process, between all runs of this machine; a lock ends with who holds it.

    Between looking for a port and listening on it lies the start of a process: two that start at the same
    time would find the same one, and the second would take the first one's answers for those of its own.
    """
    if port in _CLAIMED:
        return True
    path = Path(tempfile.gettempdir()) / f"orderhub-{os.getuid()}-{port}.lock"
    lock = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    _CLAIMED[port] = lock
    return True


def _make_way(home: Path) -> None:
    aws = _recorded(home)
    if aws is not None and _is_ours(aws.pid) and _is_alive(aws.owner):
        raise LocalError(
            f"It already runs at {aws.endpoint}. Stop it with Ctrl-C there, or with `python -m local stop`."
        )
    if aws is not None:
        stop(aws)
    _remove_traces(home)


def _remove_traces(home: Path) -> None:
    """Remove what it wrote, all folders at once: a layer has thousands of files."""
    traces = [home / name for name in _TRACES]
    inner = [entry for folder in traces if folder.is_dir() for entry in folder.iterdir() if entry.is_dir()]
    with ThreadPoolExecutor(8) as hands:
        for folder in inner:
            hands.submit(shutil.rmtree, folder, ignore_errors=True)
    for folder in traces:
        shutil.rmtree(folder, ignore_errors=True)


def _recorded(home: Path) -> LocalAws | None:
    try:
        return LocalAws(**json.loads((home / _STATE_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _wait_until_ready(aws: LocalAws, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(f"{aws.endpoint}/_ministack/ready"):
            return
        time.sleep(0.05)
    log = Path(aws.home) / "aws.log"
    last = log.read_text(errors="replace").splitlines()[-5:]
    raise LocalError("\n".join([f"The local AWS did not start; its log is {log}.", *last]))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(pid: int) -> bool:
    """True where ``pid`` is a running ministack: a number alone may be somebody else's by now."""
    try:  # Linux; small images have no `ps`
        return b"ministack" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
    listed = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return "ministack" in listed and not listed.startswith("Z")


def _wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + _STOP_TIMEOUT
    while time.monotonic() < deadline:
        with contextlib.suppress(
            ChildProcessError
        ):  # our own child has to be collected, else it stays listed
            os.waitpid(pid, os.WNOHANG)
        if not _is_ours(pid):
            return True
        time.sleep(0.05)
    return False
