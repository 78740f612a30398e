import type { Numbers } from "./frame";

/** Pieces of the line where a map crosses a level, as x, y, x, y from 0 to 1, y downwards.
 *
 * Each square between four neighbouring values is cut straight: that is finer than a pixel is. */
export function crossings(
  values: Numbers,
  rows: number,
  columns: number,
  level: number,
): readonly (readonly [number, number, number, number])[] {
  const found: (readonly [number, number, number, number])[] = [];
  const at = (r: number, c: number) => (values[r * columns + c] ?? 0) - level;
  const x = (c: number) => (c + 0.5) / columns;
  const y = (r: number) => 1 - (r + 0.5) / rows;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const [a, b, d, e] = [at(r, c), at(r, c + 1), at(r + 1, c), at(r + 1, c + 1)];
      const ends: number[] = [];
      if (a > 0 !== b > 0) ends.push(x(c + a / (a - b)), y(r));
      if (a > 0 !== d > 0) ends.push(x(c), y(r + a / (a - d)));
      if (b > 0 !== e > 0) ends.push(x(c + 1), y(r + b / (b - e)));
      if (d > 0 !== e > 0) ends.push(x(c + d / (d - e)), y(r + 1));
      for (let k = 0; k + 3 < ends.length; k += 4) {
        const [p = 0, q = 0, s = 0, t = 0] = ends.slice(k, k + 4);
        found.push([p, q, s, t]);
      }
    }
  }
  return found;
}
