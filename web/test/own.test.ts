import { describe, expect, test } from "vitest";
import * as hand from "../src/drawn";
import { magnification } from "../src/projector";
import { numberIn } from "../src/typed";

describe("points by hand", () => {
  const two = hand.put(hand.put(hand.begun(), 0.12345, 1), -1, 0.5);

  test("are put, with the chosen class, and marked", () => {
    expect(two.points).toEqual([
      [0.123, 1, 0],
      [-1, 0.5, 0],
    ]);
    expect(two.at).toBe(1);
    expect(hand.put({ ...two, kind: 2 }, 0, 0).points.at(-1)).toEqual([0, 0, 2]);
  });

  test("a whole drag is taken back at once, and done again", () => {
    let drawn = hand.lifted(two, 0);
    for (const x of [0.2, 0.3, 0.4]) drawn = hand.moved(drawn, 0, x, 0);
    expect(drawn.points[0]).toEqual([0.4, 0, 0]);
    const back = hand.undone(drawn);
    expect(back.points).toEqual(two.points);
    expect(hand.redone(back).points).toEqual(drawn.points);
    expect(hand.undone(hand.begun()).points).toEqual([]);
  });

  test("removing one and clearing can be taken back", () => {
    expect(hand.removed(two, 0).points).toEqual([two.points[1]]);
    expect(hand.undone(hand.cleared(two)).points).toEqual(two.points);
    expect(hand.put(hand.undone(hand.cleared(two)), 0, 0).future).toEqual([]);
  });

  test("the nearest one is found, within reach", () => {
    expect(hand.dotAt(two.points, 0.1, 1, [0.1, 0.1])).toBe(0);
    expect(hand.dotAt(two.points, 0.3, 1, [0.1, 0.1])).toBeNull();
    expect(hand.dotAt([...two.points, [0.123, 1, 1]], 0.12, 1, [0.1, 0.1])).toBe(2);
  });
});

describe("what was typed", () => {
  test.each([
    ["", null],
    [" 12 ", 12],
    ["−0.5", -0.5],
    ["1,234,567", 1234567],
    ["1e-3", 0.001],
    ["0,5", 0.5],
    ["1,5", 1.5],
    ["0,1", 0.1],
    ["−0,295", -0.295],
    [",5", 0.5],
    ["1,5,2", "1,5,2"],
    ["1.000,5", "1.000,5"],
    ["many", "many"],
    ["1e999", "1e999"],
  ])("%s", (text, wanted) => expect(numberIn(text)).toBe(wanted));
});

test("a wall is filled, and a small window is left as it is", () => {
  expect(magnification(1920, 1080)).toBe(1.7);
  expect(magnification(3840, 2160)).toBe(3.45);
  expect(magnification(1024, 600)).toBe(1);
});
