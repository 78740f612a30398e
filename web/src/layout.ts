import type { Network } from "./protocol.gen";

export interface Spot {
  layer: number; // −1: the inputs
  unit: number;
  x: number; // the middle, in pixels
  y: number;
}
export interface Layout {
  size: number; // of a unit's square
  spots: readonly (readonly Spot[])[]; // inputs first
}

const MOST = 40; // pixels of a unit at most
const SHOWN = 24; // units of a layer that are drawn; inputs of pictures are one square
export const FEW = 400; // lines that are drawn at once

/** Where units stand in a picture of that size: columns evenly, units in the middle. */
export function laidOut(network: Network, width: number, height: number): Layout {
  const inputs = network.inputs.length > SHOWN ? 1 : network.inputs.length;
  const counts = [inputs, ...network.layers.map((each) => Math.min(each.shown.length, SHOWN))];
  const tallest = Math.max(1, ...counts);
  const size = Math.max(
    10,
    Math.min(MOST, (height / tallest) * 0.82, (width / counts.length) * 0.5),
  );
  const gap = Math.min(height / tallest, size * 1.9);
  const longest = Math.max(2, ...network.inputs.slice(0, inputs).map((each) => each.length));
  const left = size / 2 + Math.min(72, inputs === 1 ? 72 : 8 + 7 * longest);
  const spots = counts.map((count, c) => {
    const x =
      counts.length > 1
        ? left + (c * (width - left - size / 2 - 4)) / (counts.length - 1)
        : width / 2;
    const top = height / 2 - ((count - 1) * gap) / 2;
    return [...Array(count).keys()].map((k) => ({
      layer: c - 1,
      unit: network.layers[c - 1]?.shown[k] ?? k,
      x,
      y: top + k * gap,
    }));
  });
  return { size, spots };
}

export interface Line {
  address: string;
  place: number; // in the layer's W, row by row
  name: string; // "1.W"
  path: string;
}

/** The lines between two columns; of large layers only those of the magnified unit. */
export function linesOf(
  network: Network,
  layout: Layout,
  chosen: { layer: number; unit: number },
): Line[] {
  const found: Line[] = [];
  network.layers.forEach((layer, l) => {
    const [from = [], to = []] = [layout.spots[l], layout.spots[l + 1]];
    const columns = layer.params[`${l}.W`]?.[1] ?? layer.units;
    if (l === 0 && network.inputs.length > SHOWN) return; // their weights are pictures
    const all = from.length * to.length <= FEW;
    for (const a of from) {
      for (const b of to) {
        if (!all && !(b.layer === chosen.layer && b.unit === chosen.unit)) continue;
        const middle = (a.x + b.x) / 2;
        const half = layout.size / 2;
        found.push({
          address: `${l}.W[${a.unit},${b.unit}]`,
          name: `${l}.W`,
          place: a.unit * columns + b.unit,
          path: `M${a.x + half} ${a.y}C${middle} ${a.y} ${middle} ${b.y} ${b.x - half} ${b.y}`,
        });
      }
    }
  });
  return found;
}
