import { expect, test } from "vitest";
import { fitted } from "../src/layout";
import { ticksOf } from "../src/ticks";

test("numbers stand where they are on their axis, and none twice or outside of it", () => {
  expect(ticksOf([-1, 0, 1], -2, 2)).toEqual([
    { at: 0.25, text: "−1" },
    { at: 0.5, text: "0" },
    { at: 0.75, text: "1" },
  ]);
  expect(ticksOf([0.5, 3], 0, 2)).toEqual([{ at: 0.25, text: "0.5" }]);
  expect(ticksOf([100020, 1000000.5, 1000000.6], 0, 2e6).map((each) => each.text)).toEqual([
    "100020",
    "1000001",
  ]);
});

test("long names lose their middle, and break behind a sign", () => {
  const names = ["Holz", "Metall", "Plastik"].map((each) => `Material=${each}`);
  expect(names.map((each) => fitted(each, 9, 2).split("\n")[1])).toEqual([
    "Holz",
    "Metall",
    "Plastik",
  ]);
  expect(fitted("Winkel_grad", 8, 1)).toBe("Wink…rad");
  expect(fitted("Länge_m", 9, 1)).toBe("Länge_m");
});
