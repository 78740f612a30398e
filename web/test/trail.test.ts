import { beforeEach, describe, expect, test } from "vitest";
import { choose as chooseOf, draft, settingsOf, use } from "../src/draft";
import { choose } from "../src/follow";
import { readFrame } from "../src/frame";
import type { Derivation, Planned, RowFound, TableInfo } from "../src/protocol.gen";
import {
  ask,
  asked,
  compared,
  magnified,
  outputs,
  pending,
  point,
  rings,
  store,
  tab,
} from "../src/state";
import { Refused } from "../src/store";
import {
  close,
  derivation,
  followed,
  go,
  gradientOf,
  lineOf,
  nodes,
  pulls,
  supposed,
  trail,
} from "../src/trail";
import { bytes, news, recorded, Wire } from "./given";

const { explain: found, deeper, pulls: pulled } = recorded;
const [wire, ASKED] = [new Wire(), "1.W[0,0]"];
const say = (message: object) => store.text(JSON.stringify(message));
const soon = () => new Promise((done) => setTimeout(done));
let step = 1;

/** What a frame shows: each time another step, where none is given. */
function show(at = ++step, session = news("session").session): void {
  const frame = readFrame(bytes());
  store.picture.value = { ...frame, head: { ...frame.head, session, step: at } };
}

async function answer(name: string, told: object): Promise<void> {
  await soon();
  const question = wire.find(name);
  if (!question) throw new Error(`${name} was not asked.`);
  wire.sent = wire.sent.filter((each) => each !== question);
  say({ ...told, re: question.id });
  await soon();
}

/** The derivation of a weight, open. */
async function opened(told: Derivation = found): Promise<void> {
  ask(ASKED);
  await answer("pulls", pulled);
  await answer("explain", told);
}

beforeEach(async () => {
  store.use(wire);
  close();
  store.closed(); // no question of another test waits for its answer
  await soon();
  store.opened();
  const { session } = news("session");
  say({ is: "welcome", re: wire.find("hello")?.id, session, version: "1", schema: 1 });
  for (const each of recorded.news) say(each);
  show();
  await soon();
  wire.sent = [];
});

describe("a question", () => {
  test("of a weight shows the share of who pulls most, from the update to the gradient", async () => {
    ask(ASKED);
    await answer("pulls", pulled);
    const { id, ...said } = wire.find("explain") ?? {};
    const sample = pulled.pulls[0]?.row;
    expect(said).toEqual({ do: "explain", address: ASKED, sample, part: null, also: [] });
    await answer("explain", found);
    expect(trail.value[0]).toBe(found.root);
    expect(trail.value.at(-1)).toBe(gradientOf(ASKED));
    expect(rings.value).toEqual(new Map(pulled.pulls.map(({ row, share }) => [row, share])));
    tab.value = "setup";
    expect(rings.value.size).toBe(0);
  });

  test("of a part is asked of that part, and nobody pulls", async () => {
    await opened();
    ask(ASKED, null, "test");
    await soon();
    expect(wire.find("pulls")).toBeUndefined();
    expect(wire.find("explain")).toMatchObject({ part: "test", sample: null });
    await answer("explain", found);
    expect(pulls.value).toBeNull();
  });

  test("is asked anew at another step, with what is open, and what was supposed is gone", async () => {
    await opened();
    const links = trail.value.slice(1);
    expect(links.length).toBeGreaterThan(0);
    followed.value = { says: "of the step before" } as never;
    wire.sent = [];
    show();
    await answer("pulls", pulled);
    expect(wire.find("explain")).toMatchObject({ also: links });
    await answer("explain", { ...found, step: found.step + 1 });
    expect(derivation.value?.step).toBe(found.step + 1);
    expect(trail.value).toEqual([found.root, ...links]);
    expect(followed.value).toBeNull();
  });

  test("loses the links after one that is there no more", async () => {
    await opened();
    const [gone, kept] = Object.keys(found.nodes).filter((key) => key !== found.root);
    trail.value = [found.root, gone as string, kept as string];
    const { [gone as string]: _, ...others } = found.nodes;
    show();
    await answer("pulls", pulled);
    await answer("explain", { ...found, nodes: others });
    expect(trail.value).toEqual([found.root]);
  });

  test("goes deeper by asking for the same row, and what stands there stays", async () => {
    await opened({ ...found, sample: 3 });
    followed.value = {} as never;
    const known = found.nodes[found.root];
    const going = go(0, deeper.root);
    await soon();
    expect(wire.find("explain")).toMatchObject({ address: deeper.root, sample: 3, part: null });
    const other = { ...deeper.nodes, [found.root]: { ...known, title: "another" } };
    await answer("explain", { ...deeper, nodes: other });
    await going;
    expect(trail.value).toEqual([found.root, deeper.root]);
    expect(nodes.value[found.root]).toEqual(known);
    expect(followed.value).toBeNull();
  });

  test("is of a line, whether it is about its weight or its gradient", () => {
    expect(lineOf("1.dW[2,5]")).toBe("1.W[2,5]");
    expect(lineOf("1.W.next[2,5]#m̂")).toBe("1.W[2,5]");
    expect(gradientOf("1.b[2]")).toBe("1.db[2]");
  });

  test("has no answer once another session is there", async () => {
    await opened();
    magnified.value = { layer: 1, unit: 2 };
    [compared.value, outputs.value] = ["B", "answers"];
    pending.value = { settings: {}, branches: false, beside: "settings" };
    say({ ...news("session"), session: "another" });
    await soon();
    expect([asked.value, pending.value, compared.value, outputs.value]).toEqual(
      Array(4).fill(null),
    );
    expect(magnified.value).toEqual({ layer: null, unit: 0 });
    expect(trail.value).toEqual([]);
  });
});

describe("what is supposed", () => {
  const told = { is: "followed", changed: "x", says: "With 2 instead of 1" };

  test("is asked for the row that is shown, and told", async () => {
    await opened({ ...found, sample: 3 });
    supposed("0.b[1]", 2);
    await soon();
    expect(wire.find("what_if")).toMatchObject({ changed: "0.b[1]", value: 2, sample: 3 });
    await answer("what_if", told);
    expect(followed.value?.says).toBe(told.says);
  });

  test("and taken back is not told any more", async () => {
    await opened();
    supposed("0.b[1]", 2);
    await soon();
    supposed("0.b[1]", null);
    await answer("what_if", told);
    expect(followed.value).toBeNull();
  });
});

describe("a row that is followed", () => {
  const row = (at: number, part: RowFound["part"] = "train") => ({
    ...recorded.row,
    row: at,
    part,
  });
  const looked = async () => {
    await soon();
    return wire.find("look");
  };

  async function chosen(at: number, part: "train" | "test"): Promise<void> {
    const choosing = choose({ part, row: at });
    await answer("row", row(at, part));
    await choosing;
  }

  test("comes with the frames, of its own part, and so does the branch beside", async () => {
    await chosen(3, "test");
    expect(await looked()).toMatchObject({ sample: 3, part: "test" });
    const [first] = news("session").branches;
    say({ ...news("session"), branches: [first, { ...first, name: "B", parent: "A" }] });
    expect(await looked()).toMatchObject({ compare: "B", sample: 3 });
    await answer("row", { ...row(3), part: "test" });
    say(news("session"));
    await answer("row", { ...row(3), part: "test" });
  });

  test("is answered anew by every state that is shown, in every branch", async () => {
    await chosen(3, "train");
    wire.sent = [];
    show();
    await answer("row", row(3));
    const [first] = news("session").branches;
    wire.sent = [];
    say({ ...news("session"), branch: "B", branches: [first, { ...first, name: "B" }] });
    await soon();
    expect(wire.find("row")).toMatchObject({ part: "train", row: 3 });
  });

  test("is not taken for one that was chosen meanwhile", async () => {
    await chosen(3, "train");
    show();
    await soon();
    point.value = row(7) as RowFound;
    await answer("row", { ...row(3), answer: "of the former" });
    expect(point.value?.row).toBe(7);
  });

  test("is the one of a derivation, and of pictures there is always one", async () => {
    await opened({ ...found, sample: 5 });
    expect(await looked()).toMatchObject({ sample: 5, part: "train" });
    close();
    expect(await looked()).toMatchObject({ sample: null });
    const { scene, network } = { scene: news("scene"), network: news("network") };
    const test = { ...scene.parts.test, rows: [8, 9] };
    say({ ...scene, parts: { ...scene.parts, test } });
    say({ ...network, image: [1, 2] });
    expect(await looked()).toMatchObject({ sample: 8, part: "test" });
  });
});

describe("a table that was dropped", () => {
  const info = {
    id: "one",
    columns: ["a", "b", "c"].map((name) => ({ name })),
    target: ["c"],
  } as unknown as TableInfo;
  const made = {
    info,
    target: "b",
    out: new Set(["a"]),
    scale: "none",
    missing: "drop",
    holes: [],
    task: "numbers",
    left: {},
    columns: [],
    ways: null,
    plan: null,
    wrong: null,
  };

  test("is learnt as it was chosen", () => {
    const base = { data: "table:one", target: ["b"], scale: "none", missing: "drop" };
    expect(settingsOf(made)).toEqual({ ...base, columns: ["c"], task: "numbers" });
    expect(settingsOf({ ...made, out: new Set(), task: "" })).toEqual(base);
  });

  test("shows the plan of the last choice, though that of an earlier one comes later", async () => {
    draft.value = made;
    chooseOf({ scale: "standard" });
    chooseOf({ scale: "range" });
    await soon();
    const [first, second] = wire.sent.filter((each) => each.do === "plan");
    const plan = (title: string) =>
      ({ is: "planned", title, columns: [] as const }) as unknown as Planned;
    say({ ...plan("the last"), re: second?.id });
    await soon();
    say({ ...plan("the first"), re: first?.id });
    await soon();
    expect(draft.value?.plan?.title).toBe("the last");
    draft.value = null;
  });

  test("says what is wrong with it, unless another was dropped meanwhile", async () => {
    const no = { is: "failed", called: "a", needs: "b", got: "c", do: "d", field: null };
    for (const [then, wrong] of [
      [made, "b"],
      [{ ...made, scale: "range" }, undefined],
    ] as const) {
      draft.value = made;
      const using = use();
      draft.value = then;
      await answer("configure", no);
      await using;
      expect(draft.value?.wrong?.needs).toBe(wrong);
    }
    chooseOf({ target: "c" });
    await answer("plan", no);
    expect(draft.value?.wrong?.needs).toBe("b");
    expect(new Refused({ ...no }).message).toContain("needs b");
    draft.value = null;
  });
});
