import { beforeAll, describe, expect, test } from "vitest";
import { isByClass, slotsOf } from "../src/dots";
import { choose, draft, use } from "../src/draft";
import { learn } from "../src/drawcard";
import { begun, kindsOf, opened, put, redone } from "../src/drawn";
import type { Scene, TableInfo } from "../src/protocol.gen";
import { drawing, store } from "../src/state";

type Said = { do: string };
let settle: (() => void)[] = [];
const soon = () => new Promise((done) => setTimeout(done));

/** Every answer waits until `settle` lets it go. */
beforeAll(() => {
  store.ask = ((wish: Said) =>
    new Promise((done) => {
      if (wish.do === "configure") settle.push(() => done({}));
      else done({ rows: {}, inputs: [], first: [], left_out: {}, notes: [], columns: [] });
    })) as never;
});

async function answered(): Promise<void> {
  for (const each of settle) each();
  settle = [];
  await soon();
}

describe("what is done while an answer is awaited", () => {
  const two = put(put(begun(), 0, 0), 1, 1);

  test("points that were sent are put away", async () => {
    drawing.value = two;
    const done = learn(two);
    drawing.value = { ...two, at: null, kind: 2 }; // no other points
    await answered();
    await done;
    expect(drawing.value).toBeNull();
  });

  test("a point drawn since then stays", async () => {
    drawing.value = two;
    const done = learn(two);
    const more = put(two, 0.5, 0.5);
    drawing.value = more;
    await answered();
    await done;
    expect(drawing.value).toBe(more);
  });

  const table = (id: string): TableInfo =>
    ({
      id,
      name: id,
      columns: [{ name: "a" }, { name: "b" }],
      target: ["b"],
      choices: {},
    }) as never;
  const looked = (id: string) => ({
    info: table(id),
    target: "b",
    out: new Set<string>(),
    scale: "standard",
    missing: "error",
    holes: [],
    task: "",
    left: {},
    columns: [],
    ways: null,
    plan: null,
    wrong: null,
  });

  test("a table that was sent is put away, though its plan came meanwhile", async () => {
    draft.value = looked("one");
    const done = use();
    draft.value = { ...draft.value, wrong: null };
    await answered();
    await done;
    expect(draft.value).toBeNull();
  });

  test("a table dropped since then stays, and so does another choice", async () => {
    draft.value = looked("one");
    let done = use();
    draft.value = looked("two");
    await answered();
    await done;
    expect(draft.value?.info.id).toBe("two");
    done = use();
    choose({ scale: "none" });
    await answered();
    await done;
    expect(draft.value?.scale).toBe("none");
  });
});

describe("the sheet", () => {
  const learnt = [
    [0, 0, 0],
    [1, 1, 1],
  ] as const;

  test("opens with the points learnt now, and those laid aside are one Redo away", () => {
    const aside = put(begun(), 0.5, 0.5);
    const sheet = opened(learnt, aside);
    expect(sheet.points).toEqual(learnt);
    expect(redone(sheet).points).toEqual(aside.points);
    expect(opened([], aside)).toBe(aside);
    expect(opened(learnt, null).points).toEqual(learnt);
    expect(opened(learnt, begun(learnt)).future).toEqual([]);
  });
});

describe("classes of points by hand", () => {
  const scene = (...classes: string[]): Scene => ({ classes }) as never;

  test("keep the colour they were drawn in", () => {
    expect(kindsOf(["plain", "indigo"])).toEqual([2, 1]);
    expect(slotsOf(scene("orange", "indigo"))).toEqual([0, 1]);
    expect(slotsOf(scene("orange", "plain", "indigo"))).toEqual([0, 8, 1]);
    expect(slotsOf(scene("plain", "indigo"))).toEqual([8, 1]);
    expect(slotsOf(scene("apple", "orange"))).toEqual([0, 1]);
    expect(
      [
        ["orange", "plain"],
        ["orange", "indigo"],
        ["a", "b", "c"],
      ].map((each) => isByClass(scene(...each))),
    ).toEqual([true, false, true]);
  });
});
