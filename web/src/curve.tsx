import { signal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { errorOf, errorsAt } from "./errors";
import { grouped, short } from "./format";
import { Plot, startError } from "./plot";
import { zoomed } from "./projector";
import { askError, store, theme } from "./state";

const NEAR = 7; // pixels from a curve at which a click means its point
const STILL = 3; // pixels a finger may move and still click

const hovered = signal<number | null>(null);

/** The error curve is the slider of time: drag along it, or use the arrows. */
export function ErrorCurve() {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const from = useRef<{ x: number; y: number; moved: boolean } | null>(null);
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
    void [store.step.value, store.newest.value, store.doctors.value];
    if (plot.current) plot.current.hovered = hovered.value;
    plot.current?.move();
  });
  const seek = (event: PointerEvent) => {
    const step = plot.current?.stepAt(event.clientX) ?? null;
    if (step !== null) store.seek(step);
  };
  const grab = (event: PointerEvent) => {
    from.current = { x: event.clientX, y: event.clientY, moved: false };
    box.current?.setPointerCapture(event.pointerId);
    hovered.value = null;
    seek(event);
  };
  const move = (event: PointerEvent) => {
    const start = from.current;
    if (!start) {
      hovered.value = store.newest.value ? (plot.current?.stepAt(event.clientX) ?? null) : null;
      return;
    }
    start.moved ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL;
    if (start.moved) seek(event);
  };
  const drop = (event: PointerEvent) => {
    const start = from.current;
    from.current = null;
    const step = plot.current?.stepAt(event.clientX) ?? null;
    if (!start || start.moved || step === null) return;
    const found = errorsAt(step);
    const near = (error: number | null) =>
      (plot.current?.distance(error, event.clientY) ?? NEAR) < NEAR;
    const part = found && (near(found.judged) ? found.name : near(found.train) ? "train" : null);
    if (part) askError(part);
  };
  const { step, newest } = store;
  const error = errorOf(store.session.value?.branch ?? "")?.error;
  return (
    <div class="curve">
      <div class="caption">
        <h2>Error</h2>
        {hovered.value === null && <span class="wide">log</span>}
        <Words />
      </div>
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
        onPointerDown={grab}
        onPointerMove={move}
        onPointerUp={drop}
        onPointerCancel={() => {
          from.current = null;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          askError();
        }}
      />
      {newest.value === 0 && (
        <p class="empty">The error draws itself here. Drag along it later to go back in time.</p>
      )}
    </div>
  );
}

/** One line: what is under the pointer, or what can be done here. */
function Words() {
  const at = hovered.value === null ? null : errorsAt(hovered.value);
  if (at) {
    const judged = at.name === "train" ? "" : `${at.name} ${short(at.judged)}, `;
    return (
      <span class="hovered">
        step {grouped(at.step)}: {judged}train {short(at.train)}. Click it: why?
      </span>
    );
  }
  if (store.newest.value === 0) return null;
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
