import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { COLOURS, type Drawn, dotAt, lifted, moved, put, redone, removed, undone } from "./drawn";
import { short } from "./format";
import type { Scene } from "./protocol.gen";
import { drawing } from "./state";

type Pair = readonly [number, number];
interface Bounds {
  low: Pair;
  high: Pair;
}

const FAR = 10; // of a map that can be drawn on; another one gets an empty sheet
const EMPTY: Bounds = { low: [-1.2, -1.2], high: [1.2, 1.2] };
const FINE = 40; // steps of an arrow key across the sheet; with shift a fifth of them
const cross = signal<Pair>([0, 0]);
const held = signal(false);

/** Whether points can be drawn on the map of these data; on others an empty sheet is laid. */
export function isSheet(scene: Scene): boolean {
  const ends = [...scene.low, ...scene.high];
  const isNear = ends.every((each) => Math.abs(each) <= FAR);
  const isWide = scene.low.every((low, k) => (scene.high[k] ?? low) - low > 0.1);
  return scene.kind === "plane" && isNear && isWide;
}

function boundsOf(scene: Scene): Bounds {
  if (!isSheet(scene)) return EMPTY;
  const [lowX = -1, lowY = -1] = scene.low;
  const [highX = 1, highY = 1] = scene.high;
  return { low: [lowX, lowY], high: [highX, highY] };
}

/** The surface for points by hand: put with a press, moved by dragging, all of it by keys too. */
export function Sheet({ scene }: { scene: Scene }) {
  const box = useRef<SVGSVGElement>(null);
  const dragged = useRef<number | null>(null);
  const drawn = drawing.value;
  if (!drawn) return null;
  const bounds = boundsOf(scene);
  const place = (event: PointerEvent) => placeOf(event, box.current as SVGSVGElement, bounds);
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    const size = (box.current as SVGSVGElement).getBoundingClientRect().width;
    const found = dotAt(drawn.points, x, y, reachOf(bounds, (touches(event) ? 22 : 10) / size));
    const next = found === null ? put(drawn, x, y) : lifted(drawn, found);
    dragged.current = next.at;
    drawing.value = next;
    cross.value = [x, y];
    held.value = false;
  };
  const move = (event: PointerEvent) => {
    const now = drawing.value;
    if (dragged.current === null || !now) return;
    drawing.value = moved(now, dragged.current, ...place(event));
  };
  const up = () => {
    dragged.current = null;
  };
  return (
    <svg
      ref={box}
      class="sheet"
      tabindex={0} // in small letters: names of SVG's attributes keep their case
      role="application"
      aria-label="Sheet for points"
      aria-describedby="sheet-says"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={(event) => pressed(event, bounds)}
    >
      {drawn.points.map(([x, y, kind], k) => (
        <circle
          key={k}
          class={`by-hand kind-${kind}${k === drawn.at ? " on" : ""}`}
          cx={across(x, bounds, 0)}
          cy={across(y, bounds, 1)}
          r={k === drawn.at ? 7 : 5}
        />
      ))}
      <g class="cross">
        <circle
          cx={across(cross.value[0], bounds, 0)}
          cy={across(cross.value[1], bounds, 1)}
          r="11"
        />
      </g>
    </svg>
  );
}

function touches(event: PointerEvent): boolean {
  return event.pointerType === "touch";
}

function across(value: number, { low, high }: Bounds, axis: 0 | 1): string {
  const share = (value - low[axis]) / (high[axis] - low[axis]);
  return `${100 * (axis === 0 ? share : 1 - share)}%`;
}

function placeOf(event: PointerEvent, box: Element, { low, high }: Bounds): [number, number] {
  const { left, top, width, height } = box.getBoundingClientRect();
  const x = within((event.clientX - left) / (width || 1), 0, 1);
  const y = within((event.clientY - top) / (height || 1), 0, 1);
  return [low[0] + x * (high[0] - low[0]), high[1] - y * (high[1] - low[1])];
}

function reachOf({ low, high }: Bounds, share: number): Pair {
  return [share * (high[0] - low[0]), share * (high[1] - low[1])];
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

const ARROWS: Record<string, Pair> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** What a key does on the sheet; others go on to the page. */
function pressed(event: KeyboardEvent, bounds: Bounds): void {
  const drawn = drawing.value;
  if (!drawn) return;
  const next =
    event.ctrlKey || event.metaKey ? backwards(event, drawn) : byKey(event, drawn, bounds);
  if (!next) return;
  event.preventDefault();
  drawing.value = next;
}

function backwards(event: KeyboardEvent, drawn: Drawn): Drawn | null {
  if (event.key.toLowerCase() === "y") return redone(drawn);
  if (event.key.toLowerCase() !== "z") return null;
  return event.shiftKey ? redone(drawn) : undone(drawn);
}

function byKey(event: KeyboardEvent, drawn: Drawn, bounds: Bounds): Drawn | null {
  const arrow = ARROWS[event.key];
  if (arrow) return walked(drawn, arrow, event.shiftKey ? 5 : 1, bounds);
  const under = dotAt(drawn.points, ...cross.value, reachOf(bounds, 1 / FINE));
  if (event.key === "Enter" || event.key === " ") return placed(drawn, under);
  if (event.key === "Delete" || event.key === "Backspace") {
    held.value = false;
    return under === null ? drawn : removed(drawn, under);
  }
  if (event.key === "PageDown" || event.key === "PageUp")
    return jumped(drawn, event.key === "PageDown" ? 1 : -1);
  if (/^[123]$/.test(event.key)) return { ...drawn, kind: Number(event.key) - 1 };
  return null;
}

function walked(drawn: Drawn, [dx, dy]: Pair, steps: number, { low, high }: Bounds): Drawn {
  const [x, y] = cross.value;
  cross.value = [
    within(x + (dx * steps * (high[0] - low[0])) / FINE, low[0], high[0]),
    within(y + (dy * steps * (high[1] - low[1])) / FINE, low[1], high[1]),
  ];
  return held.value && drawn.at !== null ? moved(drawn, drawn.at, ...cross.value) : drawn;
}

/** Put a point, take hold of the one that is there, or let it go. */
function placed(drawn: Drawn, under: number | null): Drawn {
  if (held.value) {
    held.value = false;
    return drawn;
  }
  if (under === null) return put(drawn, ...cross.value);
  held.value = true;
  return lifted(drawn, under);
}

function jumped(drawn: Drawn, by: number): Drawn {
  const count = drawn.points.length;
  if (count === 0) return drawn;
  const from = drawn.at ?? (by > 0 ? -1 : 0);
  const at = (from + by + count) % count;
  const dot = drawn.points[at];
  if (dot) cross.value = [dot[0], dot[1]];
  held.value = false;
  return { ...drawn, at };
}

/** The marked point in words. */
export function told(drawn: Drawn): string {
  const dot = drawn.at === null ? undefined : drawn.points[drawn.at];
  if (!dot) return "";
  const how = held.value ? ", held: arrows move it" : "";
  return `Point ${(drawn.at ?? 0) + 1}: ${COLOURS[dot[2]]} at x₁ ${short(dot[0])}, x₂ ${short(dot[1])}${how}`;
}
