import type uPlot from "uplot";
import { marksOf, type Stretch } from "../curves";
import { short } from "../format";
import { type Ink, type Marks, Pen } from "../marks";

/** The curves with another pen than uPlot's own, which draws on its canvas alone. */
export function curveWith(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  drawn: readonly Stretch[],
  first: string,
  ink: Ink,
  marks: Marks,
  zoom: number,
): void {
  const other: uPlot = Object.create(plot, { ctx: { value: context } });
  const ratio = globalThis.devicePixelRatio || 1; // as uPlot's own
  const pen = new Pen(other, ink, { ...marks, hovered: null }, zoom * ratio);
  rules(context, plot, ink, zoom * ratio);
  pen.swings(drawn, first);
  for (const [k, series] of plot.series.entries()) if (k > 0) line(context, plot, series, k, ratio);
  context.globalAlpha = 1;
  pen.draw();
}

/** The axes: a rule and its error for each mark, and the line on which the steps stand. */
function rules(context: CanvasRenderingContext2D, plot: uPlot, ink: Ink, ratio: number): void {
  const { left, top, width, height } = plot.bbox;
  const { min = 1, max = 1 } = plot.scales.y ?? {};
  context.strokeStyle = ink.rule;
  context.fillStyle = ink.soft;
  context.lineWidth = ratio;
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const error of marksOf(min ?? 1, max ?? 1)) {
    const y = plot.valToPos(error, "y", true);
    if (y < top - 1 || y > top + height + 1) continue;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + width, y);
    context.stroke();
    const text = short(error);
    if (text) context.fillText(text, left - 8 * ratio, y);
  }
  context.textAlign = "left";
  context.beginPath();
  context.moveTo(left, top + height);
  context.lineTo(left + width, top + height);
  context.stroke();
}

/** One curve; where it has no point it goes on to the next. */
function line(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  series: uPlot.Series,
  k: number,
  ratio: number,
): void {
  const [steps, errors] = [plot.data[0], plot.data[k] ?? []];
  const colour = typeof series.stroke === "function" ? series.stroke(plot, k) : series.stroke;
  context.strokeStyle = colour ?? "#808080";
  context.lineWidth = (series.width ?? 1) * ratio;
  context.globalAlpha = series.alpha ?? 1;
  context.lineJoin = "round";
  context.beginPath();
  steps.forEach((step, at) => {
    const error = errors[at];
    if (typeof error === "number")
      context.lineTo(plot.valToPos(step, "x", true), plot.valToPos(error, "y", true));
  });
  context.stroke();
}
