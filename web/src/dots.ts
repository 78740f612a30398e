import { classInk, PLAIN, shade, type Theme } from "./colour";
import { kindsOf } from "./drawn";
import type { Frame, Piece } from "./frame";
import type { Points, Scene } from "./protocol.gen";

const INK = {
  light: {
    zero: "#8a4700",
    one: "#3a3fa3",
    paper: "#ffffff",
    rim: "#1b1c1f",
    edge: "#53565d",
    ring: "#00756a",
  },
  dark: {
    zero: "#ffc893",
    one: "#c3c8ff",
    paper: "#15171b",
    rim: "#e9eaec",
    edge: "#b4b8bf",
    ring: "#46c9b4",
  },
} as const;

/** From the data's units to pixels of a picture of that size, and which axes it has. */
export interface Place {
  x(value: number): number;
  y(value: number): number;
}

export function placeOf(
  scene: Scene,
  width: number,
  height: number,
  ends: readonly [number, number],
): Place {
  const [lowX = 0, lowY = ends[0]] = scene.low;
  const [highX = 1, highY = ends[1]] = scene.high;
  return {
    x: (value) => ((value - lowX) / (highX - lowX || 1)) * width,
    y: (value) => height - ((value - lowY) / (highY - lowY || 1)) * height,
  };
}

/** Where the row of a part stands: y is the second axis, or the target where there is one axis. */
export function spotOf(points: Points, k: number): readonly [number, number] {
  const x = points.x[k] ?? [];
  return [x[0] ?? 0, x.length > 1 ? (x[1] ?? 0) : (points.y[k] ?? 0)];
}

interface Look {
  theme: Theme;
  rings: ReadonlyMap<number, number>;
  chosen: { part: string; row: number } | null;
  hideTest: boolean;
}

/** The radius of so many points: in a crowd they are smaller, so that the map is seen. */
export function radiusOf(count: number, width: number): number {
  const crowd = Math.sqrt((320 / Math.max(1, count)) * Math.min(1.6, width / 360));
  return Math.max(2.3, Math.min(4, 3.7 * crowd));
}

interface Dot {
  x: number;
  y: number;
  colour: string;
  isWrong: boolean;
  isHollow: boolean;
}

function dotsOf(scene: Scene, frame: Frame, place: Place, look: Look): Dot[] {
  const map = frame.pieces.get("map");
  const found = Object.entries(scene.parts).flatMap(([name, points]) => {
    if (name === "test" && look.hideTest) return [];
    const right = frame.pieces.get(`${name}.right`)?.values;
    return points.y.map((y, k) => {
      const [vx, vy] = spotOf(points, k);
      const colour = colourOf(scene, map, y, look.theme);
      const isWrong = right?.[k] === 0;
      return { x: place.x(vx), y: place.y(vy), colour, isWrong, isHollow: name !== "train" };
    });
  });
  return found.sort((a, b) => Number(a.isWrong) - Number(b.isWrong)); // mistakes on top
}

/** All points: test hollow, wrong ones with a dark rim, those of the batch that pull ringed. */
export function drawDots(
  context: CanvasRenderingContext2D,
  scene: Scene,
  frame: Frame,
  place: Place,
  look: Look,
): void {
  const ink = INK[look.theme];
  const dots = dotsOf(scene, frame, place, look);
  const r = radiusOf(dots.length, context.canvas.clientWidth);
  const isClear = scene.classes.length > 0 || scene.kind === "line";
  const rim = isClear ? ink.paper : ink.edge; // pale numbers on a pale map
  context.globalAlpha = look.rings.size > 0 ? 0.4 : 1;
  for (const dot of dots)
    drawDot(context, dot, r, {
      paper: ink.paper,
      rim,
      wrong: ink.rim,
      isClear,
    });
  context.globalAlpha = 1;
  drawRings(context, ringsOf(scene, frame.pieces.get("map"), place, look, r), r, ink);
}

/** A right one has a pale rim, a wrong one a dark one and is a little larger; test is hollow. */
function drawDot(
  context: CanvasRenderingContext2D,
  dot: Dot,
  r: number,
  ink: { paper: string; rim: string; wrong: string; isClear: boolean },
): void {
  const hole = Math.max(1, r * 0.45);
  disc(context, dot, dot.isWrong ? r + 0.6 : r, dot.colour);
  context.lineWidth = dot.isWrong ? Math.max(1.2, r * 0.35) : Math.min(1, r * 0.3);
  context.strokeStyle = dot.isWrong ? ink.wrong : ink.rim;
  // Small rings need no rim, where their colour is far from that of the map.
  if (dot.isWrong || !dot.isHollow || r > 3 || !ink.isClear) context.stroke();
  if (dot.isHollow) disc(context, dot, hole, ink.paper);
}

function disc(context: CanvasRenderingContext2D, at: Dot, r: number, colour: string): void {
  context.beginPath();
  context.arc(at.x, at.y, r, 0, 7);
  context.fillStyle = colour;
  context.fill();
}

/** The place of each class among the colours: points by hand keep the one they were drawn in. */
export function slotsOf({ classes }: Scene): readonly number[] {
  const kinds = kindsOf(classes);
  if (kinds.length > 0) return kinds.map((kind) => (kind === 2 ? PLAIN : kind));
  return classes.map((_, k) => k);
}

/** Whether each class has a colour of its own, and not an end of the map's one scale. */
export function isByClass(scene: Scene): boolean {
  return scene.classes.length > 2 || slotsOf(scene).includes(PLAIN);
}

/** The colour of the class whose share a unit answers; null of units that answer something else. */
export function shareSlot(
  scene: Scene | null,
  outputs: number, // the layer of the outputs
  layer: number,
  unit: number,
  { low, high }: Pick<Piece, "low" | "high">,
): number | null {
  if (!scene || layer !== outputs || scene.classes.length < 3 || low !== 0 || high !== 1)
    return null;
  return slotsOf(scene)[unit] ?? null;
}

export function colourOf(scene: Scene, map: Piece | undefined, y: number, theme: Theme): string {
  const slot = slotsOf(scene)[Math.round(y)] ?? y;
  if (scene.classes.length > 2 || (scene.classes.length === 2 && slot === PLAIN))
    return classInk(theme, slot);
  if (scene.classes.length === 2) return slot > 0.5 ? INK[theme].one : INK[theme].zero;
  if (scene.kind === "line") return INK[theme].one; // its height says it already
  const [low, high] = [map?.low ?? 0, map?.high ?? 1];
  return shade(theme, (2 * (y - low)) / (high - low || 1) - 1);
}

interface Ring {
  x: number;
  y: number;
  wide: number;
  name: string; // of the chosen one
  colour: string;
}

function ringsOf(scene: Scene, map: Piece | undefined, place: Place, look: Look, r: number) {
  const most = Math.max(1e-300, ...[...look.rings.values()].map(Math.abs));
  const found: Ring[] = [];
  for (const [part, points] of Object.entries(scene.parts)) {
    points.rows.forEach((row, k) => {
      const share = part === "train" ? look.rings.get(row) : undefined;
      const isChosen = look.chosen?.part === part && look.chosen.row === row;
      if (share === undefined && !isChosen) return;
      const [x, y] = spotOf(points, k);
      const wide = r + 2 + 5 * Math.sqrt(Math.abs(share ?? 0.3 * most) / most);
      const colour = colourOf(scene, map, points.y[k] ?? 0, look.theme);
      const name = isChosen ? `${part === "train" ? "point" : part} ${row}` : "";
      found.push({ x: place.x(x), y: place.y(y), wide, name, colour });
    });
  }
  return found.sort((a, b) => a.name.length - b.name.length); // the chosen one on top
}

function drawRings(
  context: CanvasRenderingContext2D,
  rings: readonly Ring[],
  r: number,
  ink: { ring: string; paper: string },
): void {
  for (const { x, y, wide, name, colour } of rings) {
    context.beginPath();
    context.arc(x, y, r + 0.6, 0, 7);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = ink.ring;
    context.lineWidth = name ? 3 : 1.5;
    context.beginPath();
    context.arc(x, y, wide, 0, 7);
    context.stroke();
    if (name) drawName(context, x, y, wide, name, ink);
  }
}

/** The name of the chosen point beside it, on the side that has room. */
function drawName(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  away: number,
  name: string,
  ink: { ring: string; paper: string },
): void {
  context.font = "600 12px system-ui, sans-serif";
  const wide = context.measureText(name).width + 12;
  const left =
    x + away + 4 + wide < context.canvas.clientWidth ? x + away + 4 : x - away - 4 - wide;
  context.fillStyle = ink.ring;
  context.beginPath();
  context.roundRect(left, y - 10, wide, 20, 4);
  context.fill();
  context.fillStyle = ink.paper;
  context.textBaseline = "middle";
  context.fillText(name, left + 6, y + 0.5);
}

/** The point nearest to a pixel, at most `reach` away. */
export function nearest(
  scene: Scene,
  place: Place,
  x: number,
  y: number,
  reach = 12,
): { part: "train" | "validation" | "test"; row: number } | null {
  let [best, found] = [reach, null as ReturnType<typeof nearest>];
  for (const [part, points] of Object.entries(scene.parts)) {
    points.rows.forEach((row, k) => {
      const [vx, vy] = spotOf(points, k);
      const away = Math.hypot(place.x(vx) - x, place.y(vy) - y);
      if (away < best) [best, found] = [away, { part: part as "train", row }];
    });
  }
  return found;
}
