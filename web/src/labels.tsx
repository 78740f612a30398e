import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { short } from "./format";
import type { About, Layout, Spot } from "./layout";
import { valueAt } from "./network";
import type { Network } from "./protocol.gen";
import { asked, store } from "./state";
import { HEAD } from "./unit";

interface LabelsProps {
  network: Network;
  layout: Layout;
  about: About;
}

/** What a question about a weight is made of, where it happens: a, w and delta of the chosen row. */
export function Labels({ network, layout, about }: LabelsProps) {
  const spot = (layer: number, unit: number | null) =>
    layout.columns[layer + 1]?.spots.find((each) => each.unit === unit);
  const [from, to] = [spot(about.layer - 1, about.from), spot(about.layer, about.unit)];
  const half = (layout.columns[about.layer]?.size ?? 0) / 2;
  const after = (layout.columns[about.layer + 1]?.size ?? 0) / 2;
  const address = asked.value?.address ?? "";
  return (
    <>
      {from && <Label {...beside(from, half)} sign="a" read={() => inOf(about)} />}
      {from && to && (
        <Label
          at={{ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }}
          dx={0}
          side="middle"
          sign=""
          read={() => valueAt(network, address)}
        />
      )}
      {to && <Label {...behind(to, after, network)} sign="δ" read={() => deltaOf(about)} />}
    </>
  );
}

/** Left of a unit; below an input, left of which is its name and the edge. */
function beside(at: Spot, half: number): Pick<LabelProps, "at" | "dx" | "side"> {
  if (at.layer >= 0) return { at, dx: -half - 6, side: "left" };
  return { at: { x: at.x, y: at.y + half + 10 }, dx: 0, side: "beneath" };
}

/** Right of a unit; above an output, right of which is the edge. */
function behind(at: Spot, half: number, network: Network): Pick<LabelProps, "at" | "dx" | "side"> {
  if (at.layer < network.layers.length - 1) return { at, dx: half + 6, side: "right" };
  return { at: { x: at.x, y: at.y - half - 11 }, dx: half, side: "over" };
}

function inOf({ layer, from }: About): number | undefined {
  const name = layer === 0 ? "sample.x" : `${layer - 1}.sample.a`;
  return store.picture.value?.pieces.get(name)?.values[from ?? 0];
}

function deltaOf({ layer, unit }: About): number | undefined {
  return store.picture.value?.pieces.get(`${layer}.sample.delta`)?.values[unit];
}

interface LabelProps {
  at: Pick<Spot, "x" | "y">;
  dx: number;
  side: "left" | "beneath" | "middle" | "right" | "over";
  sign: string;
  read: () => number | undefined;
}

function Label({ at, dx, side, sign, read }: LabelProps) {
  const element = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const value = read();
    if (element.current)
      element.current.textContent = value === undefined ? "" : `${sign} ${short(value)}`.trim();
  });
  return (
    <span
      ref={element}
      class={`label-of ${side}`}
      style={{ left: `${at.x + dx}px`, top: `${at.y + HEAD}px` }}
    />
  );
}
