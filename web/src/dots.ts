import { shade, type Theme } from "./colour";
import type { Frame, Piece } from "./frame";
import type { Points, Scene } from "./protocol.gen";

const INK = {
  light: { zero: "#8a4700", one: "#3a3fa3", paper: "#ffffff", rim: "#1b1c1f", ring: "#00756a" },
  dark: { zero: "#ffc893", one: "#c3c8ff", paper: "#15171b", rim: "#e9eaec", ring: "#46c9b4" },
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

/** All points: test hollow, wrong ones with a dark rim, those of the batch that pull ringed. */
export function drawDots(
  context: CanvasRenderingContext2D,
  scene: Scene,
  frame: Frame,
  place: Place,
  look: Look,
): void {
  const ink = INK[look.theme];
  const map = frame.pieces.get("map");
  for (const [name, points] of Object.entries(scene.parts)) {
    if (name === "test" && look.hideTest) continue;
    const right = frame.pieces.get(`${name}.right`)?.values;
    points.y.forEach((y, k) => {
      const [vx, vy] = spotOf(points, k);
      const [x, y_] = [place.x(vx), place.y(vy)];
      const isWrong = right?.[k] === 0;
      context.beginPath();
      context.arc(x, y_, isWrong ? 4 : 3.5, 0, 7);
      context.fillStyle = colourOf(scene, map, y, look.theme);
      context.fill();
      const isPale = scene.classes.length > 2; // some of many colours are those of the paper
      context.lineWidth = isWrong ? (isPale ? 2.5 : 1.5) : 1;
      context.strokeStyle = isWrong || isPale ? ink.rim : ink.paper;
      context.stroke();
      if (name !== "train") {
        context.beginPath();
        context.arc(x, y_, 1.4, 0, 7);
        context.fillStyle = ink.paper;
        context.fill();
      }
    });
  }
  drawRings(context, scene, place, look, ink.ring);
}

function colourOf(scene: Scene, map: Piece | undefined, y: number, theme: Theme): string {
  if (scene.classes.length === 2) return y > 0.5 ? INK[theme].one : INK[theme].zero;
  const [low, high] =
    scene.classes.length > 2 ? [0, scene.classes.length - 1] : [map?.low ?? 0, map?.high ?? 1];
  return shade(theme, (2 * (y - low)) / (high - low || 1) - 1);
}

function drawRings(
  context: CanvasRenderingContext2D,
  scene: Scene,
  place: Place,
  look: Look,
  colour: string,
): void {
  const train = scene.parts.train;
  const most = Math.max(1e-300, ...[...look.rings.values()].map(Math.abs));
  context.strokeStyle = colour;
  for (const [part, points] of Object.entries(scene.parts)) {
    points.rows.forEach((row, k) => {
      const share = points === train ? look.rings.get(row) : undefined;
      const isChosen = look.chosen?.part === part && look.chosen.row === row;
      if (share === undefined && !isChosen) return;
      const [vx, vy] = spotOf(points, k);
      context.lineWidth = isChosen ? 3 : 1.8;
      context.beginPath();
      context.arc(place.x(vx), place.y(vy), 5.5 + 5 * Math.sqrt(Math.abs(share ?? 0) / most), 0, 7);
      context.stroke();
    });
  }
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
