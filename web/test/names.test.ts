import { expect, test } from "vitest";
import { grown, noPoints } from "../src/curves";
import { apart, namesOf, written } from "../src/names";
import type { BranchState, Curve } from "../src/protocol.gen";

const A = { name: "A", parent: null, step: 0 } as unknown as BranchState;
const B = { name: "B", parent: "A", step: 2 } as unknown as BranchState;

function ending(part: "test" | "validation", judged: number, train: number) {
  const none = [null, null];
  const [step, batch, learning_rate] = [[0, 10], none, none];
  const all = { step, batch, learning_rate, low: none, high: none, test: none, validation: none };
  const news = { ...all, [part]: [1, judged], train: [1, train], first: 0, next: 2 };
  return grown(noPoints(), news as unknown as Curve);
}

const HEIGHT = 100;
const place = ({ step, error }: { step: number; error: number }) =>
  [step * 10, HEIGHT * (1 - error)] as const;

test.each([
  [0.5, 0.5],
  [0.5, 0.53],
  [0, 0.001],
  [1, 1],
])("names of curves that end at %f and %f stand apart, and a line leads to each", (test, train) => {
  const names = namesOf([A], "A", { A: ending("test", test || 1e-9, train) });
  const found = written(names, place, 4, HEIGHT - 8);
  expect(found.map((each) => each.text).sort()).toEqual(["test", "training"]);
  const [above, below] = found.map((each) => each.at);
  expect((below?.[1] ?? 0) - (above?.[1] ?? 0)).toBeGreaterThanOrEqual(14);
  for (const each of found) {
    expect(each.isLed).toBe(true);
    expect(each.at[1]).toBeGreaterThanOrEqual(4);
    expect(each.at[1]).toBeLessThanOrEqual(HEIGHT - 8);
    expect(each.at[0] - each.end[0]).toBeGreaterThan(10);
  }
});

test("a name with room for it stands beside the end of its curve", () => {
  const names = namesOf([A], "A", { A: ending("validation", 0.9, 0.2) });
  const found = written(names, place, 4, HEIGHT - 8);
  expect(found.map((each) => [each.text, each.isLed, each.isBold])).toEqual([
    ["validation", false, true],
    ["training", false, false],
  ]);
  for (const each of found) expect(each.at[1]).toBeCloseTo(each.end[1]);
});

test("branches that end near each other in time share a column of names", () => {
  const curves = { A: ending("test", 0.4, 0.4), B: ending("test", 0.4, 0.4) };
  curves.B.step[1] = 12;
  const [first, second] = written(namesOf([A, B], "B", curves), place, 4, HEIGHT - 8);
  expect(first?.at[0]).toBe(second?.at[0]);
  expect(Math.abs((first?.at[1] ?? 0) - (second?.at[1] ?? 0))).toBeGreaterThanOrEqual(14);
});

test("places are in order, within their ends, and where they belong if they may", () => {
  expect(apart([10, 50], 14, 0, 100)).toEqual([10, 50]);
  expect(apart([50, 50], 14, 0, 100)).toEqual([43, 57]);
  expect(apart([100, 100, 100], 14, 0, 100)).toEqual([72, 86, 100]);
  expect(apart([0, 0], 14, 0, 100)).toEqual([0, 14]);
});
