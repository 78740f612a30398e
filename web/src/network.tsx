import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { change } from "./branches";
import { chosen } from "./follow";
import { short } from "./format";
import { Labels } from "./labels";
import {
  type About,
  aboutOf,
  type Chosen,
  type Column,
  type Layout,
  laidOut,
  nameOf,
  type Spot,
} from "./layout";
import { Lines, largest } from "./lines";
import type { Network } from "./protocol.gen";
import { counted, Spread } from "./spread";
import { hidden, inSight, lines, magnified, marked, store } from "./state";
import { Toolbar } from "./toolbar";
import { FOOT, HEAD, Unit } from "./unit";
import { keepStop, walk } from "./walk";

const NARROW = 62; // pixels from layer to layer that have no room for "layer 1" and its presses

/** The network: lines for weights or gradients, a small map in every unit. */
export function NetworkView() {
  const network = store.network.value;
  return (
    <section class="network" aria-label="Network">
      <div class="caption">
        <h2>Network</h2>
        <Toolbar label="Lines show" look="segments">
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
        </Toolbar>
      </div>
      {network && <Drawing key={store.session.value?.session} network={network} />}
      {network && <Under network={network} />}
    </section>
  );
}

/** What is under the pointer, or what could be done; and what the colours mean. */
function Under({ network }: { network: Network }) {
  const shows = lines.value === "gradients";
  return (
    <p class="under">
      <b>
        {counted.value ||
          (marked.value ? <Marked network={network} address={marked.value} /> : <Hint />)}
      </b>
      <span class="legend">
        <i class="below" /> below 0 <i class="above" /> above 0
        {shows && store.picture.value && (
          <span class="most">
            widest {short(largest(network, store.picture.value.pieces) || 0)}
          </span>
        )}
      </span>
    </p>
  );
}

function Hint() {
  if (lines.value === "weights")
    return inSight.value ? (
      <>Marked: what the question is about.</>
    ) : (
      <>Click any line to ask why.</>
    );
  const row = chosen.value;
  return row ? (
    <>
      Deltas of {row.part} row {row.row}.
    </>
  ) : (
    <span title="Of each unit, the deltas of this step’s points added up.">
      Deltas of this step.
    </span>
  );
}

function Marked({ network, address }: { network: Network; address: string }) {
  const value = valueAt(network, address);
  return (
    <>
      {nameOf(network, address)}
      {value === undefined ? "" : `: ${short(value)}. Click: why?`}
    </>
  );
}

/** The number of a weight, bias or gradient as it came with the frame. */
export function valueAt(network: Network, address: string): number | undefined {
  const about = aboutOf(address);
  const name = /^\d+\.(d?)([Wb])\[/.exec(address);
  if (!about || !name) return undefined;
  const piece = store.picture.value?.pieces.get(
    `${about.layer}.${name[2]}${name[1] ? ".grad" : ""}`,
  );
  const units = network.layers[about.layer]?.units ?? 1;
  return piece?.values[(about.from ?? 0) * (name[2] === "W" ? units : 0) + about.unit];
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

/** The layers as columns with the lines between them; one stop of the Tab key, arrows inside. */
function Drawing({ network }: { network: Network }) {
  const [box, width, height] = useSize();
  const layout = useMemo(
    () => laidOut(network, width || 400, Math.max(60, (height || 400) - HEAD - FOOT)),
    [network, width, height],
  );
  const last = network.layers.length - 1;
  const shown = { layer: magnified.value.layer ?? last, unit: magnified.value.unit };
  const about = inSight.value ? aboutOf(inSight.value.address) : null;
  useLayoutEffect(() => {
    if (box.current) keepStop(box.current, null);
  });
  return (
    <div
      class={about ? "drawing asked" : "drawing"}
      ref={box}
      onKeyDown={walk}
      onFocusIn={(event) => keepStop(event.currentTarget, event.target as Element)}
    >
      <Lines
        network={network}
        layout={layout}
        chosen={magnified.value.layer === null && about ? about : shown}
        width={width}
        height={height}
      />
      <Headings network={network} layout={layout} />
      {layout.columns.map((column, c) => (
        <Units key={c} network={network} column={column} c={c} shown={shown} about={about} />
      ))}
      {!hidden.value.has("spread") && <Spreads layout={layout} />}
      {about && <Labels network={network} layout={layout} about={about} />}
    </div>
  );
}

interface UnitsProps {
  network: Network;
  column: Column;
  c: number; // of the column, inputs 0
  shown: Chosen;
  about: About | null;
}

/** The units of a layer. */
function Units({ network, column, c, shown, about }: UnitsProps) {
  const isAsked = (spot: Spot) =>
    (about?.layer === spot.layer && about.unit === spot.unit) ||
    (about !== null && about.layer - 1 === spot.layer && about.from === spot.unit);
  return (
    <>
      {column.spots.map((spot, r) => (
        <Unit
          key={`${spot.layer} ${spot.unit}`}
          network={network}
          spot={spot}
          size={column.size}
          place={`${c} ${r}`}
          isChosen={shown.layer === spot.layer && shown.unit === spot.unit}
          isAsked={isAsked(spot)}
          isStrip={column.across > 1}
          isTight={column.across > 1 || column.size < 20}
        />
      ))}
    </>
  );
}

/** Under each layer how its answers spread, or the sizes of its gradients. */
function Spreads({ layout }: { layout: Layout }) {
  return (
    <>
      {layout.columns.slice(1).map((column, layer) => (
        <Spread key={layer} layer={layer} x={column.x} room={layout.room} />
      ))}
      <span class="spread-name" title="Bars in proportion; where there is one, a pixel at least.">
        {lines.value === "gradients" ? "sizes of gradients" : "spread of answers"}
      </span>
    </>
  );
}

interface HeadingsProps {
  network: Network;
  layout: Layout;
}

/** Above each layer its name and how many units it has; of a hidden one, one more or less. */
function Headings({ network, layout }: HeadingsProps) {
  const headings = layout.columns.map((column, c) => (
    <Heading
      key={c}
      layer={c - 1}
      isLast={c === network.layers.length}
      column={column}
      isNarrow={layout.room < NARROW}
    />
  ));
  if (network.layers.length === 1) return <div>{headings}</div>; // nothing to press
  return <Toolbar label="Units of the layers">{headings}</Toolbar>;
}

interface HeadingProps {
  layer: number;
  isLast: boolean;
  column: Column;
  isNarrow: boolean;
}

function Heading({ layer, isLast, column, isNarrow }: HeadingProps) {
  const isHidden = layer >= 0 && !isLast;
  const cut = column.of > column.spots.length && layer >= 0 && !isNarrow;
  const name = isNarrow && !isLast ? `${layer + 1}` : `layer ${layer + 1}`;
  return (
    <div class="heading" style={{ left: `${column.x}px` }}>
      <b>{layer < 0 ? "inputs" : isNarrow && isLast ? "output" : name}</b>
      <span>
        {isHidden && !isNarrow && <More layer={layer} units={column.of} by={-1} />}
        {column.of}
        {isHidden && !isNarrow && <More layer={layer} units={column.of} by={1} />}
        {isLast && !isNarrow && (column.of === 1 ? " output" : " outputs")}
      </span>
      {cut && <small>{column.spots.length} shown</small>}
    </div>
  );
}

function More({ layer, units, by }: { layer: number; units: number; by: 1 | -1 }) {
  const field = store.form.value?.fields.find((each) => each.name === "hidden");
  if (!field) return null;
  const layers = (field.value ?? []) as readonly (readonly [number, string])[];
  return (
    <button
      type="button"
      class="small"
      aria-label={`One unit ${by < 0 ? "less" : "more"} in layer ${layer + 1}`}
      disabled={units + by < 1}
      onClick={() => change({ hidden: layers.map(([n, a], k) => [k === layer ? n + by : n, a]) })}
    >
      {by < 0 ? "−" : "+"}
    </button>
  );
}
