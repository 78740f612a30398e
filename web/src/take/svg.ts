/** The elements of a picture that is taken away. All that is text is set as text, never as markup. */

export type Values = Readonly<Record<string, string | number | null | undefined>>;

const SPACE = "http://www.w3.org/2000/svg";

/** An element; numbers are rounded to a hundredth of a pixel, and what is null is left out. */
export function made<K extends keyof SVGElementTagNameMap>(
  name: K,
  values: Values,
  ...inside: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(values)) set(element, key, value);
  element.append(...inside.map((each) => (typeof each === "string" ? written(each) : each)));
  return element;
}

export function set(element: Element, name: string, value: Values[string]): void {
  if (value === null || value === undefined) return;
  element.setAttribute(name, typeof value === "number" ? rounded(value) : value);
}

export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** XML has no way to write some letters, not even as numbers. */
export function written(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
}

let reader: CanvasRenderingContext2D | null = null;

/** A context to measure letters and to read colours with. */
export function measuring(): CanvasRenderingContext2D | null {
  reader ??= document.createElement("canvas").getContext("2d");
  return reader;
}

/** Any colour of CSS as what every program reads: #rrggbb, and how much of it is seen. */
export function plain(colour: string): readonly [colour: string, opacity: number] {
  const context = measuring();
  if (!context) return [colour, 1];
  context.fillStyle = "#000000";
  context.fillStyle = colour;
  const read = String(context.fillStyle);
  if (read.startsWith("#")) return [read, 1];
  const [r = 0, g = 0, b = 0, a = 1] = (read.match(/[\d.]+/g) ?? []).map(Number);
  const hex = [r, g, b].map((each) => Math.round(each).toString(16).padStart(2, "0")).join("");
  return [`#${hex}`, a];
}

/** `fill` or `stroke` with its opacity; "none" where nothing would be seen. */
export function inked(what: "fill" | "stroke", colour: string, alpha = 1): Values {
  if (colour === "none" || !colour) return { [what]: "none" };
  const [hex, opacity] = plain(colour);
  const seen = opacity * alpha;
  if (seen === 0) return { [what]: "none" };
  return { [what]: hex, [`${what}-opacity`]: seen < 1 ? seen : null };
}
