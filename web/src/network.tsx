import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { change } from "./branches";
import { stroke } from "./colour";
import { short } from "./format";
import type { Piece } from "./frame";
import { laidOut, linesOf } from "./layout";
import type { Network } from "./protocol.gen";
import { ask, asked, hidden, lines, magnified, marked, store, theme } from "./state";
import { FOOT, HEAD, Spread, Unit } from "./unit";

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
  const last = network.layers.length - 1;
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
        class={classOf(found.some((each) => each.address === marked.value))}
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
            <g
              key={line.address}
              class={`${isOn ? "on " : ""}back-${last - Number.parseInt(line.name, 10)}`}
            >
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

/** Gradients light up from the output back, once a step, when it stands; two names begin it anew. */
function classOf(dims: boolean): string {
  const flows = lines.value === "gradients" && !store.playing.value;
  return `${dims ? "dims " : ""}${flows ? `flow-${store.step.value % 2}` : ""}`;
}

function largest(network: Network, pieces: ReadonlyMap<string, Piece> | undefined): number {
  let most = 1e-300;
  network.layers.forEach((_, l) => {
    for (const value of pieces?.get(`${l}.W.grad`)?.values ?? [])
      most = Math.max(most, Math.abs(value));
  });
  return most;
}
