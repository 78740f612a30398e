import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { LEAST, shade, stroke, type Theme } from "./colour";
import { short } from "./format";
import type { Piece } from "./frame";
import {
  aboutOf,
  between,
  type Chosen,
  isOneSquare,
  type Layout,
  type Line,
  linesOf,
  nameOf,
  strongest,
  wholeLayers,
} from "./layout";
import { density } from "./projector";
import type { Network } from "./protocol.gen";
import { ask, inSight, lines, marked, store, theme } from "./state";
import { HEAD } from "./unit";

const FULL = 6; // the weight whose line is widest
const STRONGEST = 40; // lines of a layer whose others are left out
export const FLOW = 600; // ms in which gradients light up from the output back

type Pieces = ReadonlyMap<string, Piece>;
interface LinesProps {
  network: Network;
  layout: Layout;
  chosen: Chosen;
  width: number;
  height: number;
}

/** The largest size of a gradient of weights in the frame. */
export function largest(network: Network, pieces: Pieces | undefined): number {
  let most = 0;
  network.layers.forEach((_, l) => {
    for (const value of pieces?.get(`${l}.W.grad`)?.values ?? [])
      if (Math.abs(value) > most) most = Math.abs(value);
  });
  return most;
}

/** From a number to what `stroke` takes: weights as they are, gradients by the root of their share. */
function scale(network: Network, pieces: Pieces | undefined): (value: number) => number {
  if (lines.value === "weights") return (value) => value;
  const most = largest(network, pieces) || 1;
  return (value) => Math.sign(value) * Math.sqrt(Math.abs(value) / most) * FULL;
}

/** Widths and colours are set on the elements themselves: 60 times a second is no work for a tree. */
export function Lines({ network, layout, chosen, width, height }: LinesProps) {
  const group = useRef<SVGGElement>(null);
  const found = useMemo(
    () => linesOf(network, layout, chosen),
    [network, layout, chosen.layer, chosen.unit],
  );
  const question = inSight.value?.address ?? "";
  const draw = () => {
    if (group.current) colour(group.current, network, found, theme.value);
  };
  useSignalEffect(draw);
  useLayoutEffect(draw, [found]);
  const dims = aboutOf(question) !== null || found.some((each) => each.address === marked.value);
  return (
    <>
      <Strongest network={network} layout={layout} width={width} height={height} dims={dims} />
      <svg class="lines" width={width} height={height} role="group" aria-label="Lines">
        <g ref={group} class={classOf(dims)} transform={`translate(0 ${HEAD})`}>
          {found.map((line) => (
            <One
              key={line.address}
              network={network}
              line={line}
              isOn={isOn(line.address, question)}
              delay={delayOf(network, Number.parseInt(line.name, 10))}
            />
          ))}
        </g>
      </svg>
    </>
  );
}

/** A line is marked that is under the pointer, that is asked about, or that leads to what is. */
function isOn(address: string, question: string): boolean {
  if (address === marked.value || address === question) return true;
  const [about, line] = [aboutOf(question), aboutOf(address)];
  const asksUnit = about !== null && about.from === null;
  return asksUnit && line?.layer === about.layer && line.unit === about.unit;
}

interface OneProps {
  network: Network;
  line: Line;
  isOn: boolean;
  delay: number;
}

function One({ network, line, isOn, delay }: OneProps) {
  const show = () => {
    marked.value = line.address;
  };
  const rest = () => {
    if (marked.peek() === line.address) marked.value = null;
  };
  return (
    <g class={isOn ? "on" : ""}>
      {isOn && <path class="halo" d={line.path} />}
      <path class="line" d={line.path} style={{ animationDelay: `${delay}ms` }} />
      <path
        class="finger"
        role="button"
        tabindex={-1} // in small letters: names of SVG's attributes keep their case
        aria-label={nameOf(network, line.address)}
        data-address={line.address}
        data-from={line.from.join(" ")}
        data-to={line.to.join(" ")}
        d={line.path}
        onPointerEnter={show}
        onPointerLeave={rest}
        onFocus={show}
        onBlur={rest}
        onClick={() => ask(line.address)}
      />
    </g>
  );
}

export function delayOf(network: Network, layer: number): number {
  const layers = network.layers.length;
  return Math.round(((layers - 1 - layer) * FLOW) / Math.max(3, layers));
}

/** Gradients light up from the output back, once a step, when it stands; two names begin it anew. */
function classOf(dims: boolean): string {
  const flows = lines.value === "gradients" && !store.playing.value;
  return `${dims ? "dims " : ""}${flows ? `flow-${store.step.value % 2}` : ""}`;
}

function colour(group: SVGGElement, network: Network, found: readonly Line[], look: Theme): void {
  const pieces = store.picture.value?.pieces;
  const suffix = lines.value === "gradients" ? ".grad" : "";
  const seen = scale(network, pieces);
  const paths = group.querySelectorAll<SVGPathElement>("path.line");
  const stands = !store.playing.value;
  const fingers = stands ? group.querySelectorAll("path.finger") : null;
  found.forEach((line, k) => {
    const value = pieces?.get(`${line.name}${suffix}`)?.values[line.place] ?? 0;
    const { colour, width } = stroke(look, seen(value), FULL);
    const path = paths[k];
    if (path?.getAttribute("stroke") !== colour) path?.setAttribute("stroke", colour);
    const wide = width.toFixed(2);
    if (path?.getAttribute("stroke-width") !== wide) path?.setAttribute("stroke-width", wide);
    const said = `${suffix ? "gradient of the " : ""}${nameOf(network, line.address)}`;
    fingers?.[k]?.setAttribute("aria-label", `${said}: ${short(value)}`);
  });
}

// --------------------------------------------------------------------------------- folded layers

type StrongestProps = Omit<LinesProps, "chosen"> & { dims: boolean };

/** Of layers with too many lines the strongest, as a picture: none of them can be pressed. */
function Strongest({ network, layout, width, height, dims }: StrongestProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layers = useMemo(() => {
    const whole = wholeLayers(layout);
    return network.layers.flatMap((_, l) =>
      whole.has(l) || (l === 0 && isOneSquare(network)) ? [] : [folded(network, layout, l)],
    );
  }, [network, layout]);
  const draw = () => {
    const [pieces, look] = [store.picture.value?.pieces, theme.value]; // read even without a canvas
    if (canvas.current && pieces)
      paintStrongest(canvas.current, pieces, layers, look, [width, height]);
  };
  useSignalEffect(draw);
  useLayoutEffect(draw, [layers, width, height]);
  if (layers.length === 0) return null;
  return <canvas ref={canvas} class={dims ? "strongest dims" : "strongest"} aria-hidden="true" />;
}

interface Folded {
  name: string;
  places: readonly number[];
  paths: readonly Path2D[];
}

function folded(network: Network, layout: Layout, l: number): Folded {
  const all = between(network, layout, l);
  return {
    name: `${l}.W`,
    places: all.map((each) => each.place),
    paths: all.map((each) => new Path2D(each.path)),
  };
}

function paintStrongest(
  canvas: HTMLCanvasElement,
  pieces: Pieces,
  layers: readonly Folded[],
  look: Theme,
  [width, height]: readonly [number, number],
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = density();
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, HEAD * ratio);
  context.clearRect(0, -HEAD, width, height);
  const suffix = lines.value === "gradients" ? ".grad" : "";
  for (const { name, places, paths } of layers) {
    const values = pieces.get(`${name}${suffix}`)?.values ?? [];
    const chosen = strongest(values, places, STRONGEST);
    const sizes = chosen.map((k) => Math.abs(values[places[k] ?? 0] ?? 0));
    const most = Math.max(1e-300, ...sizes); // relative to their layer, for they are small
    for (const k of chosen) {
      const t = (values[places[k] ?? 0] ?? 0) / most;
      context.strokeStyle = shade(look, Math.sign(t) * (LEAST + (1 - LEAST) * Math.abs(t)));
      context.lineWidth = 0.5 + 2 * t ** 2;
      context.stroke(paths[k] ?? new Path2D());
    }
  }
}
