import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askOf, askUnit, choose } from "../src/follow";
import { paced } from "../src/pace";
import { density, listenToProjector } from "../src/projector";
import type { RowFound } from "../src/protocol.gen";
import { asked, point, projector, settled, store } from "../src/state";
import { Store } from "../src/store";
import { close } from "../src/trail";
import { OneAtATime, SocketTransport } from "../src/transport";
import { bytes, news, recorded, Wire } from "./given";

const say = (message: object) => store.text(JSON.stringify(message));
const soon = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  close();
  vi.useRealTimers();
});

test("what moves is asked about once a second, and once more where it stands", async () => {
  const [step, plays] = [signal(0), signal(true)];
  const held = paced(step, plays);
  const seen: number[] = [];
  held.subscribe((value) => void seen.push(value));
  for (let k = 1; k <= 250; k++) {
    step.value = k;
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(seen).toEqual([0, 100, 200]);
  plays.value = false;
  expect(seen).toEqual([0, 100, 200, 250]);
  step.value = 7;
  expect(held.value).toBe(7);
});

test("the last step of a pause in playing is asked about, though no other one follows", async () => {
  const [step, plays] = [signal(0), signal(true)];
  const held = paced(step, plays);
  step.value = 1;
  expect(held.value).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(held.value).toBe(1);
});

/** A socket that opens at once and never answers. */
class Silent {
  static OPEN = 1;
  readyState = 1;
  onopen = () => undefined;
  send = () => undefined;
  close = () => undefined;
  constructor() {
    queueMicrotask(() => this.onopen());
  }
}

test("to try again refuses what waits, so that the next question is asked", async () => {
  vi.stubGlobal("WebSocket", Silent);
  const own = new Store();
  const transport = new SocketTransport("ws://nowhere", own);
  own.use(transport);
  await soon();
  const questions: number[] = [];
  const asking = new OneAtATime<number>((k) => {
    questions.push(k);
    return own.ask({ do: "seek", step: k });
  });
  void asking.put(1);
  void asking.put(2);
  own.again();
  await soon();
  expect(questions).toEqual([1, 2]);
  transport.close();
  vi.unstubAllGlobals();
});

test("a point that is shown is asked again at another step, and is named, not its place", async () => {
  const wire = new Wire();
  store.use(wire);
  store.opened();
  say({ ...news("session"), state: "paused" });
  store.frame(bytes());
  void choose({ part: "train", row: 3 });
  say({ ...recorded.row, re: wire.last().id });
  await soon();
  expect(point.value?.row).toBe(3);

  say({ ...news("session"), state: "paused", step: settled.value + 1 });
  store.picture.value = null; // the step is the session's now
  await soon();
  expect(wire.find("row")).toMatchObject({ part: "train", row: 3 });
  say({ ...recorded.row, re: wire.find("row")?.id, step: 1, answer: "another" });
  await soon();
  expect(point.value).toMatchObject({ step: 1, answer: "another" });

  askUnit(1, 2);
  expect(asked.value).toEqual({ address: "1.a[:,2]", sample: 3, part: null });
  askOf({ ...(point.value as RowFound), part: "test" }, "loss[:]");
  expect(asked.value).toEqual({ address: "loss[:]", sample: 3, part: "test" });
});

test("canvases have as many pixels more as the projector magnifies", () => {
  listenToProjector();
  expect(density()).toBe(1);
  vi.stubGlobal("innerWidth", 1920);
  vi.stubGlobal("innerHeight", 1240);
  projector.value = true;
  expect(density()).toBe(2);
  projector.value = false;
  expect(density()).toBe(1);
  vi.unstubAllGlobals();
});
