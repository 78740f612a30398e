import { describe, expect, test } from "vitest";
import { shade, stroke } from "../src/colour";
import { crossings } from "../src/contour";
import {
  grown,
  joined,
  marksOf,
  nearestPoint,
  noPoints,
  roundSteps,
  stretches,
} from "../src/curves";
import { radiusOf } from "../src/dots";
import { counted, grouped, lowered, percent, short } from "../src/format";
import { readFrame } from "../src/frame";
import { aboutOf, laidOut, linesOf, nameOf, strongest, wholeLayers } from "../src/layout";
import { branchAt } from "../src/marks";
import { tallness } from "../src/paint";
import type { BranchState, Curve, Network } from "../src/protocol.gen";
import { told } from "../src/spread";
import { Latest, OneAtATime } from "../src/transport";
import { bytes, news } from "./given";

describe("numbers as Python writes them", () => {
  test.each([
    [0.5, "0.5"],
    [-0.0134, "−0.0134"],
    [0.00001234, "1.234×10⁻⁵"],
    [-2e9, "−2×10⁹"],
    [0, "0"],
    [12345.6, "12346"],
    [null, "–"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "∞"],
  ])("%s is %s", (value, text) => expect(short(value)).toBe(text));

  test.each([
    [0.5, "50.0 %"],
    [1e-7, "< 0.1 %"],
    [0.9999, "> 99.9 %"],
    [0, "0.0 %"],
    [1, "100.0 %"],
  ])("the share %s is %s", (share, text) => expect(percent(share)).toBe(text));

  test("thousands are grouped, names have lowered digits", () => {
    expect(grouped(1234567)).toBe("1,234,567");
    expect(grouped(999)).toBe("999");
    expect([counted(1, "row"), counted(0, "row"), counted(2000, "row")]).toEqual([
      "1 row",
      "0 rows",
      "2,000 rows",
    ]);
    expect(lowered("x1")).toBe("x₁");
    expect(lowered("petal length")).toBe("petal length");
  });
});

describe("frames", () => {
  test("hold the numbers Python put there", () => {
    const frame = readFrame(bytes());
    expect(frame.head.step).toBe(0);
    expect(frame.pieces.get("1.W")?.shape).toEqual([4, 8]);
    expect(frame.pieces.get("map")?.values).toHaveLength(256);
    expect(frame.pieces.get("2.map")?.high).toBe(1);
  });

  test("what is none is refused", () => {
    expect(() => readFrame(new ArrayBuffer(4))).toThrow(RangeError);
    expect(() =>
      readFrame(new TextEncoder().encode("not a frame at all").buffer as ArrayBuffer),
    ).toThrow(RangeError);
  });
});

describe("curves", () => {
  const piece = (first: number, step: number[]): Curve => ({
    is: "curve",
    branch: "A",
    first,
    next: first + step.length,
    step,
    train: step.map((s) => 1 / s),
    validation: step.map(() => null),
    test: step.map(() => null),
    batch: step.map(() => null),
    learning_rate: step.map(() => 0.5),
    low: [],
    high: [],
    thinned: false,
  });

  test("grow without a gap and without a double", () => {
    const first = grown(noPoints(), piece(0, [1, 2]));
    expect(grown(first, piece(2, [3])).step).toEqual([1, 2, 3]);
    expect(grown(first, piece(5, [9]))).toBe(first); // a gap: refused
    expect(grown(first, piece(0, [7])).step).toEqual([7]); // 0 replaces all
  });

  test("of a branch begin with its parent's past; other futures stay beside", () => {
    const branches = [
      { name: "A", parent: null, step: 0 },
      { name: "B", parent: "A", step: 300 },
      { name: "C", parent: "B", step: 400 },
      { name: "D", parent: "A", step: 200 },
    ];
    const all = Number.POSITIVE_INFINITY;
    expect(stretches(branches, "C")).toEqual([
      { name: "A", from: 0, to: 300, isPast: true },
      { name: "A", from: 300, to: all, isPast: false },
      { name: "B", from: 300, to: 400, isPast: true },
      { name: "B", from: 400, to: all, isPast: false },
      { name: "C", from: 400, to: all, isPast: true },
      { name: "D", from: 200, to: all, isPast: false },
    ]);
    // a step before the fork counts for the parent, whichever ancestor that is
    const known = branches as unknown as BranchState[];
    expect([100, 300, 350, 400, 401].map((step) => branchAt(known, "C", step))).toEqual([
      "A",
      "A",
      "B",
      "B",
      "C",
    ]);
  });

  test("give the point next to a step", () => {
    expect([-5, 0, 4, 6, 99].map((step) => nearestPoint([0, 5, 10], step))).toEqual([
      0, 0, 1, 1, 2,
    ]);
    expect(nearestPoint([], 3)).toBe(-1);
  });

  test("have few lines behind them, and round steps below", () => {
    expect(marksOf(0.001, 1)).toEqual([0.001, 0.01, 0.1, 1]);
    expect(marksOf(0.1, 1)).toEqual([0.1, 0.2, 0.5, 1]);
    expect(marksOf(1e-12, 1).length).toBeLessThan(8);
    expect(roundSteps(2000)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(roundSteps(10)).toEqual([0, 2, 4, 6, 8, 10]);
  });

  test("of branches are put over one another", () => {
    expect(
      joined([
        { x: [0, 2], y: [1, 3] },
        { x: [1, 2], y: [5, 6] },
      ]),
    ).toEqual([
      [0, 1, 2],
      [1, null, 3],
      [null, 5, 6],
    ]);
  });
});

describe("colours", () => {
  test("0 is pale, the ends are orange and indigo, NaN is no error", () => {
    expect(shade("light", -1)).toBe("rgb(210 126 47)");
    expect(shade("light", 1)).toBe("rgb(101 109 212)");
    expect(shade("light", Number.NaN)).toBe(shade("light", 0.003));
    expect(shade("light", 9)).toBe(shade("light", 1));
  });

  test("a small weight's line is thin and still seen", () => {
    const { width, colour } = stroke("light", 0.01, 6);
    expect(width).toBeGreaterThan(0.7);
    expect(colour).not.toBe(shade("light", 0.01 / 6));
  });
});

describe("the network's picture", () => {
  const network = news("network");
  const shaped = (...units: number[]): Network => ({
    ...network,
    layers: units.map((n, l) => ({
      units: n,
      activation: "tanh",
      params: { [`${l}.W`]: [units[l - 1] ?? 2, n], [`${l}.b`]: [n] },
      shown: [...Array(Math.min(n, 32)).keys()],
    })),
  });

  test.each([
    ["the first one", network, 430, 300],
    ["a deep one", shaped(32, 32, 32, 32, 1), 480, 330],
    ["a deep one on a phone", shaped(32, 32, 32, 32, 1), 358, 280],
    ["a long one", shaped(6, 6, 6, 6, 6, 6, 6, 6, 6, 1), 480, 330],
    ["one of many classes", shaped(100, 39), 470, 380],
    [
      "one of many inputs and classes",
      { ...shaped(16, 39), inputs: [...Array(30).keys()].map(String) },
      470,
      330,
    ],
    ["a wide one", { ...shaped(128, 10), image: [28, 28] as const }, 480, 330],
  ])("%s has every unit inside, and none on another", (_, made, width, height) => {
    const layout = laidOut(made, width, height);
    const all = layout.columns.flatMap((c) =>
      c.spots.map((spot) => ({ ...spot, half: c.size / 2 })),
    );
    for (const { x, y, half } of all) {
      expect(x - half).toBeGreaterThanOrEqual(0);
      expect(x + half).toBeLessThanOrEqual(width);
      expect(y - half).toBeGreaterThanOrEqual(0);
      expect(y + half).toBeLessThanOrEqual(height);
      expect(half).toBeGreaterThanOrEqual(3.5);
    }
    all.forEach((a, k) => {
      for (const b of all.slice(k + 1)) {
        const apart = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
        expect(apart).toBeGreaterThanOrEqual(a.half + b.half - 0.01);
      }
    });
  });

  test("has a line for every weight", () => {
    const layout = laidOut(network, 430, 300);
    expect(layout.columns.map((each) => each.spots.length)).toEqual([2, 4, 8, 1]);
    const lines = linesOf(network, layout, { layer: 2, unit: 0 });
    expect(lines).toHaveLength(8 + 32 + 8);
    expect(lines.find((each) => each.address === "1.W[2,5]")?.place).toBe(21);
  });

  test("of a layer with too many lines only those of the chosen unit can be pressed", () => {
    const deep = shaped(32, 32, 32, 1);
    const layout = laidOut(deep, 480, 330);
    expect([...wholeLayers(layout)].sort()).toEqual([0, 3]);
    const lines = linesOf(deep, layout, { layer: 1, unit: 5 });
    expect(lines.filter((each) => each.name === "1.W")).toHaveLength(32); // what comes in
    expect(lines.filter((each) => each.name === "2.W")).toHaveLength(32); // and goes out
    expect(lines.every((each) => each.name !== "1.W" || each.address.endsWith(",5]"))).toBe(true);
  });

  test("of the others the strongest are drawn, and zeros never", () => {
    expect(strongest([0, -3, 1, 2], [0, 1, 2, 3], 2)).toEqual([1, 3]);
    expect(strongest([0, 0, 1], [0, 1, 2], 3)).toEqual([2]);
    expect(strongest([1, 1, 1, 1], [0, 1, 2, 3], 2)).toHaveLength(2);
  });

  test("names its lines", () => {
    expect(nameOf(network, "0.W[0,2]")).toBe("weight from x1 to unit 2 of layer 1");
    expect(nameOf(network, "1.dW[2,5]")).toBe(
      "gradient of the weight from unit 2 of layer 1 to unit 5 of layer 2",
    );
    expect(nameOf(network, "2.b[0]")).toBe(`bias of output ${network.outputs[0]}`);
    expect(aboutOf("0.a[7,3]")).toEqual({ layer: 0, unit: 3, from: null });
    expect(aboutOf("1.W.next[2,5]")).toEqual({ layer: 1, unit: 5, from: 2 });
    expect(aboutOf("loss")).toBeNull();
  });
});

describe("where a map crosses a level", () => {
  test("there is a line, and nowhere else", () => {
    const map = Float32Array.from([0, 0, 1, 1, 0, 0, 1, 1]); // two rows of four columns
    const found = crossings(map, 2, 4, 0.5);
    expect(found).toHaveLength(1);
    const [x = 0, , toX = 0] = found[0] ?? [];
    expect([x, toX]).toEqual([0.5, 0.5]);
    expect(crossings(map, 2, 4, 2)).toEqual([]);
  });
});

describe("points", () => {
  test("are smaller in a crowd, and never too small to see", () => {
    expect(radiusOf(200, 364)).toBeGreaterThan(radiusOf(1000, 364));
    expect(radiusOf(1e5, 364)).toBeGreaterThan(1.5);
  });
});

describe("a bar of a histogram", () => {
  test("is as tall as it holds many, and a pixel at least where it holds one", () => {
    expect(tallness(Int32Array.from([0, 1, 100, 1000]), 26)).toEqual([0, 1, 2.6, 26]);
    expect(tallness(Int32Array.from([0, 0]), 26)).toEqual([0, 0]);
  });

  test("says how many are where; the first of a log axis holds all that is smaller", () => {
    const piece = { values: Int32Array.from([5, 0, 1]), shape: [3], low: -3, high: 0 };
    expect(told(1, piece, 2, false)).toBe("Layer 2: 1 of 6 answers from −1 to 0.");
    expect(told(1, piece, 0, true)).toBe("Layer 2: 5 of 6 gradients up to 0.01.");
  });
});

describe("what comes faster than it is used", () => {
  test("of frames the newest is drawn", () => {
    const [seen, calls]: [number[], (() => void)[]] = [[], []];
    const latest = new Latest<number>(
      (n) => seen.push(n),
      (call) => calls.push(call),
    );
    latest.put(1);
    latest.put(2);
    calls.shift()?.();
    latest.put(3);
    calls.shift()?.();
    expect(seen).toEqual([2, 3]);
  });

  test("of requests the last is made, after the one under way", async () => {
    const asked: number[] = [];
    const one = new OneAtATime<number>(async (n) => {
      asked.push(n);
      if (n === 1) throw new Error("no");
    });
    await Promise.all([one.put(1), one.put(2), one.put(3)]);
    expect(asked).toEqual([1, 3]);
  });
});
