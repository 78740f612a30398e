"""The studio's figures: first picture, frames, a click, a jump, and two hundred spectators.

    python benchmarks/studio.py [--seconds 5] [--pages 200] [--long 100000] [--json FILE]

A real server and real WebSockets on this machine; pictures are received, not drawn. Training and
server take a core each, the spectators a third: on two cores the last figures are theirs as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
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

from chainrule.view import frame

NETWORK = {"data": "moons", "hidden": [[8, "tanh"], [8, "tanh"]], "epochs": 10**7}
JUMPS, CLICKS, SILENT = 40, 20, 0.1
LONG = 100_000  # steps


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

    def __init__(self, folder: Path) -> None:
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

    def memory(self) -> float:
        """MiB that the server's process holds."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


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
    alone = await speed(page, seconds)
    before = server.memory()
    async with AsyncExitStack() as stack:
        audience = [Page(await stack.enter_async_context(server.page())) for _ in range(pages)]
        for each in audience:
            await each.line.send('{"do":"hello","id":1}')
        silent = audience[: int(SILENT * pages)]
        for each in silent:
            each.line.transport.pause_reading()
        tasks = [asyncio.create_task(each.read_for(10**6)) for each in audience[len(silent) :]]
        watched = await speed(page, seconds)
        grown = server.memory() - before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in silent:
            each.line.transport.abort()
    return {
        "steps a second, alone": alone, f"steps a second, {pages} spectators": watched,
        "slowed by, %": 100 * (1 - watched / alone), "KiB a spectator": 1024 * grown / pages,
    }  # fmt: skip


async def speed(page: Page, seconds: float) -> float:
    """Steps a second between play and pause."""
    first, began = (await page.say("play"))["step"], time.monotonic()
    await page.read_for(seconds)
    last = (await page.say("pause"))["step"]
    return float(last - first) / (time.monotonic() - began)


async def _head(page: Page) -> int:
    while True:
        news = await page.hear()
        if news is not None and news["is"] == "alive":
            return int(news["head"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--long", type=int, default=LONG)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            found = asyncio.run(measured(server, asked.seconds, asked.pages, asked.long))
        finally:
            server.close()
    found["machine"] = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    for name, value in found.items():
        shown = value if isinstance(value, str | dict) else f"{value:.4g}"
        print(f"{name:<44}{shown}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
