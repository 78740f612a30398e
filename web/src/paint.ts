import { asCss, classShade, inkShade, SHADES, shades, shareShade, type Theme } from "./colour";
import type { Numbers } from "./frame";

/** Fill a canvas, a pixel a value: `colour` gives the bytes of a place in row-major order. */
function fill(
  canvas: HTMLCanvasElement,
  rows: number,
  columns: number,
  upwards: boolean,
  colour: (place: number) => number,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let r = 0; r < rows; r++) {
    const from = (upwards ? rows - 1 - r : r) * columns;
    for (let c = 0; c < columns; c++) pixels[r * columns + c] = colour(from + c);
  }
  context.putImageData(image, 0, 0);
}

/** A map of numbers between two ends; the rows of a map go from the lowest upwards. */
export function paintMap(
  canvas: HTMLCanvasElement,
  values: Numbers,
  rows: number,
  columns: number,
  ends: readonly [number, number],
  theme: Theme,
  upwards = true,
): void {
  if (values.length < rows * columns) return;
  const table = shades(theme);
  const scale = (SHADES - 1) / (ends[1] - ends[0] || 1);
  fill(canvas, rows, columns, upwards, (place) => {
    const shade = Math.round(((values[place] ?? 0) - ends[0]) * scale);
    return table[Math.max(0, Math.min(SHADES - 1, shade || 0))] ?? 0;
  });
}

/** A map of classes: the winner's colour, the fuller the larger its share. `slots`: the place of
 * each class among the colours. Of two classes the values are the shares of the second. */
export function paintClasses(
  canvas: HTMLCanvasElement,
  values: Numbers,
  shares: Numbers | undefined,
  rows: number,
  columns: number,
  theme: Theme,
  slots: readonly number[],
): void {
  if (values.length < rows * columns) return;
  const isPair = slots.length === 2;
  fill(canvas, rows, columns, true, (place) => {
    const value = values[place] ?? 0;
    const share = isPair ? Math.abs(2 * value - 1) : (shares?.[place] ?? 1);
    const winner = isPair ? Number(value > 0.5) : Math.round(value);
    return classShade(theme, slots[winner] ?? winner, share);
  });
}

/** A map of the share of one class, from 0 to `most`, in the colour of that class. */
export function paintShares(
  canvas: HTMLCanvasElement,
  values: Numbers,
  most: number,
  rows: number,
  columns: number,
  theme: Theme,
  slot: number,
): void {
  if (values.length < rows * columns) return;
  fill(canvas, rows, columns, true, (place) =>
    shareShade(theme, slot, (values[place] ?? 0) / most),
  );
}

/** A picture of the data, from 0 to 255: ink on paper, the first row on top. */
export function paintInk(
  canvas: HTMLCanvasElement,
  values: Numbers,
  rows: number,
  columns: number,
  theme: Theme,
): void {
  fill(canvas, rows, columns, false, (place) => inkShade(theme, (values[place] ?? 0) / 255));
}

/** How tall each bar is, in proportion; what is not 0 is a pixel at least. */
export function tallness(counts: Numbers, height: number): number[] {
  const most = Math.max(1, ...counts);
  return Array.from(counts, (count) => (count > 0 ? Math.max(1, (count / most) * height) : 0));
}

/** Bars of a histogram. The colour of each is its place between the ends of the map; sizes of
 * gradients, which are neither above nor below anything, are grey. */
export function paintBars(
  canvas: HTMLCanvasElement,
  counts: Numbers,
  theme: Theme,
  isGrey = false,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const table = shades(theme);
  const step = width / counts.length;
  for (const [k, tall] of tallness(counts, height).entries()) {
    context.fillStyle = asCss(isGrey ? inkShade(theme, 0.45) : barShade(table, k, counts.length));
    context.fillRect(k * step, height - tall, Math.max(1, step * 0.8), tall);
  }
}

/** A bar near 0 would be as pale as the paper: the middle of the map is left out. */
function barShade(table: Uint32Array, k: number, of: number): number {
  const t = (2 * k) / Math.max(1, of - 1) - 1;
  const seen = Math.sign(t || 1) * (0.34 + 0.66 * Math.abs(t));
  return table[Math.round(((seen + 1) / 2) * (SHADES - 1))] ?? 0;
}
