import type { Curve } from "./protocol.gen";

const COLUMNS = [
  "step",
  "train",
  "validation",
  "test",
  "batch",
  "learning_rate",
  "low",
  "high",
] as const;

/** The points of a branch as far as they are known; `next` is how many were counted. */
export interface Points {
  next: number;
  step: number[];
  train: (number | null)[];
  validation: (number | null)[];
  test: (number | null)[];
  batch: (number | null)[];
  learning_rate: (number | null)[];
  low: (number | null)[]; // of the judged part, within the last pass
  high: (number | null)[];
}

export function noPoints(): Points {
  return {
    next: 0,
    step: [],
    train: [],
    validation: [],
    test: [],
    batch: [],
    learning_rate: [],
    low: [],
    high: [],
  };
}

/** The points with those of a message: 0 replaces all, what would leave a gap is refused. */
export function grown(before: Points, news: Curve): Points {
  const base = news.first === 0 ? noPoints() : before;
  if (news.first !== base.next) return before;
  const found = { ...base, next: news.next };
  for (const name of COLUMNS) {
    found[name] = [...base[name], ...news[name]] as number[];
  }
  return found;
}

/** The part whose error counts, with its column; training where nothing was kept apart. */
export function judged(points: Points): ["test" | "validation" | "train", (number | null)[]] {
  for (const name of ["test", "validation"] as const)
    if (points[name].some((each) => each !== null)) return [name, points[name]];
  return ["train", points.train];
}

/** Of several branches one table with a common column of steps; null where one has no point. */
export function joined(
  columns: { x: readonly number[]; y: readonly (number | null)[] }[],
): (number | null)[][] {
  const steps = [...new Set(columns.flatMap((each) => each.x))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, k) => [step, k]));
  const made = columns.map(({ x, y }) => {
    const column: (number | null)[] = new Array<null>(steps.length).fill(null);
    x.forEach((step, k) => {
      column[place.get(step) ?? 0] = y[k] ?? null;
    });
    return column;
  });
  return [steps, ...made];
}

/** What a branch shows of itself, or of one it left: its points from one step to another. */
export interface Stretch {
  name: string;
  from: number;
  to: number; // both ends belong to it
  isPast: boolean; // it leads to the shown state's branch, or is that branch
}

interface Future {
  name: string;
  parent: string | null;
  step: number; // where it left its parent
}

/** The curves to draw: the way to the shown branch from its first ancestor, and all other ones. */
export function stretches(branches: readonly Future[], shown: string): Stretch[] {
  const ends = new Map<string, number>(); // how far a branch is the shown one's past
  let here = branches.find((each) => each.name === shown);
  let end = Number.POSITIVE_INFINITY;
  while (here) {
    ends.set(here.name, end);
    end = Math.min(end, here.step);
    const { parent } = here;
    here = branches.find((each) => each.name === parent);
  }
  return branches.flatMap(({ name, step }) => {
    const last = ends.get(name);
    const whole = { name, from: step, to: Number.POSITIVE_INFINITY };
    if (last === undefined) return [{ ...whole, isPast: false }];
    const past = { ...whole, to: last, isPast: true };
    return last === Number.POSITIVE_INFINITY
      ? [past]
      : [past, { ...whole, from: last, isPast: false }];
  });
}

/** The number of the point next to a step; −1 where there is none. */
export function nearestPoint(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [steps[low - 1], steps[low]];
  if (before !== undefined && after !== undefined && step - before < after - step) return low - 1;
  return low < steps.length ? low : -1;
}

/** Whole powers of ten between two errors; 1, 2 and 5 of each where there are few. */
export function marksOf(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.ceil((last - first) / 5) || 1;
  const within = last - first <= 1 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = first; power <= last; power += every)
    for (const digit of within) found.push(digit * 10 ** power);
  return found.filter((each) => each >= low * 0.999 && each <= high * 1.001);
}

/** About five round steps from 0 to the last one. */
export function roundSteps(last: number): number[] {
  const rough = Math.max(1, last / 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const gap = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  return [...Array(Math.floor(last / gap) + 1).keys()].map((k) => k * gap);
}
