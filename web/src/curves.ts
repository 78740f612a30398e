import type { Curve } from "./protocol.gen";

const COLUMNS = ["step", "train", "validation", "test", "batch", "learning_rate"] as const;

/** The points of a branch as far as they are known; `next` is how many were counted. */
export interface Points {
  next: number;
  step: number[];
  train: (number | null)[];
  validation: (number | null)[];
  test: (number | null)[];
  batch: (number | null)[];
  learning_rate: (number | null)[];
}

export function noPoints(): Points {
  return { next: 0, step: [], train: [], validation: [], test: [], batch: [], learning_rate: [] };
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
