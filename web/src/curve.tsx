import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { joined, type Points } from "./curves";
import { grouped, short } from "./format";
import { store, theme } from "./state";

/** The error curve is the slider of time: drag along it, or use the arrows. */
export function ErrorCurve() {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    const made = new Plot(box.current);
    plot.current = made;
    made.show();
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      made.close();
    };
  }, []);
  useSignalEffect(() => {
    // read here, so that this runs again when one of them changes
    void [store.curves.value, store.session.value, theme.value];
    plot.current?.show();
  });
  useSignalEffect(() => {
    void [store.step.value, store.newest.value, store.doctors.value];
    plot.current?.move();
  });
  const isEmpty = store.newest.value === 0;
  const session = store.session.value;
  return (
    <div class="curve">
      <div class="caption">
        <h2>Error</h2>
        <span>{session?.loss ?? ""}, log</span>
        <span class="wide">
          {isEmpty
            ? ""
            : store.step.value < store.newest.value
              ? "In the past. Play repeats it, bit for bit."
              : "Drag it to go back in time."}
        </span>
      </div>
      <div
        class="plot"
        ref={box}
        role="slider"
        tabIndex={0}
        aria-label="Time: the step that is shown"
        aria-valuemin={0}
        aria-valuemax={store.newest.value}
        aria-valuenow={store.step.value}
        aria-valuetext={`step ${grouped(store.step.value)} of ${grouped(store.newest.value)}, error ${short(store.head.value?.losses.test ?? store.head.value?.losses.train)}`}
        onPointerDown={(event) => plot.current?.grab(event)}
        onPointerMove={(event) => plot.current?.drag(event)}
        onPointerUp={() => plot.current?.drop()}
        onPointerCancel={() => plot.current?.drop()}
      />
      {isEmpty && (
        <p class="empty">The error draws itself here. Drag along it later to go back in time.</p>
      )}
    </div>
  );
}

interface Ink {
  ink: string;
  soft: string;
  rule: string;
  accent: string;
}

/** uPlot with the curves of all branches, and the line of the present. */
class Plot {
  private plot: uPlot | null = null;
  private shape = "";
  private dragging = false;

  constructor(private readonly box: HTMLElement) {}

  /** New points; a new plot only where the branches, or the colours, are others. */
  show(): void {
    const session = store.session.peek();
    const curves = store.curves.peek();
    const names = session?.branches.map((each) => each.name).filter((name) => name in curves) ?? [];
    const shape = `${names.join()} ${session?.branch} ${theme.peek()}`;
    const found = joined(names.flatMap((name) => columns(curves[name])));
    const data = found[0]?.length ? found : [[0], ...found.slice(1).map(() => [null])];
    if (!this.plot || shape !== this.shape) {
      this.close();
      this.shape = shape;
      this.plot = new uPlot(
        this.options(names, session?.branch ?? ""),
        data as uPlot.AlignedData,
        this.box,
      );
    } else {
      this.plot.setData(data as uPlot.AlignedData);
    }
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

  grab(event: PointerEvent): void {
    this.dragging = true;
    this.box.setPointerCapture(event.pointerId);
    this.drag(event);
  }

  drag(event: PointerEvent): void {
    if (!this.dragging || !this.plot) return;
    const left = this.plot.over.getBoundingClientRect().left;
    const step = Math.round(this.plot.posToVal(event.clientX - left, "x"));
    store.seek(Math.max(0, Math.min(store.newest.peek(), step)));
  }

  drop(): void {
    this.dragging = false;
  }

  private size(): { width: number; height: number } {
    return {
      width: Math.max(120, this.box.clientWidth),
      height: Math.max(60, this.box.clientHeight),
    };
  }

  private options(names: readonly string[], shown: string): uPlot.Options {
    const ink = inks();
    const axis = {
      stroke: ink.soft,
      font: "12px system-ui",
      grid: { stroke: ink.rule, width: 1 },
      ticks: { stroke: ink.rule, width: 1 },
    };
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 12, 0, 0],
      scales: {
        x: { time: false, range: () => [0, reach()] },
        y: { distr: 3, range: (_, low, high) => rangeOf(low, high) },
      },
      axes: [
        { ...axis, size: 30, grid: { show: false }, values: (_, ticks) => ticks.map(grouped) },
        {
          ...axis,
          size: 52,
          values: (_, ticks) => ticks.map((each) => (each === null ? "" : short(each))),
        },
      ],
      series: [
        {},
        ...names.flatMap((name) =>
          pair(name === shown, names.length > 1 && name !== names[0], ink),
        ),
      ],
      hooks: { draw: [(plot) => this.mark(plot, ink)] },
    };
  }

  /** What the doctor found, at the step since which it holds. */
  private illnesses(plot: uPlot, ink: Ink, ratio: number): void {
    const { ctx, bbox } = plot;
    const findings = store.doctors.peek()[store.session.peek()?.branch ?? ""]?.findings ?? [];
    ctx.fillStyle = ink.soft;
    ctx.strokeStyle = ink.soft;
    ctx.lineWidth = ratio;
    ctx.font = `${12 * ratio}px system-ui`;
    for (const each of findings.slice(0, 3)) {
      const x = plot.valToPos(each.since_step, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + 10 * ratio);
      ctx.stroke();
      ctx.fillText(each.name, x + 4 * ratio, bbox.top + 11 * ratio);
    }
  }

  /** The line of the present, with its knob on the axis. */
  private mark(plot: uPlot, ink: Ink): void {
    const { ctx, bbox } = plot;
    const ratio = globalThis.devicePixelRatio || 1;
    const x = plot.valToPos(store.step.peek(), "x", true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = ink.accent;
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, bbox.top + bbox.height, 7 * ratio, 0, 7);
    ctx.fill();
    this.illnesses(plot, ink, ratio);
    ctx.restore();
  }
}

/** Whole powers of ten around the errors; something to look at where there are none yet. */
function rangeOf(low: number | null, high: number | null): uPlot.Range.MinMax {
  return low === null || high === null ? [0.01, 1] : uPlot.rangeLog(low, high, 10, true);
}

/** As far as is planned, or was reached. */
function reach(): number {
  const branches = store.session.peek()?.branches ?? [];
  return Math.max(
    10,
    store.newest.peek(),
    ...branches.map((each) => Math.max(each.total, each.head)),
  );
}

function positive(values: readonly (number | null)[]): (number | null)[] {
  return values.map((each) => (each !== null && each > 0 ? each : null)); // the axis is logarithmic
}

function columns(points: Points | undefined): { x: readonly number[]; y: (number | null)[] }[] {
  if (!points) return [];
  const judged = points.test.some((each) => each !== null) ? points.test : points.validation;
  return [
    { x: points.step, y: positive(points.train) },
    { x: points.step, y: positive(judged) },
  ];
}

function pair(isShown: boolean, isOther: boolean, ink: Ink): uPlot.Series[] {
  const stroke = isOther ? ink.accent : isShown ? ink.ink : ink.soft;
  const common = { stroke, spanGaps: true, points: { show: false }, alpha: isShown ? 1 : 0.65 };
  return [
    { ...common, width: 1 },
    { ...common, width: 2.5 },
  ];
}

function inks(): Ink {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim() || "#808080";
  return { ink: of("--ink"), soft: of("--ink-3"), rule: of("--rule"), accent: of("--accent") };
}
