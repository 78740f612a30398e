/** Points drawn by hand, with what was before: nothing here knows of a screen. */
export type Dot = readonly [x: number, y: number, kind: number];
export type Dots = readonly Dot[];
export interface Drawn {
  points: Dots;
  kind: number; // of the next point
  at: number | null; // the point that is marked
  past: readonly Dots[];
  future: readonly Dots[];
}

/** What the classes 0, 1, 2 are called: as they look, here and on the map. */
export const COLOURS = ["orange", "indigo", "plain"] as const;

/** The kind of each class, where all are called as points by hand are; else none. */
export function kindsOf(classes: readonly string[]): readonly number[] {
  const kinds = classes.map((name) => (COLOURS as readonly string[]).indexOf(name));
  return kinds.includes(-1) ? [] : kinds;
}
const KEPT = 200; // changes that can be taken back

export function begun(points: Dots = []): Drawn {
  return { points, kind: 0, at: null, past: [], future: [] };
}

/** The points that are learnt now, with those laid aside one Redo away; or these, if none are. */
export function opened(learnt: Dots, aside: Drawn | null): Drawn {
  if (learnt.length === 0) return aside ?? begun();
  if (!aside) return begun(learnt);
  const isSame = JSON.stringify(aside.points) === JSON.stringify(learnt);
  return isSame ? aside : { ...begun(learnt), kind: aside.kind, future: [aside.points] };
}

/** The same with other points, and a way back. */
export function changed(drawn: Drawn, points: Dots, at: number | null): Drawn {
  const past = [...drawn.past.slice(1 - KEPT), drawn.points];
  return { ...drawn, points, at, past, future: [] };
}

/** One more point, which is then the marked one. */
export function put(drawn: Drawn, x: number, y: number): Drawn {
  const dot: Dot = [round(x), round(y), drawn.kind];
  return changed(drawn, [...drawn.points, dot], drawn.points.length);
}

/** A point elsewhere; the way back was kept when it was taken up, by `lifted`. */
export function moved(drawn: Drawn, k: number, x: number, y: number): Drawn {
  const points = drawn.points.map((dot, l): Dot => (l === k ? [round(x), round(y), dot[2]] : dot));
  return { ...drawn, points, at: k };
}

/** A point is about to move: where all are now can be come back to. */
export function lifted(drawn: Drawn, k: number): Drawn {
  return changed(drawn, drawn.points, k);
}

export function removed(drawn: Drawn, k: number): Drawn {
  return changed(
    drawn,
    drawn.points.filter((_, l) => l !== k),
    null,
  );
}

export function cleared(drawn: Drawn): Drawn {
  return changed(drawn, [], null);
}

export function undone(drawn: Drawn): Drawn {
  const points = drawn.past.at(-1);
  if (!points) return drawn;
  const future = [...drawn.future, drawn.points];
  return { ...drawn, points, at: null, past: drawn.past.slice(0, -1), future };
}

export function redone(drawn: Drawn): Drawn {
  const points = drawn.future.at(-1);
  if (!points) return drawn;
  const past = [...drawn.past, drawn.points];
  return { ...drawn, points, at: null, past, future: drawn.future.slice(0, -1) };
}

/** The point next to a place, at most so far away in each direction; the topmost of equals. */
export function dotAt(points: Dots, x: number, y: number, reach: readonly [number, number]) {
  let [best, found] = [1, null as number | null];
  points.forEach(([px, py], k) => {
    const away = Math.hypot((px - x) / reach[0], (py - y) / reach[1]);
    if (away <= best) [best, found] = [away, k];
  });
  return found;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
