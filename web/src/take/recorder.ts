import { inked, made, measuring, rounded, set, type Values } from "./svg";

/** How each canvas is painted whose picture is made of lines and not of pixels. */
export const painters = new WeakMap<
  HTMLCanvasElement,
  (canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) => void
>();

/** What a canvas shows, as elements; null where nobody said how it is painted. */
export function recorded(canvas: HTMLCanvasElement): SVGGElement | null {
  const paint = painters.get(canvas);
  if (!paint) return null;
  const recorder = new Recorder();
  const { clientWidth, clientHeight } = canvas;
  const context = recorder as unknown as CanvasRenderingContext2D;
  const { width, height } = canvas;
  const stand = { clientWidth, clientHeight, width, height, getContext: () => context };
  recorder.canvas = stand;
  paint(stand as unknown as HTMLCanvasElement, context);
  recorder.group.setAttribute("transform", `scale(${clientWidth / stand.width})`); // a painter may resize it
  return recorder.group;
}

const BASES = { middle: 0.35, top: 0.8, alphabetic: 0 } as const; // of the size of the letters
const ANCHORS = { center: "middle", right: "end", left: "start" } as const;

interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineJoin: string;
  globalAlpha: number;
  font: string;
  textAlign: keyof typeof ANCHORS;
  textBaseline: keyof typeof BASES;
}

/** A pen for what our painters call of a canvas: paths, discs, letters, pictures; it keeps elements. */
class Recorder implements Pen {
  readonly group = made("g", {});
  canvas: unknown = null;
  fillStyle = "#000000";
  strokeStyle = "#000000";
  lineWidth = 1;
  lineJoin = "miter";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign: keyof typeof ANCHORS = "left";
  textBaseline: keyof typeof BASES = "alphabetic";
  imageSmoothingEnabled = true;
  private path = "";
  private filled = ""; // the path of the last element, if that is without a rim
  private zoom = 1;
  private from: readonly [number, number] = [0, 0];
  private readonly kept: (Pen & { zoom: number; from: readonly [number, number] })[] = [];

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha } = this;
    const { font, textAlign, textBaseline, zoom, from } = this;
    const lines = { fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha };
    this.kept.push({ ...lines, font, textAlign, textBaseline, zoom, from });
  }

  restore(): void {
    Object.assign(this, this.kept.pop());
  }

  scale(by: number): void {
    this.zoom *= by;
  }

  setTransform(zoom: number, _: number, __: number, ___: number, x: number, y: number): void {
    this.zoom = zoom;
    this.from = [x, y];
  }

  clearRect(): void {} // each picture begins empty

  beginPath(): void {
    this.path = "";
    this.filled = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`;
  }

  /** Whole circles are all that is drawn. */
  arc(x: number, y: number, radius: number): void {
    const r = rounded(radius * this.zoom);
    const turn = (toX: number) => `A${r} ${r} 0 1 0 ${this.at(toX, y)}`;
    this.path += `M${this.at(x - radius, y)}${turn(x + radius)}${turn(x - radius)}Z`;
  }

  rect(x: number, y: number, width: number, height: number): void {
    const [right, bottom] = [x + width, y + height];
    const corners = [this.at(x, y), this.at(right, y), this.at(right, bottom), this.at(x, bottom)];
    this.path += `M${corners.join("L")}Z`;
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const [right, bottom, r] = [x + width, y + height, rounded(radius * this.zoom)];
    const turn = (toX: number, toY: number) => `A${r} ${r} 0 0 1 ${this.at(toX, toY)}`;
    this.path += [
      `M${this.at(x + radius, y)}L${this.at(right - radius, y)}${turn(right, y + radius)}`,
      `L${this.at(right, bottom - radius)}${turn(right - radius, bottom)}`,
      `L${this.at(x + radius, bottom)}${turn(x, bottom - radius)}`,
      `L${this.at(x, y + radius)}${turn(x + radius, y)}Z`,
    ].join("");
  }

  fill(): void {
    this.put(inked("fill", this.fillStyle, this.globalAlpha));
    this.filled = this.path;
  }

  /** What was filled just now gets its rim; other paths are a line alone. */
  stroke(): void {
    if (!this.path) return;
    const last = this.group.lastElementChild;
    if (this.filled !== this.path || !last) this.put({ fill: "none", ...this.line() });
    else for (const [name, value] of Object.entries(this.line())) set(last, name, value);
    this.filled = "";
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const before = this.path;
    this.path = "";
    this.rect(x, y, width, height);
    this.fill();
    this.path = before;
  }

  fillText(text: string, x: number, y: number): void {
    this.write(text, x, y, inked("fill", this.fillStyle, this.globalAlpha));
  }

  strokeText(text: string, x: number, y: number): void {
    this.write(text, x, y, { fill: "none", ...this.line() });
  }

  measureText(text: string): { width: number } {
    const context = measuring();
    if (!context) return { width: 6 * text.length };
    context.font = this.font;
    return context.measureText(text);
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const [left, top] = this.at(x, y).split(" ");
    const size = { width: width * this.zoom, height: height * this.zoom };
    const values = { x: left, y: top, ...size, preserveAspectRatio: "none" };
    this.group.append(made("image", { ...values, href: image.toDataURL() }));
  }

  private at(x: number, y: number): string {
    const [left, top] = this.from;
    return `${rounded(left + x * this.zoom)} ${rounded(top + y * this.zoom)}`;
  }

  private line(): Values {
    const round = this.lineJoin === "round" ? "round" : null;
    const width = this.lineWidth * this.zoom;
    const colour = inked("stroke", this.strokeStyle, this.globalAlpha);
    return { ...colour, "stroke-width": width, "stroke-linejoin": round };
  }

  private put(values: Values): void {
    if (this.path) this.group.append(made("path", { d: this.path, ...values }));
  }

  private write(text: string, x: number, y: number, values: Values): void {
    const [, weight, size = "10", family] =
      /^(?:(\w+) )?([\d.]+)px (.+)$/.exec(this.font) ?? ([] as string[]);
    const tall = Number(size) * this.zoom;
    const [left, top] = this.at(x, y).split(" ");
    const place = { x: left, y: Number(top) + BASES[this.textBaseline] * tall };
    const letters = { "font-size": tall, "font-weight": weight, "font-family": family };
    const anchor = ANCHORS[this.textAlign];
    const all = { ...place, ...letters, "text-anchor": anchor, ...values };
    this.group.append(made("text", all, text));
  }
}
