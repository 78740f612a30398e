import { beforeEach, describe, expect, test } from "vitest";
import { noPoints } from "../src/curves";
import { errorsAt } from "../src/errors";
import { readFrame } from "../src/frame";
import { partOf } from "../src/parts";
import {
  askError,
  asked,
  beginFromAddress,
  hidden,
  projector,
  store,
  swiftest,
  tab,
  toggle,
} from "../src/state";
import { close } from "../src/trail";
import { bytes, news, recorded, Wire } from "./given";

const wire = new Wire();
const say = (message: object) => store.text(JSON.stringify(message));
const soon = () => new Promise((done) => setTimeout(done));

async function greet(): Promise<void> {
  store.opened();
  const { session } = news("session");
  say({ is: "welcome", re: wire.find("hello")?.id, session, version: "1", schema: 1 });
  await soon();
}

beforeEach(async () => {
  store.use(wire);
  await greet();
  for (const each of recorded.news) say(each);
  store.picture.value = readFrame(bytes());
  wire.sent = [];
});

describe("the question about the error", () => {
  test.each([
    [{ train: 1, validation: 2, test: 3 }, "test"],
    [{ train: 1, validation: 2 }, "validation"],
    [{ train: 1 }, "train"],
  ])("of %j is about the part that counts: %s", (losses, part) => {
    const frame = readFrame(bytes());
    store.picture.value = { ...frame, head: { ...frame.head, losses } };
    askError();
    expect(asked.value).toEqual({ address: "loss", sample: null, part });
    expect(partOf(losses)).toBe(part);
    askError("train");
    expect(asked.value?.part).toBe("train");
    close();
  });

  test("before the fork of a branch is answered by its parent's curve", () => {
    const [first] = news("session").branches;
    const branches = [first, { ...first, name: "B", parent: "A", step: 4, head: 9 }];
    store.session.value = { ...news("session"), branch: "B", branches } as never;
    const points = (step: number[], test: number[]) => ({
      ...noPoints(),
      next: 2,
      step,
      test,
      train: step,
      validation: [null, null],
    });
    store.curves.value = { A: points([0, 3], [1, 2]), B: points([4, 8], [3, 4]) };
    expect(errorsAt(3)).toEqual({ step: 3, name: "test", judged: 2, train: 3 });
    expect(errorsAt(7)).toEqual({ step: 8, name: "test", judged: 4, train: 8 });
    expect(errorsAt(7, "A")).toEqual({ step: 3, name: "test", judged: 2, train: 3 });
  });
});

test("the swiftest weight is the one whose gradient is the largest, whatever its sign", () => {
  const frame = readFrame(bytes());
  const piece = { shape: [2, 3], low: 0, high: 1 };
  const values = Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.1, -0.9]);
  const small = { ...piece, values: Float32Array.from([0, 0, 0, 0.8, 0, 0]) };
  store.picture.value = {
    ...frame,
    pieces: new Map([
      ["0.W.grad", small],
      ["1.W.grad", { ...piece, values }],
      ["1.b.grad", { ...piece, shape: [6], values: values.map((each) => 9 * each) }],
    ]),
  };
  expect(swiftest()).toBe("1.W[1,2]");
});

test("play pauses what plays", () => {
  toggle();
  expect(wire.last()).toMatchObject({ do: "play" });
  say({ ...news("session"), state: "playing" });
  toggle();
  expect(wire.last()).toMatchObject({ do: "pause" });
});

describe("an address", () => {
  const open = (hash: string) => {
    location.hash = hash;
    beginFromAddress();
  };

  test("begins anew once, hides what it names, and stays without its settings", () => {
    open("#data=moons&seed=3&hide=setup,why&view=projector");
    expect(wire.find("address")).toMatchObject({
      text: "#data=moons&seed=3&hide=setup,why&view=projector",
    });
    expect([...hidden.value]).toEqual(["setup", "why"]);
    expect([projector.value, tab.value]).toEqual([true, "code"]);
    expect(location.hash).toBe("#hide=setup,why&view=projector"); // a reload begins nothing
    open("#hide=");
    projector.value = false;
  });

  test("that hides what is no part of the page says so, and a later one ends the projector", async () => {
    open("#hide=left,headline&view=projector");
    expect([...hidden.value]).toEqual(["headline"]);
    expect(store.failed.value).toMatchObject({ got: "'left'" });
    expect(store.failed.value?.needs).toContain("panel, setup");
    open("#hide=headline");
    expect([projector.value, location.hash]).toEqual([false, "#hide=headline"]);
    open("#hide=");
    store.failed.value = null;
  });

  test("of what is shown already begins nothing", () => {
    open(news("form").address);
    expect(wire.find("address")).toBeUndefined();
  });

  test("that is opened before the studio is there acts once it is", async () => {
    store.closed();
    open("#data=moons");
    expect(wire.find("address")).toBeUndefined();
    await greet();
    expect(wire.find("address")).toMatchObject({ text: "#data=moons" });
  });
});
