import { judged, type Points } from "./curves";
import { partName } from "./parts";
import type { BranchState } from "./protocol.gen";

const TALL = 14; // pixels from one name to the next below it
const NEAR = 60; // pixels within which the ends of curves share one column of names
const MOVED = 3; // pixels that a name may lie off its curve without a leader
const [BESIDE, LED] = [6, 18]; // pixels from the end of a curve to its name, and to one with a leader

/** What a curve is called, and where it ends. */
export interface Name {
  text: string;
  isBold: boolean;
  step: number;
  error: number;
}

/** A name on the page: where its curve ends, and where it is written. */
export interface Written extends Name {
  end: readonly [x: number, y: number];
  at: readonly [x: number, y: number];
  isLed: boolean; // a line leads to it
}

/** The parts of the only branch, or the letters of several. */
export function namesOf(
  branches: readonly BranchState[],
  shown: string,
  curves: Readonly<Record<string, Points>>,
): Name[] {
  if (branches.length < 2) return partsOf(curves[shown]);
  return branches.flatMap(({ name }) => {
    const points = curves[name];
    const [step, error] = [points?.step.at(-1), points && judged(points)[1].at(-1)];
    return step !== undefined && error ? [{ text: name, isBold: name === shown, step, error }] : [];
  });
}

function partsOf(points: Points | undefined): Name[] {
  const step = points?.step.at(-1);
  if (!points || !step) return [];
  const [name, errors] = judged(points);
  const parts = [{ text: partName(name), isBold: true, step, error: errors.at(-1) }];
  if (name !== "train")
    parts.push({ text: partName("train"), isBold: false, step, error: points.train.at(-1) });
  return parts.flatMap((each) => (each.error ? [{ ...each, error: each.error }] : []));
}

/** Each name beside the end of its curve; where names would touch, apart, and lines lead to them. */
export function written(
  names: readonly Name[],
  place: (name: Name) => readonly [x: number, y: number],
  top: number,
  bottom: number,
): Written[] {
  const ends = names.map((name) => ({ name, end: place(name) }));
  ends.sort((one, other) => one.end[0] - other.end[0]);
  const groups: (typeof ends)[] = [];
  for (const each of ends) {
    const [last] = groups.slice(-1);
    if (last && each.end[0] - (last.at(-1)?.end[0] ?? 0) < NEAR) last.push(each);
    else groups.push([each]);
  }
  return groups.flatMap((group) => {
    group.sort((one, other) => one.end[1] - other.end[1]);
    const rows = apart(
      group.map(({ end }) => end[1]),
      TALL,
      top,
      bottom,
    );
    const isLed = group.some(({ end }, k) => Math.abs((rows[k] ?? 0) - end[1]) > MOVED);
    const column = Math.max(...group.map(({ end }) => end[0])) + (isLed ? LED : BESIDE);
    return group.map(({ name, end }, k) => ({ ...name, end, at: [column, rows[k] ?? 0], isLed }));
  });
}

/** Rising places at least `gap` apart between two ends, as near as can be to where they belong. */
export function apart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const last = wanted.length - 1;
  const down: number[] = [];
  wanted.forEach((y, k) => {
    down.push(Math.max(y, low, (down[k - 1] ?? Number.NEGATIVE_INFINITY) + gap));
  });
  const up: number[] = [];
  [...wanted].reverse().forEach((y, k) => {
    up.push(Math.min(y, high, (up[k - 1] ?? Number.POSITIVE_INFINITY) - gap));
  });
  up.reverse();
  return wanted.map((_, k) => {
    const lower = Math.min(down[k] ?? 0, high - (last - k) * gap);
    const upper = Math.max(up[k] ?? 0, low + k * gap);
    return (lower + upper) / 2;
  });
}
