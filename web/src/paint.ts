import { SHADES, shades, type Theme } from "./colour";
import type { Numbers } from "./frame";

/** Fill a canvas with a map, a pixel a value; the rows of a map go from the lowest upwards. */
export function paintMap(
  canvas: HTMLCanvasElement,
  values: Numbers,
  rows: number,
  columns: number,
  ends: readonly [number, number],
  theme: Theme,
  upwards = true,
): void {
  const context = canvas.getContext("2d");
  if (!context || values.length < rows * columns) return;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const table = shades(theme);
  const scale = (SHADES - 1) / (ends[1] - ends[0] || 1);
  for (let r = 0; r < rows; r++) {
    const from = (upwards ? rows - 1 - r : r) * columns;
    for (let c = 0; c < columns; c++) {
      const place = Math.round(((values[from + c] ?? 0) - ends[0]) * scale);
      pixels[r * columns + c] = table[Math.max(0, Math.min(SHADES - 1, place || 0))] ?? 0;
    }
  }
  context.putImageData(image, 0, 0);
}

/** Bars of a histogram, the colour of each is its place between the ends of the map. */
export function paintBars(canvas: HTMLCanvasElement, counts: Numbers, theme: Theme): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const most = Math.max(1, ...counts);
  const table = shades(theme);
  const step = width / counts.length;
  for (let k = 0; k < counts.length; k++) {
    const tall = ((counts[k] ?? 0) / most) * height;
    const packed = table[Math.round((k / Math.max(1, counts.length - 1)) * (SHADES - 1))] ?? 0;
    context.fillStyle = `rgb(${packed & 255} ${(packed >> 8) & 255} ${(packed >> 16) & 255})`;
    context.fillRect(k * step, height - tall, Math.max(1, step - 1), tall);
  }
}
