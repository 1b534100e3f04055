"""The app as a reader meets it: a server of its own, and Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from demonstration import build_demonstration

CHROMIUM = Path("/usr/bin/chromium")
START_S = 60
# The first text waits for the encoder to load, on a machine that does other work too.
ACTION_MS = 120_000
expect.set_options(timeout=ACTION_MS)


@pytest.fixture(scope="session")
def demonstration(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built part of the demonstration corpus."""
    folder = tmp_path_factory.getbasetemp() / "demonstration"
    return build_demonstration(repository / "corpora", folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: the browser tests need Chromium there")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(browser: Browser, repository: Path, demonstration: Path) -> Iterator[str]:
    """Serve the demonstration and return its address."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "roadmapfit.app.serve",  # as `roadmapfit app` does
        "app.py",
        "--server.headless=true",
        f"--server.port={port}",
    ]
    environment = os.environ | {"ROADMAPFIT_WORKSPACE": str(demonstration)}
    address = f"http://localhost:{port}"
    with subprocess.Popen(command, cwd=repository, env=environment) as process:
        try:
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            process.terminate()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """Open a French reader's window, 1280 wide."""
    context = browser.new_context(
        base_url=server,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport={"width": 1280, "height": 900},
    )
    window = context.new_page()
    window.set_default_timeout(ACTION_MS)
    yield window
    context.close()


@pytest.fixture(scope="session")
def artefacts(repository: Path) -> Path:
    """Return the folder that pictures of the app are kept in."""
    folder = repository / "test-artefacts"
    folder.mkdir(exist_ok=True)
    return folder


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not answer within {START_S} s at {address}")
