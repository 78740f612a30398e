import { beforeEach, describe, expect, test } from "vitest";
import { Refused, STALE, Store } from "../src/store";
import { bytes, news, recorded, Wire } from "./given";

let [store, wire, now] = [new Store(), new Wire(), 0];
const session = () => news("session").session;
const say = (message: object) => store.text(JSON.stringify(message));

async function greet(): Promise<void> {
  store.opened();
  say({ is: "welcome", re: wire.last().id, session: session(), version: "1", schema: 1 });
  for (const each of recorded.news) say(each);
  await Promise.resolve();
}

beforeEach(() => {
  now = 0;
  store = new Store(
    () => now,
    (call) => call(),
  );
  wire = new Wire();
  store.use(wire);
});

describe("the store", () => {
  test("greets, and holds what it hears", async () => {
    await greet();
    expect(store.session.value?.title).toBe("Circles");
    expect(store.form.value?.fields.length).toBeGreaterThan(20);
    store.frame(bytes());
    expect(store.head.value?.headline).toContain("Not trained yet");
    expect(store.step.value).toBe(0);
  });

  test("answers find their questions, errors are four parts", async () => {
    await greet();
    const good = store.ask({ do: "play" });
    say({ is: "done", re: wire.last().id, step: 7 });
    expect((await good).step).toBe(7);
    const bad = store.tell({ do: "seek", step: -1 });
    say({
      is: "failed",
      re: wire.last().id,
      called: "seek",
      needs: "a state",
      got: "-1",
      do: "Go.",
      field: null,
    });
    expect(await bad).toBe(false);
    expect(store.failed.value?.needs).toBe("a state");
  });

  test("after a cut it says how many points it has, and nothing waits for ever", async () => {
    await greet();
    say({
      ...news("curve"),
      first: 0,
      next: 3,
      step: [1, 2, 3],
      train: [3, 2, 1],
      validation: [null, null, null],
      test: [null, null, null],
      batch: [null, null, null],
      learning_rate: [1, 1, 1],
    });
    const waits = store.ask({ do: "play" });
    store.closed();
    await expect(waits).rejects.toBeInstanceOf(Refused);
    expect(store.connected.value).toBe(false);
    store.opened();
    expect(wire.last()).toMatchObject({ do: "hello", session: session(), have: { A: 3 } });
  });

  test("without a connection it says so", async () => {
    wire.open = false;
    await expect(store.ask({ do: "play" })).rejects.toBeInstanceOf(Refused);
  });

  test("a picture that is held stays, and the newest comes when it is let go", async () => {
    await greet();
    store.frame(bytes());
    const before = store.picture.value;
    const release = store.hold();
    store.frame(bytes());
    expect(store.picture.value).toBe(before);
    release();
    expect(store.picture.value).not.toBe(before);
    const now = store.picture.value;
    release();
    expect(store.picture.value).toBe(now);
  });

  test("another session makes all that was held old", async () => {
    await greet();
    store.frame(bytes());
    say({ is: "welcome", re: null, session: "another", version: "1", schema: 1 });
    expect(store.curves.value).toEqual({});
    expect(store.picture.value).toBeNull();
    store.frame(bytes()); // of the old one
    expect(store.picture.value).toBeNull();
  });

  test("what is old is called old after two seconds, until a word comes", async () => {
    await greet();
    now = STALE - 1;
    store.tick();
    expect(store.stale.value).toBe(false);
    now = STALE + 1;
    store.tick();
    expect(store.stale.value).toBe(true);
    say({ is: "alive", step: 0, head: 0, state: "ready" });
    expect(store.stale.value).toBe(false);
  });
});
