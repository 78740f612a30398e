import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readFrame } from "../src/frame";
import { Refused, STALE, Store } from "../src/store";
import { SocketTransport } from "../src/transport";
import { bytes, news, recorded, Wire } from "./given";

let [store, wire, now] = [new Store(), new Wire(), 0];
const session = () => news("session");
const say = (message: object) => store.text(JSON.stringify(message));
const soon = () => new Promise((done) => setTimeout(done));

async function greet(): Promise<void> {
  store.opened();
  const re = wire.find("hello")?.id;
  say({ is: "welcome", re, session: session().session, version: "1", schema: 1 });
  await soon();
}

beforeEach(async () => {
  now = 0;
  store = new Store(
    () => now,
    (call) => call(),
  );
  wire = new Wire();
  store.use(wire);
  await greet();
  for (const each of recorded.news) say(each);
});

const doctor = (branch: string) => ({ is: "doctor", branch, step: 9, line: branch, findings: [] });
const piece = (branch: string, first: number, step: number[]) => {
  const none = step.map(() => null);
  return {
    ...news("curve"),
    branch,
    first,
    next: first + step.length,
    step,
    ...Object.fromEntries(["train", "validation", "test", "batch"].map((name) => [name, none])),
    ...Object.fromEntries(["learning_rate", "low", "high"].map((name) => [name, none])),
  };
};

describe("what is held", () => {
  test("is old within two seconds of the last word or picture, and not before the first", () => {
    expect(STALE).toBeLessThanOrEqual(1750); // looked at four times a second
    for (const hear of [
      () => say({ is: "alive", step: 0, head: 0, state: "ready" }),
      () => store.frame(bytes()),
    ]) {
      now += 1000;
      hear();
      now += STALE - 1;
      store.tick();
      expect(store.stale.value).toBe(false);
      now += 2;
      store.tick();
      expect(store.stale.value).toBe(true);
    }
    const fresh = new Store(() => 1e6);
    fresh.tick();
    expect(fresh.stale.value).toBe(false);
  });

  test("is each branch's own", () => {
    say(piece("A", 0, [0, 1, 2]));
    say(piece("B", 0, [5, 6]));
    say(piece("B", 2, [7]));
    expect(store.curves.value.A?.step).toEqual([0, 1, 2]);
    expect(store.curves.value.B?.step).toEqual([5, 6, 7]);
    const { next, ...columns } = store.curves.value.B ?? { next: 0 };
    expect(next).toBe(3);
    for (const column of Object.values(columns)) expect(column).toHaveLength(3);
    say(doctor("A"));
    say(doctor("B"));
    expect(Object.keys(store.doctors.value)).toEqual(["A", "B"]);
    const [first] = session().branches;
    say({ ...session(), branch: "B", branches: [first, { ...first, name: "B", head: 77 }] });
    expect(store.shown.value?.name).toBe("B");
    expect(store.newest.value).toBe(77);
  });

  test.each(["welcome", "session"])("is nothing any more once %s names another session", (is) => {
    say(piece("A", 0, [0, 1]));
    say(doctor("A"));
    store.frame(bytes());
    say({ ...session(), is, re: null, session: "another" });
    expect(store.curves.value).toEqual({});
    expect(store.doctors.value).toEqual({});
    expect(store.picture.value).toBeNull();
  });

  test("of another network is no picture; the step is that of the picture, where there is one", () => {
    store.frame(bytes());
    say({ ...session(), step: 9 });
    expect(store.step.value).toBe(0);
    say(news("network"));
    expect(store.picture.value).toBeNull();
    expect(store.step.value).toBe(9);
  });
});

describe("an error", () => {
  const parts = { called: "a", needs: "b", got: "c", do: "d" };

  test("that answers a question is the asker's; one by itself is everybody's", async () => {
    const asked = store.ask({ do: "play" });
    say({ is: "failed", re: wire.last().id, ...parts, field: null });
    await expect(asked).rejects.toBeInstanceOf(Refused);
    expect(store.failed.value).toBeNull();
    say({ is: "failed", re: null, ...parts, field: null });
    expect(store.failed.value?.needs).toBe("b");
  });

  test("is gone once something was done, and names its own setting first", async () => {
    store.say(new Refused({ ...parts, field: "noise" }), "learning_rate");
    expect(store.failed.value?.field).toBe("noise");
    store.say(new Refused({ ...parts, field: null }), "learning_rate");
    expect(store.failed.value?.field).toBe("learning_rate");
    const done = store.tell({ do: "play" });
    say({ is: "done", re: wire.last().id, step: 0 });
    expect(await done).toBe(true);
    expect(store.failed.value).toBeNull();
  });
});

describe("after a cut", () => {
  test("the page wants to see what it saw before, and an address acts once", async () => {
    const greeted = vi.fn();
    store.greeted = greeted;
    store.closed();
    wire.sent = [];
    const look = { layer: 1, unit: 2, compare: null, small: 40, sample: null, part: "train" };
    store.watch(look as never);
    expect(wire.sent).toEqual([]); // nobody is there
    await greet();
    expect(wire.find("look")).toMatchObject(look);
    expect(wire.find("hello")).toMatchObject({ session: session().session });
    store.closed();
    await greet();
    expect(greeted).toHaveBeenCalledTimes(1);
  });
});

describe("a frame", () => {
  test("has every block at its own place, and no other beginning", () => {
    const held = [...readFrame(bytes()).pieces.values()];
    expect(new Set(held.map((each) => each.values.byteOffset)).size).toBe(held.length);
    const other = bytes().slice(0);
    new Uint8Array(other)[3] = 50;
    expect(() => readFrame(other)).toThrow("no frame");
  });
});

/** A socket that does what the test says. */
class Socket {
  static OPEN = 1;
  static made: Socket[] = [];
  readyState = 0;
  binaryType = "";
  onopen = () => undefined;
  onclose = () => undefined;
  onmessage = (_: { data: unknown }) => undefined;
  send = vi.fn();
  constructor() {
    Socket.made.push(this);
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen();
  }
  ends(): void {
    this.readyState = 3;
    this.onclose();
  }
}

describe("a connection", () => {
  const listener = {
    opened: vi.fn(),
    closed: vi.fn(),
    ended: vi.fn(),
    text: vi.fn(),
    frame: vi.fn(),
  };
  const last = () => Socket.made.at(-1) as Socket;
  let transport: SocketTransport;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Socket);
    Socket.made = [];
    for (const each of Object.values(listener)) each.mockClear();
    transport = new SocketTransport("ws://nowhere", listener);
  });
  afterEach(() => {
    transport.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("hands texts and frames on, and sends once it is open", () => {
    expect(transport.send("a")).toBe(false);
    expect(last().binaryType).toBe("arraybuffer");
    last().opens();
    expect(transport.send("a")).toBe(true);
    last().onmessage({ data: "text" });
    last().onmessage({ data: new ArrayBuffer(1) });
    expect([listener.text.mock.calls.length, listener.frame.mock.calls.length]).toEqual([1, 1]);
  });

  test("that is cut comes back, ever less often, and soon again once it was there", () => {
    const waits = () => {
      const before = Socket.made.length;
      let waited = 0;
      while (Socket.made.length === before && waited < 9000) {
        vi.advanceTimersByTime(50);
        waited += 50;
      }
      return waited;
    };
    const all = [...Array(5)].map(() => {
      last().ends();
      return waits();
    });
    expect(all).toEqual([250, 500, 1000, 2000, 2000]);
    expect(listener.ended).toHaveBeenCalledTimes(5); // nobody answered
    last().opens();
    last().ends();
    expect(waits()).toBe(250);
    expect(listener.ended).toHaveBeenCalledTimes(5); // a cut is no end
    expect(listener.closed).toHaveBeenCalledTimes(6);
  });

  test("that is given up is followed by one alone", () => {
    last().opens();
    const old = last();
    transport.again();
    old.onclose(); // its own word of the end
    vi.advanceTimersByTime(9000);
    expect(Socket.made).toHaveLength(2);
    expect(listener.closed).toHaveBeenCalledTimes(1);
    last().ends();
    transport.again(); // while it waits for the next try
    vi.advanceTimersByTime(9000);
    expect(Socket.made).toHaveLength(3);
    expect(listener.closed).toHaveBeenCalledTimes(2);
  });

  test("that was closed stays so", () => {
    last().opens();
    const old = last();
    transport.close();
    old.onclose();
    vi.advanceTimersByTime(9000);
    expect(Socket.made).toHaveLength(1);
  });
});
