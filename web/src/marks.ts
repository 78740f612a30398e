import type uPlot from "uplot";
import { judged, nearestPoint, type Points, type Stretch } from "./curves";
import { grouped } from "./format";
import { type Name, namesOf, type Written, written } from "./names";
import type { BranchState, Finding } from "./protocol.gen";

/** The colours of the curves and of what is drawn over them. */
export interface Ink {
  ink: string;
  soft: string;
  rule: string;
  accent: string;
  paper: string;
  wash: string;
}

/** What stands over the curves. */
export interface Marks {
  step: number;
  newest: number;
  shown: string;
  branches: readonly BranchState[];
  curves: Readonly<Record<string, Points>>;
  findings: readonly Finding[];
  looked: number; // up to which state the doctor has
  hovered: number | null;
  asks: boolean; // whether another future of the shown state is asked about
  ticks: readonly number[]; // steps that are named on the axis
  pass: number; // steps of one pass through the points
}

const KNOB = 7;
const LINE = 20; // pixels between two marks of the doctor
const MARGIN = 90; // pixels behind the axes that the names of curves may take

/** Draws over the curves in pixels of the page; the canvas has `ratio` times as many. */
export class Pen {
  private readonly context: CanvasRenderingContext2D;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;

  constructor(
    private readonly plot: uPlot,
    private readonly ink: Ink,
    private readonly marks: Marks,
    private readonly ratio: number,
  ) {
    this.context = plot.ctx;
    const { left, top, width, height } = plot.bbox;
    [this.left, this.top] = [left / this.ratio, top / this.ratio];
    this.right = this.left + width / this.ratio;
    this.bottom = this.top + height / this.ratio;
  }

  draw(): void {
    const { context } = this;
    context.save();
    context.scale(this.ratio, this.ratio);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    this.veil();
    this.steps();
    this.illnesses();
    this.forks();
    if (!this.marks.asks) this.ends();
    this.present();
    if (this.marks.asks) this.futures();
    if (this.marks.hovered !== null) this.hover(this.marks.hovered);
    context.restore();
  }

  /** Behind the curves: between which errors the judged part swung within a pass. */
  swings(drawn: readonly Stretch[], first: string): void {
    const { context } = this;
    context.save();
    context.scale(this.ratio, this.ratio);
    for (const each of drawn) {
      const points = this.marks.curves[each.name];
      const upper: [number, number][] = [];
      const lower: [number, number][] = [];
      points?.step.forEach((step, k) => {
        const [low, high] = [points.low[k], points.high[k]];
        if (step < each.from || step > each.to || !low || !high) return;
        const x = Math.max(this.x(each.from), this.x(step - this.marks.pass / 2)); // its middle
        upper.push([x, this.y(high)]);
        lower.unshift([x, this.y(low)]);
      });
      this.path([...upper, ...lower]);
      context.globalAlpha = each.isPast ? 0.22 : 0.12;
      context.fillStyle = each.name === first ? this.ink.soft : this.ink.accent;
      context.fill();
    }
    context.restore();
  }

  private x(step: number): number {
    return this.plot.valToPos(step, "x", true) / this.ratio;
  }

  private y(error: number): number {
    return this.plot.valToPos(error, "y", true) / this.ratio;
  }

  /** What was recorded behind the shown state stays, pale. */
  private veil(): void {
    const { context, marks } = this;
    if (marks.step >= marks.newest) return;
    context.globalAlpha = 0.55;
    context.fillStyle = this.ink.paper;
    const x = Math.max(this.left, this.x(marks.step));
    context.fillRect(x, this.top, this.right - x + MARGIN, this.bottom - this.top - 1);
    context.globalAlpha = 1;
  }

  /** What the doctor found, from the step since which it holds. */
  private illnesses(): void {
    const { context, marks, ink } = this;
    context.strokeStyle = context.fillStyle = ink.soft;
    context.lineWidth = 1.5;
    marks.findings.slice(0, 2).forEach((each, k) => {
      const until = Math.max(marks.looked, each.since_step);
      const [from, to] = [this.x(each.since_step), this.x(until)];
      const y = this.top + k * LINE;
      const width = context.measureText(each.name).width;
      const start = Math.max(this.left, Math.min(from, this.right + 40 - width));
      context.fillText(each.name, start, y + 1);
      this.path([
        [from, y + 14],
        [from, y + 9],
        [Math.max(to, from + 4), y + 9],
        [Math.max(to, from + 4), y + 14],
      ]);
      context.stroke();
    });
  }

  /** Where a branch left its parent. */
  private forks(): void {
    const { context, marks, ink } = this;
    for (const each of marks.branches) {
      if (!each.parent) continue;
      const error = this.errorOf(each.parent, each.step) ?? this.errorOf(each.name, each.step);
      if (error === null) continue;
      context.beginPath();
      context.arc(this.x(each.step), this.y(error), 4.5, 0, 7);
      context.fillStyle = ink.paper;
      context.fill();
      context.strokeStyle = ink.accent;
      context.lineWidth = 2;
      context.stroke();
    }
  }

  /** A name at the end of each curve. */
  private ends(): void {
    const { context, marks, ink } = this;
    const names = namesOf(marks.branches, marks.shown, marks.curves);
    const place = ({ step, error }: Name) => [this.x(step), this.y(error)] as const;
    const found = written(names, place, this.top + 4, this.bottom - 8);
    context.lineWidth = 1;
    context.strokeStyle = ink.soft;
    for (const { isLed, end, at } of found) {
      if (!isLed) continue;
      this.path([end, [at[0] - 3, at[1]]]);
      context.stroke();
    }
    for (const each of found) this.word(each);
  }

  private word({ text, at: [x, y], isBold }: Written): void {
    const { context, ink } = this;
    context.font = `${isBold ? "600 " : ""}12px system-ui, sans-serif`;
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = ink.paper;
    context.strokeText(text, x, y);
    context.fillStyle = isBold ? ink.ink : ink.soft;
    context.fillText(text, x, y);
    context.font = "12px system-ui, sans-serif";
  }

  /** The line of the present, with its knob and its step on the axis. */
  private present(): void {
    const { context, marks, ink } = this;
    const x = this.x(marks.step);
    context.strokeStyle = context.fillStyle = ink.accent;
    context.lineWidth = 2;
    this.path([
      [x, this.top - 6],
      [x, this.bottom],
    ]);
    context.stroke();
    const error = this.errorOf(marks.shown, marks.step);
    if (error !== null && marks.step > 0) this.dot(x, this.y(error), 4);
    this.dot(x, this.bottom, KNOB);
    this.below(x, grouped(marks.step));
  }

  /** From the present state on it is open how it goes: two ways lead away. */
  private futures(): void {
    const { context, marks, ink } = this;
    const error = this.errorOf(marks.shown, marks.step);
    if (error === null) return;
    const [x, y] = [this.x(marks.step), this.y(error)];
    context.strokeStyle = ink.accent;
    context.lineWidth = 2;
    context.setLineDash([5, 4]);
    for (const fall of [-1, 1]) {
      context.beginPath();
      context.moveTo(x + 6, y);
      context.bezierCurveTo(x + 24, y, x + 28, y + 20 * fall, x + 56, y + 22 * fall);
      context.stroke();
    }
    context.setLineDash([]);
    this.dot(x, y, 5.5);
  }

  /** The axis of steps; a number that would touch the present one is left out. */
  private steps(): void {
    const { context, marks, ink } = this;
    const wide = (text: string) => context.measureText(text).width / 2 + 8;
    const room = wide(grouped(marks.step)) + 2;
    context.fillStyle = ink.soft;
    context.textAlign = "center";
    const [first = 0, second = 1] = marks.ticks;
    const widest = Math.max(0, ...marks.ticks.map((each) => 2 * wide(grouped(each))));
    const every = Math.ceil(widest / (this.x(second) - this.x(first))) || 1;
    for (const [k, step] of marks.ticks.entries()) {
      if (k % every !== 0) continue;
      const text = grouped(step);
      const isFree = Math.abs(this.x(step) - this.x(marks.step)) > wide(text) + room - 8;
      if (isFree) context.fillText(text, this.x(step), this.bottom + 20);
    }
    context.textAlign = "left";
  }

  private below(x: number, text: string): void {
    const { context, ink } = this;
    context.font = "600 12px system-ui, sans-serif";
    context.fillStyle = ink.accent;
    context.textAlign = "center";
    context.fillText(text, x, this.bottom + 20);
    context.textAlign = "left";
  }

  /** The points of the curve under the pointer. */
  private hover(step: number): void {
    const { context, marks, ink } = this;
    const points = marks.curves[this.branchAt(step)];
    const k = points ? nearestPoint(points.step, step) : -1;
    if (!points || k < 0) return;
    const x = this.x(points.step[k] ?? 0);
    context.strokeStyle = ink.soft;
    context.lineWidth = 1;
    this.path([
      [x, this.top],
      [x, this.bottom],
    ]);
    context.stroke();
    for (const error of [points.train[k], judged(points)[1][k]])
      if (error) this.dot(x, this.y(error), 3.5);
  }

  private dot(x: number, y: number, radius: number): void {
    const { context, ink } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fillStyle = ink.accent;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = ink.paper;
    context.stroke();
  }

  private errorOf(name: string, step: number): number | null {
    const points = this.marks.curves[branchAt(this.marks.branches, name, step)];
    if (!points) return null;
    return judged(points)[1][nearestPoint(points.step, step)] || null;
  }

  private branchAt(step: number): string {
    return branchAt(this.marks.branches, this.marks.shown, step);
  }

  private path(places: readonly (readonly [number, number])[]): void {
    this.context.beginPath();
    for (const [x, y] of places) this.context.lineTo(x, y);
  }
}

/** Whose curve a step of a branch lies on: before its fork it is its parent's. */
export function branchAt(branches: readonly BranchState[], name: string, step: number): string {
  const here = branches.find((each) => each.name === name);
  if (!here?.parent || step > here.step) return name;
  return branchAt(branches, here.parent, step);
}
