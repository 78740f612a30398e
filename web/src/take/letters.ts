import { inked, made, measuring, type Values } from "./svg";

/** A box in pixels of the picture. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Line {
  text: string;
  box: Box;
}

export type Boxed = (rect: DOMRect) => Box;

/** What stands in a text node, line by line as the browser broke it. */
function linesOf(node: Text, boxed: Boxed): Line[] {
  const found: Line[] = [];
  const range = document.createRange();
  for (const match of node.data.matchAll(/\S+/g)) {
    const [from, to] = [match.index, match.index + match[0].length];
    range.setStart(node, from);
    range.setEnd(node, to);
    const rects = range.getClientRects().length;
    for (const [start, end] of rects > 1 ? broken(node, range, from, to) : [[from, to] as const]) {
      range.setStart(node, start);
      range.setEnd(node, end);
      join(found, { text: node.data.slice(start, end), box: boxed(range.getBoundingClientRect()) });
    }
  }
  return found;
}

/** The pieces of a long word that stands in several lines. */
function broken(node: Text, range: Range, from: number, to: number): (readonly [number, number])[] {
  const found: [number, number][] = [];
  let before = Number.NaN;
  for (let k = from; k < to; k++) {
    range.setStart(node, k);
    range.setEnd(node, k + 1);
    const { top } = range.getBoundingClientRect();
    const last = found.at(-1);
    if (last && Math.abs(top - before) < 1) last[1] = k + 1;
    else found.push([k, k + 1]);
    before = top;
  }
  return found;
}

function join(lines: Line[], next: Line): void {
  const last = lines.at(-1);
  if (!last || Math.abs(last.box.top - next.box.top) > 1 || next.box.left < last.box.right - 1) {
    lines.push(next);
    return;
  }
  last.text += ` ${next.text}`;
  last.box.right = next.box.right;
}

/** A text node as text: each line where it stands, and as wide as it is here in every font. */
export function lettersOf(
  node: Text,
  style: CSSStyleDeclaration,
  boxed: Boxed,
  clip: Box,
): { box: Box; letters: SVGTextElement }[] {
  if (style.visibility === "hidden") return [];
  const isMath = node.parentElement?.namespaceURI === MATH;
  return linesOf(node, boxed).flatMap((line) => {
    const shown = cut(line, clip);
    return shown ? [{ box: shown.box, letters: lettersIn(shown, style, isMath) }] : [];
  });
}

const MATH = "http://www.w3.org/1998/Math/MathML";

function lettersIn({ text, box }: Line, style: CSSStyleDeclaration, isMath: boolean) {
  const shown = isMath ? leaning(text, style) : text;
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const fit = text.length > 1 ? box.right - box.left : null;
  const values: Values = {
    x: box.left,
    y: baseOf(box, shown, font, isMath),
    "font-size": Number.parseFloat(style.fontSize),
    "font-family": style.fontFamily === "math" ? MATH_FONTS : style.fontFamily,
    "font-weight": style.fontWeight === "400" ? null : style.fontWeight,
    "font-style": style.fontStyle === "normal" ? null : style.fontStyle,
    textLength: fit,
    lengthAdjust: fit === null ? null : "spacingAndGlyphs",
  };
  return made("text", { ...values, ...inked("fill", style.color) }, shown);
}

const MATH_FONTS = "math, Cambria Math, STIX Two Math, serif";

/** The line on which letters stand: boxes hold their font, but in a formula the ink alone. */
function baseOf({ top, bottom }: Box, text: string, font: string, isMath: boolean): number {
  const context = measuring();
  if (!context) return bottom;
  context.font = font;
  const found = context.measureText(text);
  const [up, down] = isMath
    ? [found.actualBoundingBoxAscent, found.actualBoundingBoxDescent]
    : [found.fontBoundingBoxAscent, found.fontBoundingBoxDescent];
  return (top + bottom - up - down) / 2 + up;
}

/** A single letter of a formula leans: MathML takes it from the mathematical letters of Unicode. */
function leaning(text: string, style: CSSStyleDeclaration): string {
  if (style.getPropertyValue("text-transform") !== "math-auto" || [...text].length !== 1)
    return text;
  const code = text.codePointAt(0) ?? 0;
  if (text === "h") return "\u210e";
  if (text === "∂") return "\u{1d715}";
  const row = LEANING.find(([from, to]) => code >= from && code <= to);
  return row ? String.fromCodePoint(row[2] + code - row[0]) : text;
}

/** From a letter to a letter, and where the leaning ones begin. */
const LEANING = [
  [0x41, 0x5a, 0x1d434],
  [0x61, 0x7a, 0x1d44e],
  [0x391, 0x3a9, 0x1d6e2],
  [0x3b1, 0x3c9, 0x1d6fc],
] as const;

/** What of a line lies within the box around it: cut at a letter, as the page cuts it. */
function cut(line: Line, clip: Box): Line | null {
  const { left, right, top, bottom } = line.box;
  const middle = (top + bottom) / 2;
  if (middle < clip.top || middle > clip.bottom || left > clip.right - 4 || right < clip.left)
    return null;
  if (right <= clip.right + 1) return line;
  const share = (clip.right - left) / (right - left);
  const letters = [...line.text];
  const kept = letters.slice(0, Math.max(1, Math.floor(letters.length * share) - 1)).join("");
  return { text: `${kept.trimEnd()}…`, box: { ...line.box, right: clip.right } };
}

/** A text in lines of at most that many pixels; of what is too long the beginning. */
export function wrapped(text: string, font: string, width: number, most: number): string[] {
  const context = measuring();
  if (!context) return [text];
  context.font = font;
  const fits = (line: string) => context.measureText(line).width <= width;
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (fits(longer)) lines[lines.length - 1] = longer;
    else if (lines.at(-1) === "") lines[lines.length - 1] = shortened(word, fits);
    else lines.push(shortened(word, fits));
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), shortened(`${lines[most - 1]} …`, fits)];
}

function shortened(word: string, fits: (text: string) => boolean): string {
  if (fits(word)) return word;
  let kept = [...word];
  while (kept.length > 1 && !fits(`${kept.join("")}…`))
    kept = kept.slice(0, Math.min(kept.length - 1, Math.ceil(kept.length * 0.9)));
  return `${kept.join("")}…`;
}
