import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { grouped, short } from "./format";
import type { Piece } from "./frame";
import { paintBars } from "./paint";
import { density } from "./projector";
import { lines, store, theme } from "./state";

const TALL = 26; // pixels of the bars

/** What is said of the bar under the pointer. */
export const counted = signal("");

/** The counts of a layer, and whether their edges are powers of ten. */
export function shown(layer: number): [Piece | undefined, boolean] {
  const isLog = lines.value === "gradients";
  const name = isLog ? `${layer}.grad.hist` : `${layer}.a.hist`;
  return [store.picture.value?.pieces.get(name), isLog];
}

function edge(value: number, isLog: boolean): string {
  return isLog ? short(10 ** value) : short(value);
}

/** A bar in words: "layer 1: 12 of 400 answers from 0.25 to 0.2917". */
export function told(layer: number, piece: Piece, bar: number, isLog: boolean): string {
  const all = [...piece.values].reduce((sum, each) => sum + each, 0);
  const at = (k: number) => piece.low + ((piece.high - piece.low) * k) / piece.values.length;
  const what = isLog ? "gradients" : "answers";
  const isFirst = isLog && bar === 0; // what is smaller is counted there, too
  const range = isFirst
    ? `up to ${edge(at(1), isLog)}`
    : `from ${edge(at(bar), isLog)} to ${edge(at(bar + 1), isLog)}`;
  return `Layer ${layer + 1}: ${grouped(piece.values[bar] ?? 0)} of ${grouped(all)} ${what} ${range}.`;
}

interface SpreadProps {
  layer: number;
  x: number;
  room: number;
}

/** How a layer's answers spread, or the sizes of its gradients, each bar ten times as far. */
export function Spread({ layer, x, room }: SpreadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ends = useRef<HTMLSpanElement>(null);
  const wide = Math.max(20, Math.min(72, room - 8));
  useSignalEffect(() => {
    const [piece, isLog] = shown(layer);
    if (!canvas.current || !ends.current || !piece) return;
    const ratio = density();
    canvas.current.width = Math.round(wide * ratio);
    canvas.current.height = Math.round(TALL * ratio);
    paintBars(canvas.current, piece.values, theme.value, isLog);
    const [low, high] = ends.current.children;
    const [lowest, highest] = endsOf(piece, isLog);
    if (low) low.textContent = lowest;
    if (high) high.textContent = highest;
    if (store.playing.value) return;
    const most = piece.values.indexOf(Math.max(...piece.values));
    canvas.current.setAttribute("aria-label", told(layer, piece, most, isLog));
  });
  const point = (event: PointerEvent) => {
    const [piece, isLog] = shown(layer);
    if (!piece) return;
    const bar = Math.floor((event.offsetX / wide) * piece.values.length);
    counted.value = told(layer, piece, Math.max(0, Math.min(piece.values.length - 1, bar)), isLog);
  };
  return (
    <div class="spread" style={{ left: `${x}px`, width: `${wide}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Layer ${layer + 1}: spread`}
        onPointerMove={point}
        onPointerLeave={() => {
          counted.value = "";
        }}
      />
      <span class="ends" ref={ends} aria-hidden="true">
        <span />
        <span />
      </span>
    </div>
  );
}

/** What stands at both ends of the axis. */
export function endsOf({ low, high }: Piece, isLog: boolean): readonly [string, string] {
  return isLog ? ["10⁻⁸", "10"] : [tick(low), tick(high)];
}

/** Two digits are enough at an axis. */
function tick(value: number): string {
  return short(Number(value.toPrecision(2)));
}
