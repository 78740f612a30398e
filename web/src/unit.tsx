import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { InputName, OutputName } from "./called";
import { stroke } from "./colour";
import { isByClass, shareSlot, slotsOf } from "./dots";
import { askUnit, chosen } from "./follow";
import { short } from "./format";
import type { Piece } from "./frame";
import { isOneSquare, type Spot, unitName } from "./layout";
import { delayOf } from "./lines";
import { paintClasses, paintInk, paintMap, paintShares } from "./paint";
import type { Network } from "./protocol.gen";
import { ask, lines, magnified, marked, point, store, theme } from "./state";

export const HEAD = 60; // pixels above the units of a network's picture, and below them
export const FOOT = 50;
const BIAS = 4; // the bias of the full colour

interface UnitProps {
  network: Network;
  spot: Spot;
  size: number;
  place: string; // column and row
  isChosen: boolean;
  isAsked: boolean;
  isTight: boolean; // no room for more than its square
  isStrip: boolean; // others stand beside it
}

/** A unit: its small map as a button, and around it what there is room for. */
export function Unit(props: UnitProps) {
  const { network, spot, size, place, isTight } = props;
  const at = { network, spot, size };
  if (spot.layer < 0) return <Square {...props} />;
  return (
    <>
      <Square {...props} />
      {!isTight && !isNamed(network, spot) && <Numbered spot={spot} size={size} />}
      {!props.isStrip && isNamed(network, spot) && (
        <OutputName
          outputs={network.outputs}
          unit={spot.unit}
          left={spot.x + size / 2 + 5}
          top={spot.y + HEAD}
        />
      )}
      {!isTight && lines.value === "weights" && <Bias {...at} place={place} />}
      {lines.value === "gradients" && <Delta {...at} />}
      {!isTight && point.value && <Told {...at} />}
    </>
  );
}

/** Its answers as a small map; under the pointer it is magnified, a press asks about it. */
function Square({ network, spot, size, place, isChosen, isAsked, isTight, isStrip }: UnitProps) {
  const { layer, unit } = spot;
  const isOne = layer < 0 && isOneSquare(network);
  const name = isOne ? `${network.inputs.length} inputs` : unitName(network, layer, unit);
  const isOnly = layer === network.layers.length - 1 && network.outputs.length === 1;
  const show = () => {
    magnified.value = isOnly ? { layer: null, unit: 0 } : { layer, unit };
  };
  return (
    <button
      type="button"
      class={`unit${isChosen ? " chosen" : ""}${isAsked ? " on" : ""}`}
      data-spot={place}
      tabIndex={-1}
      aria-label={layer < 0 ? `Input ${name}` : `${name}: why does it answer so?`}
      title={isTight || layer < 0 || isNamed(network, spot) ? name : undefined}
      style={{
        left: `${spot.x - size / 2}px`,
        top: `${spot.y + HEAD - size / 2}px`,
        width: `${size}px`,
        height: `${size}px`,
      }}
      onPointerEnter={show}
      onFocus={show}
      onBlur={rest}
      onPointerLeave={rest}
      onClick={() => (layer >= 0 ? askUnit(layer, unit) : show())}
    >
      <Small network={network} spot={spot} />
      {layer < 0 && !isOne && !isStrip && (
        <InputName name={name} room={spot.x - size / 2 - 5} lines={size < 28 ? 1 : 2} />
      )}
    </button>
  );
}

function Small({ network, spot: { layer, unit } }: Pick<UnitProps, "network" | "spot">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = layer < 0 ? unit : (network.layers[layer]?.shown.indexOf(unit) ?? 0);
  useSignalEffect(() => {
    const pieces = store.picture.value?.pieces;
    if (canvas.current && pieces) paintUnit(canvas.current, layer, unit, shown, pieces);
  });
  return (
    <canvas
      ref={canvas}
      class={network.image ? "pixels" : ""}
      width={8}
      height={8}
      aria-hidden="true"
    />
  );
}

/** Whether it is one of several outputs: these are called by their names. */
function isNamed(network: Network, { layer }: Spot): boolean {
  return layer === network.layers.length - 1 && network.outputs.length > 1;
}

/** The number that words and formulas call it by, beside its upper corner, above all lines. */
function Numbered({ spot, size }: Pick<UnitProps, "spot" | "size">) {
  return (
    <span
      class="unit-number"
      aria-hidden="true"
      style={{ left: `${spot.x + size / 2 + 3}px`, top: `${spot.y + HEAD - size / 2}px` }}
    >
      {spot.unit}
    </span>
  );
}

function rest(): void {
  magnified.value = { layer: null, unit: 0 };
}

type AtUnit = Pick<UnitProps, "network" | "spot" | "size">;

/** A unit's bias: a small disc at its corner, to be asked about as a line is. */
function Bias({ network, spot, size, place }: AtUnit & { place: string }) {
  const disc = useRef<HTMLButtonElement>(null);
  const { layer, unit } = spot;
  const isOwn = network.layers[layer]?.params[`${layer}.b`]?.[0] === network.layers[layer]?.units;
  useSignalEffect(() => {
    const value = store.picture.value?.pieces.get(`${layer}.b`)?.values[unit] ?? 0;
    const colour = stroke(theme.value, value, BIAS).colour;
    const stands = !store.playing.value;
    if (!disc.current) return;
    disc.current.style.background = colour;
    const label = `bias of ${unitName(network, layer, unit)}: ${short(value)}`;
    if (stands) disc.current.setAttribute("aria-label", label);
  });
  if (!isOwn) return null;
  const address = `${layer}.b[${unit}]`;
  const show = () => {
    marked.value = address;
  };
  const leave = () => {
    marked.value = null;
  };
  return (
    <button
      type="button"
      ref={disc}
      class="bias"
      tabIndex={-1}
      data-to={place}
      data-address={address}
      style={{ left: `${spot.x - size / 2 + 2}px`, top: `${spot.y + HEAD + size / 2 - 2}px` }}
      onPointerEnter={show}
      onPointerLeave={leave}
      onFocus={show}
      onBlur={leave}
      onClick={() => ask(address)}
    />
  );
}

/** How much the loss moves with a unit's sum: colour for the sign, size for the size. */
function Delta({ network, spot, size }: AtUnit) {
  const disc = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    const pieces = store.picture.value?.pieces;
    const block = chosen.value && pieces?.has("0.sample.delta") ? "sample.delta" : "delta";
    const value = pieces?.get(`${spot.layer}.${block}`)?.values[spot.unit] ?? 0;
    const share = Math.sqrt(Math.abs(value) / (greatest(network, pieces, block) || 1));
    const element = disc.current;
    if (!element) return;
    const wide = 3 + share * Math.min(14, size * 0.6);
    element.style.width = element.style.height = `${wide.toFixed(1)}px`;
    element.style.background = stroke(theme.value, Math.sign(value) * share, 1).colour;
    element.title = `delta ${short(value)}`;
    element.dataset.value = String(value);
  });
  const flows = store.playing.value ? "" : ` flow-${store.step.value % 2}`;
  return (
    <span class={flows}>
      <i
        ref={disc}
        class="delta line"
        style={{
          left: `${spot.x + size / 2}px`,
          top: `${spot.y + HEAD}px`,
          animationDelay: `${delayOf(network, spot.layer)}ms`,
        }}
      />
    </span>
  );
}

let counted: readonly [ReadonlyMap<string, Piece> | undefined, string, number] = [undefined, "", 0];

/** The largest delta of the frame: looked for once, for all units. */
function greatest(
  network: Network,
  pieces: ReadonlyMap<string, Piece> | undefined,
  block: string,
): number {
  if (counted[0] === pieces && counted[1] === block) return counted[2];
  let most = 0;
  network.layers.forEach((_, l) => {
    for (const value of pieces?.get(`${l}.${block}`)?.values ?? [])
      most = Math.max(most, Math.abs(value));
  });
  counted = [pieces, block, most];
  return most;
}

/** Beside a unit, for the chosen row: what it answers, or its delta; below the last ones. */
function Told({ network, spot, size }: AtUnit) {
  const element = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const isDelta = lines.value === "gradients";
    const block = isDelta ? "sample.delta" : "sample.a";
    const value = store.picture.value?.pieces.get(`${spot.layer}.${block}`)?.values[spot.unit];
    if (!element.current) return;
    const few = value === undefined ? undefined : Number(value.toPrecision(isDelta ? 2 : 3));
    element.current.textContent = few === undefined ? "" : short(few);
  });
  const isLast = spot.layer === network.layers.length - 1;
  const far = size / 2 + (lines.value === "gradients" ? 10 : 3);
  const left = isLast ? spot.x : spot.x + far;
  const top = spot.y + HEAD + (isLast ? size / 2 + 9 : 0);
  return (
    <span
      ref={element}
      class={isLast ? "told last" : "told"}
      style={{ left: `${left}px`, top: `${top}px` }}
    />
  );
}

/** A unit's answers over the plane; or, where the inputs are pixels, its weights as a picture. */
function paintUnit(
  canvas: HTMLCanvasElement,
  layer: number,
  unit: number,
  shown: number,
  pieces: ReadonlyMap<string, Piece>,
): void {
  const row = pieces.get("sample.pixels");
  if (layer < 0 && row) {
    paintInk(canvas, row.values, row.shape[0] ?? 1, row.shape[1] ?? 1, theme.value);
    return;
  }
  const images = pieces.get(`${layer}.image`);
  const maps = images ?? pieces.get(layer < 0 ? "inputs.map" : `${layer}.map`);
  if (!maps) return;
  const [count = 0, first = 1, second] = maps.shape;
  const [rows, columns] = second === undefined ? [1, first] : [first, second];
  if (shown >= count) return;
  const values = maps.values.subarray(shown * rows * columns, (shown + 1) * rows * columns);
  const [scene, network] = [store.scene.value, store.network.value];
  const last = (network?.layers.length ?? 0) - 1;
  const slot = images ? null : shareSlot(scene, last, layer, unit, maps);
  const isPair = scene?.classes.length === 2 && isByClass(scene) && !images;
  if (slot !== null) paintShares(canvas, values, 255, rows, columns, theme.value, slot);
  else if (scene && isPair && layer === last && network?.outputs.length === 1)
    paintClasses(
      canvas,
      Float32Array.from(values, (each) => each / 255),
      undefined,
      rows,
      columns,
      theme.value,
      slotsOf(scene),
    );
  else paintMap(canvas, values, rows, columns, [0, 255], theme.value, !images);
}
