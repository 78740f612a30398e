"""The studio's figures: first picture, frames, a click, a jump, and two hundred spectators.

    python benchmarks/studio.py [--seconds 5] [--pages 200] [--long 100000] [--json FILE] [--keep]
        [--no-browser]

A real server, real WebSockets, and Chromium where there is one. Training, server, browser and
spectators share this machine's cores: so what spectators cost the training is told in steps a
second, and beside it as its own processor time for a step. --keep writes docs/figures/studio.json.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gzip
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from in_browser import page as browser  # noqa: E402

from chainrule.studio.app import STATIC  # noqa: E402
from chainrule.view import frame  # noqa: E402

NETWORK = {"data": "moons", "hidden": [[8, "tanh"], [8, "tanh"]], "epochs": 10**7}
JUMPS, CLICKS, SILENT = 40, 20, 0.1
LONG = 100_000  # steps
TICK = os.sysconf("SC_CLK_TCK")
PROMISED = {  # the names of figures, and what was promised of them
    "first picture in Chromium after the server is up, s": "< 1.0",
    "frames drawn a second in Chromium while training, 2-8-8-1": ">= 30 on 2 shared cores",
    "a click until its derivation is drawn, ms": "< 100",
    "a press on the curve until that moment is drawn, ms": "< 200",
    "said to be stale after the server's death, s": "< 2",
    "static files, kB gzipped": "< 300",
    "training slowed by spectators: fewer steps a second, by %": "< 5",
    "KiB a spectator": "<= 256",
}  # fmt: skip


class Page:
    """One browser tab, as far as the server can tell."""

    def __init__(self, line: Any) -> None:
        self.line, self.count = line, 0
        self.frames = 0
        self.last = b""

    async def say(self, do: str, **more: Any) -> dict[str, Any]:
        self.count += 1
        await self.line.send(json.dumps({"do": do, "id": self.count, **more}))
        while True:
            news = await self.hear()
            if news is not None and news.get("re") == self.count:
                if news["is"] == "failed":
                    raise SystemExit(str(news))
                return news

    async def hear(self) -> dict[str, Any] | None:
        message = await self.line.recv()
        if isinstance(message, bytes):
            self.frames, self.last = self.frames + 1, message
            return None
        found: dict[str, Any] = json.loads(message)
        return found

    async def frame(self) -> Any:
        before = self.frames
        while self.frames == before:
            await self.hear()
        return frame.from_bytes(self.last)[0]

    async def read_for(self, seconds: float) -> int:
        before, until = self.frames, time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self.hear()
            except TimeoutError:
                break
        return self.frames - before


class Server:
    """`chainrule studio` as a process."""

    def __init__(self, folder: Path, *, enter: bool = True) -> None:
        command = [sys.executable, "-m", "chainrule", "studio", "--json", "--no-browser"]
        began = time.monotonic()
        environment = {**os.environ, "CHAINRULE_CACHE": str(folder)}
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.start = time.monotonic() - began
        self.up = time.monotonic()
        if not enter:  # its address is good once, and somebody else wants it
            return
        cookies = HTTPCookieProcessor()
        with build_opener(cookies).open(Request(self.url)) as answer:
            answer.read()
        self.cookie = "; ".join(f"{c.name}={c.value}" for c in cookies.cookiejar)
        self.host = self.url.split("/")[2]

    def page(self) -> Any:
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}"}
        return connect(
            f"ws://{self.host}/socket", additional_headers=headers, compression=None, max_size=None
        )

    def trainer(self) -> float:
        """Seconds of processor time that the training process has used."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")  # of each thread
        used = [_seconds(int(pid)) for each in lists for pid in each.read_text().split()]
        return max(used, default=0.0)  # beside it there is only multiprocessing's helper

    def memory(self) -> float:
        """MiB that the server's process holds."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def measured(server: Server, seconds: float, pages: int, long: int) -> dict[str, Any]:
    found: dict[str, Any] = {"start of the server, s": server.start}
    async with server.page() as line:
        page = Page(line)
        await page.say("hello")
        await page.frame()
        found["first picture after the server is up, s"] = time.monotonic() - server.up
        await page.say("configure", settings=NETWORK)
        await page.frame()
        await page.say("speed", speed="fast")
        await page.say("play")
        await page.read_for(1)
        found["frames a second while training, 2-8-8-1"] = await page.read_for(seconds) / seconds
        found["a click on a derivation, ms"] = await clicks(page)
        found[f"a jump within {long:,} steps, ms"] = await jumps(page, long)
        found |= await spectators(server, page, seconds, pages)
    return found


async def clicks(page: Page) -> dict[str, float]:
    await page.say("pause")
    times = []
    for k in range(CLICKS):
        await page.say("step", by=1)
        began = time.monotonic()
        await page.say("explain", address=f"1.W[{k % 8},{k % 7}]")
        times.append(1000 * (time.monotonic() - began))
    return {"median": median(times), "worst": max(times)}


async def jumps(page: Page, long: int) -> dict[str, float]:
    """From anywhere to anywhere, until the picture of that step is there."""
    await page.say("look", rate=0)
    await page.say("play")
    reached = 0
    while reached < long:
        news = await page.hear()
        reached = (
            (news or {}).get("head", reached) if (news or {}).get("is") == "alive" else reached
        )
    await page.say("pause")
    await page.say("look", rate=60)
    times = []
    for k in range(JUMPS):
        step = (k * 61_803 + 977) % long
        began = time.monotonic()
        await page.say("seek", step=step)
        while (await page.frame()).step != step:
            pass
        times.append(1000 * (time.monotonic() - began))
    await page.say("seek", step=reached)
    return {"median": median(times), "worst": max(times)}


async def spectators(server: Server, page: Page, seconds: float, pages: int) -> dict[str, Any]:
    """Steps a second alone and with an audience, a tenth of which never reads."""
    await page.say("look", rate=0)
    alone, cost = await speed(server, page, seconds)
    before = server.memory()
    async with AsyncExitStack() as stack:
        audience = [Page(await stack.enter_async_context(server.page())) for _ in range(pages)]
        for each in audience:
            await each.line.send('{"do":"hello","id":1}')
        silent = audience[: int(SILENT * pages)]
        for each in silent:
            each.line.transport.pause_reading()
        tasks = [asyncio.create_task(each.read_for(10**6)) for each in audience[len(silent) :]]
        watched, watched_cost = await speed(server, page, seconds)
        grown = server.memory() - before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in silent:
            each.line.transport.abort()
    after, cost_after = await speed(server, page, seconds)  # a machine is not as fast all the time
    alone = (alone + after) / 2
    cost = (cost + cost_after) / 2 or math.nan  # 0: too short to be seen
    return {
        "steps a second, alone": alone, f"steps a second, {pages} spectators": watched,
        "training slowed by spectators: fewer steps a second, by %": 100 * (1 - watched / alone),
        "its processor time for a step, beside others: more by %": 100 * (watched_cost / cost - 1),
        "KiB a spectator": 1024 * grown / pages,
    }  # fmt: skip


async def speed(server: Server, page: Page, seconds: float) -> tuple[float, float]:
    """Steps a second between play and pause, and processor seconds of the training for a step."""
    used = server.trainer()
    first, began = (await page.say("play"))["step"], time.monotonic()
    await page.read_for(seconds)
    last = (await page.say("pause"))["step"]
    took, made = time.monotonic() - began, float(last - first) or math.nan  # 0: too short a time
    return made / took, (server.trainer() - used) / made


def in_browser(folder: Path, seconds: float, long: int) -> dict[str, Any]:
    """What is drawn, and when."""
    if browser.CHROMIUM is None:
        return {"Chromium": "not there: apt-get install chromium"}
    with browser.chromium() as started:
        server = Server(folder, enter=False)
        try:
            up = time.time()
            with browser.opened(started, server.url) as (tab, drawn):
                name = "first picture in Chromium after the server is up, s"
                return {name: drawn - up, **watched(tab, server, seconds, long)}
        finally:
            server.close()


def watched(tab: Any, server: Server, seconds: float, long: int) -> dict[str, Any]:
    learn(tab, "moons", [8, 8])
    tab.page.get_by_role("button", name="fast").click()
    tab.page.get_by_role("button", name="Play").click()
    tab.wait_for_step(200)
    drawn = browser.frames(tab, seconds)
    tab.wait_until(lambda: tab.step() > long, f"{long} steps", 600)
    tab.page.get_by_role("button", name="Pause").click()
    tab.page.wait_for_timeout(500)
    return {
        "frames drawn a second in Chromium while training, 2-8-8-1": drawn,
        "a click until its derivation is drawn, ms": browser.clicks(tab, CLICKS),
        "a press on the curve until that moment is drawn, ms": browser.jumps(tab, JUMPS // 2),
        "said to be stale after the server's death, s": browser.stale(tab, server.process),
    }


def learn(tab: Any, data: str, hidden: list[int]) -> None:
    """A new session of that network, by its address."""
    layers = ",".join(f"{units}:tanh" for units in hidden)
    root = tab.page.url.partition("#")[0]
    tab.page.goto("about:blank")
    tab.page.goto(f"{root}#data={data}&hidden={layers}&epochs=10000000")
    tab.page.get_by_text(f"2 – {' – '.join(map(str, hidden))} – 1").wait_for()


def static_size() -> float:
    """kB of all files of the page, gzipped one by one."""
    files = (path for path in STATIC.iterdir() if path.name != "LICENSES.txt")
    return sum(len(gzip.compress(path.read_bytes())) for path in files) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--long", type=int, default=LONG)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="write docs/figures/studio.json")
    parser.add_argument("--no-browser", action="store_true", help="leave Chromium out")
    asked = parser.parse_args()
    found: dict[str, Any] = {"static files, kB gzipped": static_size()}
    if not asked.no_browser:
        with tempfile.TemporaryDirectory() as folder:
            found |= in_browser(Path(folder), asked.seconds, asked.long)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            found |= asyncio.run(measured(server, asked.seconds, asked.pages, asked.long))
        finally:
            server.close()
    for name, value in found.items():
        print(f"{name:<60}{told(value):<26}{PROMISED.get(name, '')}")
    figure = {
        "title": "The studio", "columns": ["what", "promised", "measured"],
        "rows": [[name, PROMISED.get(name, ""), told(value)] for name, value in found.items()],
        "notes": [NOTE], "date": str(datetime.date.today()),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "command": f"python benchmarks/studio.py --seconds {asked.seconds:g} "
                   f"--pages {asked.pages} --long {asked.long}",
    }  # fmt: skip
    to = [asked.json] if asked.json else []
    to += [ROOT / "docs/figures/studio.json"] if asked.keep else []
    for path in to:
        path.write_text(json.dumps(figure, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.keep:
        print("docs/figures/studio.json is written; make pages brings it into the docs")


NOTE = """Chromium draws without a graphics card, and shares the cores with the training, the server
and the spectators, which are a process of Python; a tenth of them never reads. Pictures hold maps
of 100 by 100. The other rows are of WebSockets that receive and do not draw.""".replace("\n", " ")


def told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each:.3g}" for name, each in value.items())
    return value if isinstance(value, str) else f"{value:,.4g}"


if __name__ == "__main__":
    main()
