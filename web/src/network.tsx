import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { change } from "./branches";
import { stroke } from "./colour";
import { lowered, short } from "./format";
import type { Piece } from "./frame";
import { laidOut, linesOf, type Spot } from "./layout";
import { paintBars, paintMap } from "./paint";
import type { Network } from "./protocol.gen";
import { ask, asked, hidden, lines, magnified, marked, store, theme } from "./state";

const FULL = 6; // the weight whose line is widest

/** The network: lines for weights or gradients, a small map in every unit. */
export function NetworkView() {
  const network = store.network.value;
  return (
    <section class="network" aria-label="Network">
      <div class="caption">
        <h2>Network</h2>
        <div class="segments" role="group" aria-label="Lines show">
          {(["weights", "gradients"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={lines.value === each}
              onClick={() => {
                lines.value = each;
              }}
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      {network && <Drawing key={store.session.value?.session} network={network} />}
      <p class="under">
        <b>{marked.value ? <Marked address={marked.value} /> : "Click any line to ask why."}</b>
        <span class="legend">
          <i class="below" /> below 0 <i class="above" /> above 0
        </span>
      </p>
    </section>
  );
}

function Marked({ address }: { address: string }) {
  const match = /^(\d+)\.W\[(\d+),(\d+)\]$/.exec(address);
  const piece = match && store.picture.value?.pieces.get(`${match[1]}.W`);
  if (!match || !piece) return <>{address}</>;
  const place = Number(match[2]) * (piece.shape[1] ?? 1) + Number(match[3]);
  return (
    <>
      {address} is {short(piece.values[place])}. Click: why?
    </>
  );
}

function useSize(): [{ current: HTMLDivElement | null }, number, number] {
  const box = useRef<HTMLDivElement | null>(null);
  const [size, set] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => set([element.clientWidth, element.clientHeight]));
    watcher.observe(element);
    set([element.clientWidth, element.clientHeight]);
    return () => watcher.disconnect();
  }, []);
  return [box, size[0], size[1]];
}

function Drawing({ network }: { network: Network }) {
  const [box, width, height] = useSize();
  const layout = useMemo(
    () => laidOut(network, width || 400, Math.max(60, (height || 400) - HEAD - FOOT)),
    [network, width, height],
  );
  const last = network.layers.length - 1;
  const chosen = { layer: magnified.value.layer ?? last, unit: magnified.value.unit };
  return (
    <div class="drawing" ref={box} onKeyDown={walkUnits}>
      <Lines network={network} layout={layout} chosen={chosen} width={width} height={height} />
      {layout.spots.map((column, c) => (
        <div key={c}>
          <Heading network={network} layer={c - 1} x={column[0]?.x ?? 0} />
          {column.map((spot) => (
            <Unit
              key={`${spot.layer} ${spot.unit}`}
              network={network}
              spot={spot}
              size={layout.size}
              column={c}
              isChosen={chosen.layer === spot.layer && chosen.unit === spot.unit}
            />
          ))}
          {c > 0 && !hidden.value.has("spread") && <Spread layer={c - 1} x={column[0]?.x ?? 0} />}
        </div>
      ))}
    </div>
  );
}

const HEAD = 46; // pixels above the units, and below them
const FOOT = 36;

/** Arrow keys walk from unit to unit. */
function walkUnits(event: KeyboardEvent): void {
  const on = event.target instanceof HTMLElement ? event.target.dataset : {};
  if (on.column === undefined || !/^Arrow/.test(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const [c, k] = [Number(on.column), Number(on.row)];
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
    event.key
  ] ?? [0, 0];
  const column = document.querySelectorAll<HTMLElement>(`.unit[data-column="${c + (by[0] ?? 0)}"]`);
  column[Math.max(0, Math.min(column.length - 1, k + (by[1] ?? 0)))]?.focus();
}

function Heading({ network, layer, x }: { network: Network; layer: number; x: number }) {
  const isLast = layer === network.layers.length - 1;
  const units = layer < 0 ? network.inputs.length : (network.layers[layer]?.units ?? 0);
  const hiddenField = store.form.value?.fields.find((each) => each.name === "hidden");
  const layers = (hiddenField?.value ?? []) as readonly (readonly [number, string])[];
  const put = (by: number) =>
    change({
      hidden: layers.map(([n, a], k) => [k === layer ? n + by : n, a]),
    });
  return (
    <div class="heading" style={{ left: `${x}px` }}>
      <b>{layer < 0 ? "inputs" : isLast ? "output" : `layer ${layer + 1}`}</b>
      <span>
        {layer >= 0 && !isLast && hiddenField && (
          <button
            type="button"
            class="small"
            aria-label={`One unit less in layer ${layer + 1}`}
            disabled={units <= 1}
            onClick={() => put(-1)}
          >
            −
          </button>
        )}
        {units}
        {layer >= 0 && !isLast && hiddenField && (
          <button
            type="button"
            class="small"
            aria-label={`One unit more in layer ${layer + 1}`}
            onClick={() => put(1)}
          >
            +
          </button>
        )}
      </span>
    </div>
  );
}

interface LinesProps {
  network: Network;
  layout: ReturnType<typeof laidOut>;
  chosen: { layer: number; unit: number };
  width: number;
  height: number;
}

/** Widths and colours are set on the elements themselves: 60 times a second is no work for a tree. */
function Lines({ network, layout, chosen, width, height }: LinesProps) {
  const group = useRef<SVGGElement>(null);
  const found = useMemo(
    () => linesOf(network, layout, chosen),
    [network, layout, chosen.layer, chosen.unit],
  );
  const key = asked.value?.address ?? "";
  const colour = () => {
    const pieces = store.picture.value?.pieces;
    const shows = lines.value === "gradients" ? ".grad" : "";
    const most = shows ? largest(network, pieces) : FULL;
    const paths = group.current?.querySelectorAll<SVGPathElement>("path.line");
    const look = theme.value;
    found.forEach((line, k) => {
      const value = pieces?.get(`${line.name}${shows}`)?.values[line.place] ?? 0;
      const seen = shows ? Math.sign(value) * Math.sqrt(Math.abs(value) / most) * FULL : value;
      const { colour, width } = stroke(look, seen, FULL);
      const path = paths?.[k];
      path?.setAttribute("stroke", colour);
      path?.setAttribute("stroke-width", width.toFixed(2));
    });
  };
  useSignalEffect(colour);
  useLayoutEffect(colour, [found]);
  return (
    <svg class="lines" width={width} height={height} aria-hidden="true">
      <g
        ref={group}
        class={found.some((each) => each.address === marked.value) ? "dims" : ""}
        transform={`translate(0 ${HEAD})`}
      >
        {found.map((line) => {
          const over = {
            onPointerEnter: () => {
              marked.value = line.address;
            },
            onPointerLeave: () => {
              marked.value = null;
            },
            onClick: () => ask(line.address),
          };
          const isOn = line.address === marked.value || line.address === key;
          return (
            <g key={line.address} class={isOn ? "on" : ""}>
              {isOn && <path class="halo" d={line.path} />}
              <path class="line" d={line.path} />
              <path class="finger" data-address={line.address} d={line.path} {...over} />
            </g>
          );
        })}
      </g>
    </svg>
  );
}

function largest(network: Network, pieces: ReadonlyMap<string, Piece> | undefined): number {
  let most = 1e-300;
  network.layers.forEach((_, l) => {
    for (const value of pieces?.get(`${l}.W.grad`)?.values ?? [])
      most = Math.max(most, Math.abs(value));
  });
  return most;
}

interface UnitProps {
  network: Network;
  spot: Spot;
  size: number;
  column: number;
  isChosen: boolean;
}

function Unit({ network, spot, size, column, isChosen }: UnitProps) {
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
function Spread({ layer, x }: { layer: number; x: number }) {
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
