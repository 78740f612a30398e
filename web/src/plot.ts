import { computed } from "@preact/signals";
import uPlot from "uplot";
import {
  joined,
  judged,
  marksOf,
  type Points,
  roundSteps,
  type Stretch,
  stretches,
} from "./curves";
import { short } from "./format";
import { type Ink, type Marks, Pen } from "./marks";
import { zoomed } from "./projector";
import { pending, store, theme } from "./state";
import { curveWith } from "./take/curve";
import { painters } from "./take/recorder";

/** Of the shown state, as long as there is no curve. */
export const startError = computed(() => {
  const { test, train } = store.head.value?.losses ?? {};
  return store.newest.value === 0 ? (test ?? train ?? null) : null;
});

/** Pixels behind the newest step, for the curves' names. */
function room(): number {
  if ((store.session.peek()?.branches.length ?? 0) > 1) return 44;
  const points = Object.values(store.curves.peek())[0];
  return points && judged(points)[0] === "validation" ? 86 : 72;
}

/** uPlot with the curves of all branches, and what stands over them.
 *
 * Where the page is magnified the plot is not, or it would be as soft as any picture: it is laid
 * out `zoom` times as large instead. Sizes in the options are those of the magnified page. */
export class Plot {
  private plot: uPlot | null = null;
  private zoom = 1;
  private shape = "";
  hovered: number | null = null;

  constructor(private readonly box: HTMLElement) {}

  /** New points; a new plot only where the branches, or the colours, are others. */
  show(): void {
    const session = store.session.peek();
    const curves = store.curves.peek();
    const drawn = stretches(session?.branches ?? [], session?.branch ?? "").filter(
      (each) => each.name in curves,
    );
    const first = session?.branches[0]?.name;
    this.zoom = zoomed();
    const shape = JSON.stringify([drawn, session?.branch, theme.peek(), this.zoom]);
    const found = joined(drawn.flatMap((each) => columns(each, curves[each.name])));
    const data = found[0]?.length ? found : [[0], ...found.slice(1).map(() => [null])];
    if (this.plot && shape === this.shape) {
      this.plot.setData(data as uPlot.AlignedData);
      return;
    }
    this.close();
    this.shape = shape;
    const options = this.options(drawn, first ?? "");
    const plot = new uPlot(options, data as uPlot.AlignedData, this.box);
    this.plot = plot;
    painters.set(plot.ctx.canvas, (_, context) =>
      curveWith(context, plot, drawn, first ?? "", inks(), this.marks(), this.zoom),
    );
  }

  move(): void {
    this.plot?.redraw(false, false);
  }

  resize(): void {
    this.plot?.setSize(this.size());
  }

  close(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  /** The step at a place of the screen, among those that were reached. */
  stepAt(clientX: number): number | null {
    if (!this.plot) return null;
    const { left } = this.plot.over.getBoundingClientRect();
    const step = Math.round(this.plot.posToVal(clientX - left, "x"));
    return Math.max(0, Math.min(store.newest.peek(), step));
  }

  /** How many of the page's pixels an error lies from a place of the screen. */
  distance(error: number | null | undefined, clientY: number): number {
    if (!this.plot || !error) return Number.POSITIVE_INFINITY;
    const { top } = this.plot.over.getBoundingClientRect();
    return Math.abs(this.plot.valToPos(error, "y") - (clientY - top)) / this.zoom;
  }

  private size(): { width: number; height: number } {
    return {
      width: this.zoom * Math.max(120, this.box.clientWidth),
      height: this.zoom * Math.max(60, this.box.clientHeight),
    };
  }

  private options(drawn: readonly Stretch[], first: string): uPlot.Options {
    const [ink, { zoom }] = [inks(), this];
    const font = `${12 * zoom}px system-ui, sans-serif`;
    const axis = { stroke: ink.soft, font, ticks: { show: false }, gap: 5 * zoom };
    const pen = (plot: uPlot) => new Pen(plot, ink, this.marks(), zoom * uPlot.pxRatio);
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [8 * zoom, () => room() * zoom, 0, 0],
      scales: {
        x: { time: false, range: () => [0, reach()] },
        y: { distr: 3, range: (_, low, high) => rangeOf(low, high) },
      },
      axes: [
        {
          ...axis,
          size: 30 * zoom,
          grid: { show: false },
          border: { show: true, stroke: ink.rule, width: zoom },
          values: (_, ticks) => ticks.map(() => ""), // the pen writes them, around the present step
        },
        {
          ...axis,
          size: 52 * zoom,
          grid: { stroke: ink.rule, width: zoom },
          splits: (_, __, low, high) => marksOf(low, high),
          filter: (_, ticks) => ticks,
          values: (_, ticks) => ticks.map((each) => short(each)),
        },
      ],
      series: [{}, ...drawn.flatMap((each) => series(each, each.name !== first, ink, zoom))],
      hooks: {
        drawAxes: [(plot) => pen(plot).swings(drawn, first)],
        draw: [(plot) => pen(plot).draw()],
      },
    };
  }

  private marks(): Marks {
    const session = store.session.peek();
    const head = store.head.peek();
    const doctor = store.doctors.peek()[session?.branch ?? ""];
    return {
      step: store.step.peek(),
      newest: store.newest.peek(),
      shown: session?.branch ?? "",
      branches: session?.branches ?? [],
      curves: store.curves.peek(),
      findings: doctor?.findings ?? [],
      looked: doctor?.step ?? 0,
      hovered: this.hovered,
      asks: pending.peek()?.beside === "curve",
      ticks: roundSteps(reach()),
      pass: head?.epoch ? head.step / head.epoch : 0,
    };
  }
}

/** Whole powers of ten around the errors; without a curve around that of the start. */
function rangeOf(low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low !== null && high !== null) return uPlot.rangeLog(low, high, 10, true);
  const power = Math.ceil(Math.log10(Number(startError.peek()) || 1));
  return Number.isFinite(power) ? [10 ** (power - 2), 10 ** power] : [0.01, 1];
}

/** As far as is planned, or was reached. */
function reach(): number {
  const branches = store.session.peek()?.branches ?? [];
  const ends = branches.map((each) => Math.max(each.total, each.head));
  return Math.max(10, store.newest.peek(), ...ends);
}

/** Train, and the judged part; the axis is logarithmic, so 0 has no place. */
function columns(
  stretch: Stretch,
  points: Points | undefined,
): { x: readonly number[]; y: (number | null)[] }[] {
  if (!points) return [];
  const [name, errors] = judged(points);
  const within = (values: readonly (number | null)[]) =>
    values.map((each, k) => {
      const step = points.step[k] ?? 0;
      const isIn = step >= stretch.from && step <= stretch.to;
      return isIn && each !== null && each > 0 ? each : null;
    });
  const tests = name === "train" ? errors.map(() => null) : errors;
  return [points.train, tests].map((each) => ({ x: points.step, y: within(each) }));
}

function series(stretch: Stretch, isOther: boolean, ink: Ink, zoom: number): uPlot.Series[] {
  const { isPast } = stretch;
  const stroke = isOther ? ink.accent : isPast ? ink.ink : ink.soft;
  const common = { stroke, spanGaps: true, points: { show: false }, alpha: isPast ? 1 : 0.6 };
  return [
    { ...common, width: zoom },
    { ...common, width: 2.5 * zoom },
  ];
}

function inks(): Ink {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim() || "#808080";
  return {
    ink: of("--ink"),
    soft: of("--ink-3"),
    rule: of("--rule"),
    accent: of("--accent"),
    paper: of("--paper"),
    wash: of("--wash"),
  };
}
