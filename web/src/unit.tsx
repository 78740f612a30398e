import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { lowered, short } from "./format";
import type { Piece } from "./frame";
import type { Spot } from "./layout";
import { paintBars, paintMap } from "./paint";
import type { Network } from "./protocol.gen";
import { ask, lines, magnified, point, store, theme } from "./state";

export const HEAD = 46; // pixels above the units of a network's picture, and below them
export const FOOT = 36;

interface UnitProps {
  network: Network;
  spot: Spot;
  size: number;
  column: number;
  isChosen: boolean;
}

/** A unit as a button: its small map, magnified under the pointer. */
export function Unit({ network, spot, size, column, isChosen }: UnitProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { layer, unit } = spot;
  const shown = layer < 0 ? unit : (network.layers[layer]?.shown.indexOf(unit) ?? 0);
  useSignalEffect(() => {
    const pieces = store.picture.value?.pieces;
    if (canvas.current && pieces) paintUnit(canvas.current, network, layer, unit, shown, pieces);
  });
  const name =
    layer < 0
      ? lowered(network.inputs[unit] ?? "inputs")
      : layer === network.layers.length - 1
        ? (network.outputs[unit] ?? `output ${unit}`)
        : `unit ${unit} of layer ${layer + 1}`;
  const show = () => {
    magnified.value =
      layer === network.layers.length - 1 && network.outputs.length === 1
        ? { layer: null, unit: 0 }
        : { layer, unit };
  };
  return (
    <button
      type="button"
      class={isChosen ? "unit chosen" : "unit"}
      data-column={column}
      data-row={shown}
      aria-label={layer < 0 ? `Input ${name}` : `${name}: why does it answer so?`}
      style={{
        left: `${spot.x - size / 2}px`,
        top: `${spot.y + HEAD - size / 2}px`,
        width: `${size}px`,
        height: `${size}px`,
      }}
      onPointerEnter={show}
      onFocus={show}
      onPointerLeave={rest}
      onClick={() => (layer >= 0 ? ask(`${layer}.a[0,${unit}]`) : show())}
    >
      <canvas ref={canvas} width={8} height={8} aria-hidden="true" />
      {layer >= 0 && point.value && <span class="told">{short(point.value.a[layer]?.[unit])}</span>}
      {layer < 0 && (
        <span class="input-name">
          {network.inputs.length > 24 ? `${network.inputs.length} inputs` : name}
        </span>
      )}
    </button>
  );
}

function rest(): void {
  magnified.value = { layer: null, unit: 0 };
}

/** A unit's answers over the plane; or, where the inputs are a picture, its weights as one. */
function paintUnit(
  canvas: HTMLCanvasElement,
  network: Network,
  layer: number,
  unit: number,
  shown: number,
  pieces: ReadonlyMap<string, Piece>,
): void {
  const maps = pieces.get(layer < 0 ? "inputs.map" : `${layer}.map`);
  if (maps && maps.shape.length === 3) {
    const [count = 0, rows = 1, columns = 1] = maps.shape;
    if (shown >= count) return;
    const values = maps.values.subarray(shown * rows * columns, (shown + 1) * rows * columns);
    paintMap(canvas, values, rows, columns, [0, 255], theme.value);
    return;
  }
  const weights = pieces.get("0.W");
  if (layer !== 0 || !network.image || !weights) return;
  const [rows, columns] = network.image;
  const units = weights.shape[1] ?? 1;
  const values = new Float32Array(rows * columns);
  let most = 1e-9;
  for (let k = 0; k < values.length; k++) {
    values[k] = weights.values[k * units + unit] ?? 0;
    most = Math.max(most, Math.abs(values[k] ?? 0));
  }
  paintMap(canvas, values, rows, columns, [-most, most], theme.value, false);
}

/** How a layer's answers spread, or how its gradients do. */
export function Spread({ layer, x }: { layer: number; x: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const name = lines.value === "gradients" ? `${layer}.grad.hist` : `${layer}.a.hist`;
    const piece = store.picture.value?.pieces.get(name);
    if (canvas.current && piece) paintBars(canvas.current, piece.values, theme.value);
  });
  const says = lines.value === "gradients" ? "sizes of gradients, 10⁻⁸ to 10" : "spread of answers";
  return (
    <canvas
      ref={canvas}
      class="spread"
      style={{ left: `${x}px` }}
      width={76}
      height={24}
      role="img"
      aria-label={`Layer ${layer + 1}: ${says}`}
      title={says}
    />
  );
}
