"""Time the app as its readers do: browser sessions that walk through the pages at once.

    python benchmarks/app_sessions.py --workspace workspaces/cordis

starts a server of its own and opens, in Chromium, first one session on the cold server,
then one on the warm server, then ten at once; each pastes a text of its own, reads why
an item fits, and goes through all the pages. Prints a table and writes
``benchmarks/results/app-sessions.json``.

An interaction counts from the click until what was asked for stands on the screen and
the server has nothing more to send. Readers pause between two clicks, as people do.

The browsers run on the server's own cores here, and need more of them than it does; so it is
also noted how long the browser waited for the server: from the first message that it sent
for a click until the last one that came back.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.async_api import Browser, Page, async_playwright

from roadmapfit.records import Project
from roadmapfit.store import Store
from roadmapfit.text import render_text

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
CHROMIUM = "/usr/bin/chromium"
TIMEOUT_MS = 180_000
START_S = 120
POLL_MS = 40
# Seconds that a reader looks at the screen before the next click, and within which the
# readers of a group arrive. Browsers share the machine's processor with the server.
PAUSE_S = (10.0, 20.0)
# Nobody else waits behind a reader who is alone.
PAUSE_ALONE_S = (1.0, 2.0)
ARRIVE_WITHIN_S = 60.0
# What counts as the first useful paint: the page with its main control, not its result.
PAINTS = ("open Home", "open Portfolio by its address")
TARGETS_S = {"paint": 2.0, "median": 1.0, "p95": 2.0}

# Notes when the browser first asked, and when it last had an answer.
NOTE_MESSAGES = """
window.askedAt = window.answeredAt = null;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', () => { window.answeredAt = performance.now(); });
  }
  send(message) {
    window.askedAt ??= performance.now();
    super.send(message);
  }
};
"""
FORGET_MESSAGES = "window.askedAt = window.answeredAt = null"
WAITED_S = "Math.max(0, (window.answeredAt ?? 0) - (window.askedAt ?? 0)) / 1000"
STILL = """
() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSpinner"], [data-stale="true"]');
}
"""


@dataclass(slots=True)
class Visit:
    """One reader's session: a window, a text of their own, and what each click took."""

    page: Page
    address: str
    text: Project
    rng: random.Random
    server: psutil.Process
    is_hurried: bool = False
    pause_s: tuple[float, float] = PAUSE_S
    seconds: dict[str, float] = field(default_factory=dict)
    # Of them, waiting for the server.
    waited_s: dict[str, float] = field(default_factory=dict)
    # What the server's processor did meanwhile: for one session alone, the cost of a step.
    processor_s: dict[str, float] = field(default_factory=dict)

    async def do(self, name: str, act: Callable[[], Awaitable[Any]], seen: str) -> None:
        """Act, and note how long it took until ``seen`` (JavaScript) is so and all stands still."""
        if not self.is_hurried:
            await asyncio.sleep(self.rng.uniform(*self.pause_s))
        await self.page.evaluate(FORGET_MESSAGES)
        started, used = time.perf_counter(), _count_processor(self.server)
        await act()
        try:
            await self.page.wait_for_function(
                f"() => ({seen}) && ({STILL})()", timeout=TIMEOUT_MS, polling=POLL_MS
            )
        except Exception as error:
            raise RuntimeError(f"{name}: not seen: {seen}") from error
        self.seconds[name] = time.perf_counter() - started
        self.processor_s[name] = _count_processor(self.server) - used
        self.waited_s[name] = float(await self.page.evaluate(WAITED_S))

    async def go(self, page: str, seen: str) -> None:
        """Click a page in the navigation."""
        link = self.page.get_by_role("link", name=say(f"app.page.{page}"), exact=True).first
        await self.do(f"go to {page.capitalize()}", link.click, f"{_title(page)} && ({seen})")


async def walk(visit: Visit) -> None:
    """Go through the pages as a reader does, click by click."""
    page = visit.page
    await visit.do(
        "open Home",
        lambda: page.goto(visit.address, wait_until="commit"),
        f"{_title('home')} && document.querySelector('textarea')",
    )
    await page.get_by_label(say("app.home.text"), exact=True).fill(visit.text.abstract[:1500])
    compare = page.get_by_role("button", name=say("app.home.submit"), exact=True)
    await visit.do("compare a pasted text", compare.click, _there(".rf-fit"))
    why = page.get_by_text(say("app.fit.why"), exact=True).first
    await visit.do("open evidence (Home)", why.click, _there(".rf-pair"))

    # A link that somebody sent.
    await visit.do(
        "open a project by its address",
        lambda: page.goto(f"{visit.address}/project?project={visit.text.id}", wait_until="commit"),
        f"{_title('project')} && {_there('.rf-fit')}",
    )
    why = page.get_by_text(say("app.fit.why"), exact=True).first
    await visit.do("open evidence (Project)", why.click, _there(".rf-pair"))

    figure = "document.querySelector('.rf-figures dd')"
    await visit.go("portfolio", f"{figure} && {_there('[data-testid=stDataFrame]')}")
    before = await page.locator(".rf-figures dd").first.inner_text()
    search = page.get_by_label(say("app.portfolio.text"), exact=True)
    await search.fill(_pick_word(visit.text.title))
    await visit.do(
        "search the portfolio",
        lambda: search.press("Enter"),
        f"({figure} || {{}}).innerText !== {json.dumps(before)} && /filter=/.test(location.search)",
    )
    await _choose(page, say("app.portfolio.sort"), say("app.portfolio.sort_funding"))
    await visit.do("sort the portfolio", _press_enter(page), "/sort%3D/.test(location.search)")
    orphans = page.get_by_role("button", name=say("app.portfolio.flag_orphan"), exact=True)
    await visit.do("narrow to orphans", orphans.click, "/flags%3D/.test(location.search)")

    await visit.go("coverage", _there(".rf-figures dd"))
    axis = page.get_by_text(say("app.group.leader"), exact=True).first
    await visit.do(
        "change the axis of Coverage", axis.click, "/group=leader/.test(location.search)"
    )
    await visit.go("partners", _there(".rf-partner, .rf-fit, .rf-title"))
    newcomers = page.get_by_text(say("app.partners.newcomers"), exact=True).first
    first = "(document.querySelector('.rf-partner') || {}).innerText"
    before = await page.evaluate(first)
    await visit.do("ask for newcomers", newcomers.click, f"{first} !== {json.dumps(before)}")
    await visit.go("roadmaps", _there("input[type=text]"))
    await visit.go("sources", _there("[data-testid=stFileUploader]"))
    await visit.do(
        "open Portfolio by its address",
        lambda: page.goto(f"{visit.address}/portfolio", wait_until="commit"),
        f"{_title('portfolio')} && {figure}",
    )


def say(key: str) -> str:
    """Return a message in French, as browsers show it."""
    return render_text(key, "fr")


def _title(page: str) -> str:
    wanted = json.dumps(say(f"app.{page}.title"))
    return f"[...document.querySelectorAll('h1')].some(each => each.innerText === {wanted})"


def _there(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)})"


def _count_processor(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return spent.user + spent.system


def _press_enter(page: Page) -> Callable[[], Awaitable[Any]]:
    return lambda: page.keyboard.press("Enter")


async def _choose(page: Page, label: str, option: str) -> None:
    """Open a list and go to an option, without taking it yet."""
    await page.get_by_label(label, exact=True).click()
    await page.get_by_role("option", name=option, exact=True).hover()


def _pick_word(title: str) -> str:
    """Return the longest word of a title: few other projects have it."""
    return max(re.findall(r"\w+", title), key=len)


# -- the server ------------------------------------------------------------------


@dataclass(slots=True)
class Server:
    """A running server, and the most memory it had."""

    address: str
    process: psutil.Process
    start_s: float
    resident: float = 0.0
    own: float = 0.0

    def take_most(self) -> dict[str, int]:
        """Return the most there was since the last time, in MB."""
        most = {"resident": round(self.resident), "without mapped files": round(self.own)}
        self.resident = self.own = 0.0
        return most

    def watch(self) -> None:
        """Note the memory from now on; ``own`` is without mapped files, which can be dropped."""

        def look() -> None:
            while self.process.is_running():
                try:
                    memory = self.process.memory_info()
                except psutil.Error:
                    return
                self.resident = max(self.resident, memory.rss / 2**20)
                self.own = max(self.own, (memory.rss - memory.shared) / 2**20)
                time.sleep(0.25)

        threading.Thread(target=look, daemon=True).start()


@contextmanager
def serve(workspace: Path) -> Iterator[Server]:
    """Start a server on a workspace and stop it at the end."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "roadmapfit.app.serve", str(ROOT / "app.py")]
    command += ["--server.headless=true", f"--server.port={port}"]
    environment = os.environ | {"ROADMAPFIT_WORKSPACE": str(workspace.resolve())}
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/_stcore/health")
            server = Server(address, psutil.Process(process.pid), time.perf_counter() - started)
            server.watch()
            yield server
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


# -- the sessions ----------------------------------------------------------------


async def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Open the sessions one group after the other, on one server."""
    texts = _draw_texts(arguments.workspace, n=arguments.sessions * arguments.rounds + 2)
    pause_s = (arguments.pause[0], arguments.pause[1])
    figures: dict[str, Any] = {}
    with serve(arguments.workspace) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            cold = await _visit(browser, server, texts.pop(), seed=0, is_hurried=True)
            memory_cold = server.take_most()
            alone = await _visit(browser, server, texts.pop(), seed=1, pause_s=PAUSE_ALONE_S)
            memory_alone = server.take_most()
            before = _read_processor(server)
            started = time.perf_counter()
            many = []
            for number in range(arguments.rounds):
                group = [texts.pop() for _ in range(arguments.sessions)]
                visits = [
                    _visit(
                        browser,
                        server,
                        text,
                        seed=100 * (number + 1) + n,
                        arrive_within_s=ARRIVE_WITHIN_S,
                        pause_s=pause_s,
                        # Who leaves takes along what is known of their processor time.
                        stays=True,
                    )
                    for n, text in enumerate(group)
                ]
                many += await asyncio.gather(*visits)
            figures["load"] = _measure_others(
                before, _read_processor(server), time.perf_counter() - started
            )
            await browser.close()
        figures["server_start_s"] = round(server.start_s, 2)
        figures["memory_mb"] = {
            "while it starts": memory_cold,
            "one session": memory_alone,
            f"{arguments.sessions} sessions": server.take_most(),
        }
    figures["steps"] = {
        name: {
            "cold_s": round(cold.seconds[name], 2),
            "alone_s": round(alone.seconds[name], 2),
            "alone_server_processor_s": round(alone.processor_s[name], 2),
            **_sum_up([each.seconds[name] for each in many]),
            "server": _sum_up([each.waited_s[name] for each in many]),
        }
        for name in alone.seconds
    }
    figures["all"] = _sum_up_kinds([each.seconds for each in many])
    figures["server"] = _sum_up_kinds([each.waited_s for each in many])
    figures["alone"] = _sum_up_kinds([alone.seconds])
    return figures


async def _visit(
    browser: Browser,
    server: Server,
    text: Project,
    *,
    seed: int,
    is_hurried: bool = False,
    arrive_within_s: float = 0.0,
    pause_s: tuple[float, float] = PAUSE_S,
    stays: bool = False,
) -> Visit:
    rng = random.Random(seed)
    await asyncio.sleep(rng.uniform(0, arrive_within_s))
    context = await browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1280, "height": 900}
    )
    await context.add_init_script(NOTE_MESSAGES)
    page = await context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    visit = Visit(page, server.address, text, rng, server.process, is_hurried, pause_s)
    await walk(visit)
    if not stays:
        await context.close()
    return visit


def _draw_texts(workspace: Path, *, n: int) -> list[Project]:
    """Draw projects with an abstract, another for each session, so that no answer is known."""
    store = Store(workspace / "corpus.sqlite", read_only=True)
    projects = [each for each in store.load(Project) if len(each.abstract) > 300]
    store.close()
    return random.Random(0).sample(projects, n)


def _sum_up_kinds(timed: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float | int]]:
    """Sum up interactions and first paints apart."""
    steps = [step for each in timed for step in each.items()]
    return {
        "interactions": _sum_up([value for name, value in steps if name not in PAINTS]),
        "paints": _sum_up([value for name, value in steps if name in PAINTS]),
    }


def _sum_up(seconds: list[float]) -> dict[str, float | int]:
    return {
        "n": len(seconds),
        "median_s": round(statistics.median(seconds), 2),
        "p95_s": round(float(np.percentile(seconds, 95)), 2),
        "slowest_s": round(max(seconds), 2),
    }


def _read_processor(server: Server) -> dict[str, float]:
    """Read the processor time used so far by all, and by what belongs to this measurement."""
    total = psutil.cpu_times()
    own = 0.0
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    for process in family:
        try:
            spent = process.cpu_times()
        except psutil.Error:
            continue
        own += spent.user + spent.system
    return {
        "all": total.user + total.nice + total.system,
        "own": own,
        "server": _count_processor(server.process),
    }


def _measure_others(
    before: dict[str, float], after: dict[str, float], elapsed_s: float
) -> dict[str, float]:
    """Say how many cores other programs took meanwhile, and the server itself."""
    spent = {name: after[name] - before[name] for name in before}
    return {
        "cores_of_others": round(max(0.0, spent["all"] - spent["own"]) / elapsed_s, 2),
        "cores_of_server": round(spent["server"] / elapsed_s, 2),
        "cores_of_browsers": round((spent["own"] - spent["server"]) / elapsed_s, 2),
        "elapsed_s": round(elapsed_s, 0),
    }


def render(figures: dict[str, Any], *, n_sessions: int) -> str:
    """Lay the figures out as a Markdown table."""
    lines = [
        "| step | cold server | one session | of it the server's processor "
        f"| {n_sessions} sessions: median | p95 | of it waiting for the server: median | p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in figures["steps"].items():
        lines.append(
            f"| {name} | {row['cold_s']:.2f} s | {row['alone_s']:.2f} s "
            f"| {row['alone_server_processor_s']:.2f} s "
            f"| {row['median_s']:.2f} s | {row['p95_s']:.2f} s "
            f"| {row['server']['median_s']:.2f} s | {row['server']['p95_s']:.2f} s |"
        )
    for name in ("paints", "interactions"):
        row, waited, own = (figures[each][name] for each in ("all", "server", "alone"))
        lines.append(
            f"| all {name} |  | {own['median_s']:.2f} s (slowest {own['slowest_s']:.2f} s) | "
            f"| {row['median_s']:.2f} s | {row['p95_s']:.2f} s "
            f"| {waited['median_s']:.2f} s | {waited['p95_s']:.2f} s |"
        )
    lines += ["", "| server memory, MB | resident | without mapped files |", "|---|---|---|"]
    for name, most in figures["memory_mb"].items():
        lines.append(f"| {name} | {most['resident']} | {most['without mapped files']} |")
    lines.append("")
    load = figures["load"]
    lines.append(
        f"cores used: server {load['cores_of_server']}, browsers {load['cores_of_browsers']}, "
        f"other programs {load['cores_of_others']}"
    )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=10, help="open at once")
    parser.add_argument("--rounds", type=int, default=1, help="groups of sessions, one by one")
    parser.add_argument(
        "--pause", type=float, nargs=2, default=PAUSE_S, metavar=("LEAST", "MOST"), help="seconds"
    )
    parser.add_argument("--output", type=Path, default=RESULTS / "app-sessions.json")
    arguments = parser.parse_args()
    figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores; Chromium and whatever else ran shared them (see load)",
        "n_sessions": arguments.sessions,
        "pause_s": arguments.pause,
        "targets_s": TARGETS_S,
        **asyncio.run(measure(arguments)),
    }
    arguments.output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(render(figures, n_sessions=arguments.sessions))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
