import { signal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { errorOf, errorsAt } from "./errors";
import { grouped, short } from "./format";
import { Plot, startError } from "./plot";
import { zoomed } from "./projector";
import { askError, pending, store, theme } from "./state";

const NEAR = 7; // pixels from a curve at which a click means its point
const STILL = 3; // pixels a finger may move and still click

const hovered = signal<number | null>(null);
type Held = { readonly current: Plot | null };

/** The error curve with its caption, and what it is before there is one. */
export function ErrorCurve() {
  return (
    <div class="curve">
      <div class="caption">
        <h2>Error</h2>
        {hovered.value === null && <span class="wide quietly">log scale</span>}
        <Words />
      </div>
      <Slider />
      {store.newest.value === 0 && (
        <p class="empty">
          <span>The error draws itself here. Drag along it later to go back in time.</span>
        </p>
      )}
    </div>
  );
}

/** The error curve is the slider of time: drag along it, or use the arrows. */
function Slider() {
  const box = useRef<HTMLDivElement>(null);
  const plot = usePlot(box);
  const { step, newest } = store;
  const error = errorOf(store.session.value?.branch ?? "")?.error;
  return (
    <div
      class="plot"
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label="Time: the step that is shown"
      aria-valuemin={0}
      aria-valuemax={newest.value}
      aria-valuenow={step.value}
      aria-valuetext={`step ${grouped(step.value)} of ${grouped(newest.value)}, error ${short(error)}`}
      {...usePointer(plot)}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        askError();
      }}
    />
  );
}

/** The plot in a box, drawn again when what it shows changes. */
function usePlot(box: RefObject<HTMLDivElement | null>): Held {
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
    void [store.curves.value, store.session.value, theme.value, startError.value, zoomed()];
    plot.current?.show();
  });
  useSignalEffect(() => {
    void [store.step.value, store.newest.value, store.doctors.value, pending.value];
    if (plot.current) plot.current.hovered = hovered.value;
    plot.current?.move();
  });
  return plot;
}

/** Dragged, it leads through time; clicked near a curve, it asks for that error. */
function usePointer(plot: Held) {
  const from = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const stepAt = (event: PointerEvent) => plot.current?.stepAt(event.clientX) ?? null;
  const seek = (event: PointerEvent) => {
    const step = stepAt(event);
    if (step !== null) store.seek(step);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      from.current = { x: event.clientX, y: event.clientY, moved: false };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      hovered.value = null;
      seek(event);
    },
    onPointerMove: (event: PointerEvent) => {
      const start = from.current;
      if (!start) {
        hovered.value = store.newest.value ? stepAt(event) : null;
        return;
      }
      start.moved ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL;
      if (start.moved) seek(event);
    },
    onPointerUp: (event: PointerEvent) => {
      const [start, step] = [from.current, stepAt(event)];
      from.current = null;
      if (start && !start.moved && step !== null) askAt(step, plot.current, event.clientY);
    },
    onPointerCancel: () => {
      from.current = null;
    },
    onPointerLeave: () => {
      hovered.value = null;
    },
  };
}

/** Why is the error of a step what it is, if one of its points is near? */
function askAt(step: number, plot: Plot | null, y: number): void {
  const found = errorsAt(step);
  const near = (error: number | null) => (plot?.distance(error, y) ?? NEAR) < NEAR;
  const part = found && (near(found.judged) ? found.name : near(found.train) ? "train" : null);
  if (part) askError(part);
}

/** One line: what is under the pointer, or what can be done here. */
function Words() {
  const at = hovered.value === null ? null : errorsAt(hovered.value);
  if (at) {
    const judged = at.name === "train" ? "" : `${at.name} ${short(at.judged)}, `;
    return (
      <span class="hovered">
        step {grouped(at.step)}: {judged}training {short(at.train)}. Click it: why?
      </span>
    );
  }
  if (store.newest.value === 0) return null;
  const { state, why } = store.session.value ?? {};
  if (state === "ended" && why) return <span role="status">{why}</span>;
  const several = (store.session.value?.branches.length ?? 0) > 1;
  return (
    <span>
      {store.step.value < store.newest.value
        ? "In the past. Play repeats it, bit for bit."
        : several
          ? "One past, several futures. B switches."
          : "Drag it to go back in time."}
    </span>
  );
}
