import type { Network } from "./protocol.gen";

export interface Spot {
  layer: number; // −1: the inputs
  unit: number;
  x: number; // the middle, in pixels
  y: number;
}
/** A layer's units. Many of them fold to a strip: several beside one another. */
export interface Column {
  size: number; // of a unit's square
  x: number; // the middle of the column
  width: number; // from the left edge of its squares to the right one
  across: number; // squares beside one another
  of: number; // units there are; those beyond `spots` are not drawn
  spots: readonly Spot[];
}
export interface Layout {
  columns: readonly Column[]; // inputs first
  room: number; // pixels from column to column
}

const MOST = 40; // pixels of a unit at most, in large pictures a little more, and at least
const LEAST = 7;
export const LETTER = 7; // pixels of a letter of a name, about
const LEGIBLE = 18; // pixels of a unit's square under which a layer folds
const ACROSS = 3; // units beside one another in a strip, at most
export const SHOWN = 32; // units of a layer that are drawn; more inputs, and pixels, are one square
export const FEW = 300; // lines that are drawn at once, each an element of its own
const EDGE = 38; // pixels right of the last column's middle, for its heading

export function isOneSquare(network: Network): boolean {
  return network.image !== null || network.inputs.length > SHOWN;
}

/** Where units stand in a picture of that size: columns evenly, units in the middle. */
export function laidOut(network: Network, width: number, height: number): Layout {
  const inputs = isOneSquare(network) ? 1 : network.inputs.length;
  const counts = [inputs, ...network.layers.map((each) => Math.min(each.shown.length, SHOWN))];
  const longest = Math.max(2, ...network.inputs.slice(0, inputs).map((each) => each.length));
  const most = network.layers.length < 4 ? Math.max(76, 0.22 * width) : 76;
  const names = isOneSquare(network) ? 12 : 12 + Math.min(most, LETTER * longest);
  const at = (count: number, c: number, first: number, room: number) => {
    const x = counts.length > 1 ? first + c * room : width / 2;
    const of = c === 0 ? network.inputs.length : (network.layers[c - 1]?.units ?? count);
    const numbers = network.layers[c - 1]?.shown ?? [...Array(count).keys()];
    return column(c - 1, numbers.slice(0, count), of, x, room, height);
  };
  const place = (first: number, last: number) => {
    const room = (width - first - last) / Math.max(1, counts.length - 1);
    return { columns: counts.map((count, c) => at(count, c, first, room)), room };
  };
  const left = Math.max(EDGE, MOST / 2 + names);
  const free = place(left, EDGE);
  const half = (of: Column | undefined) => (of?.width ?? 0) / 2 + 4; // a folded layer is wide
  const right = Math.max(EDGE, behind(network, width));
  return place(Math.max(left, half(free.columns[0])), Math.max(right, half(free.columns.at(-1))));
}

/** Pixels right of the last column's middle, for the names of several outputs. */
function behind({ outputs }: Network, width: number): number {
  if (outputs.length < 2) return 0;
  const longest = Math.max(...outputs.map((each) => each.length));
  return MOST / 2 + 6 + Math.min(76, 0.2 * width, LETTER * longest);
}

/** Lines of at most that many letters: what is too long loses its middle, for ends of names tell
 * them apart. Where there are two lines, the second begins behind the first = or _. */
export function fitted(name: string, letters: number, lines: 1 | 2): string {
  if (name.length <= letters) return name;
  const cut = lines === 2 ? name.search(/[=_]./) + 1 : 0;
  if (cut > 0)
    return `${middled(name.slice(0, cut), letters)}\n${middled(name.slice(cut), letters)}`;
  if (lines === 2 && name.includes(" ")) return middled(name, 2 * letters); // it breaks by itself
  return middled(name, letters);
}

function middled(text: string, most: number): string {
  const half = Math.max(1, Math.floor((most - 1) / 2));
  return text.length <= most ? text : `${text.slice(0, most - 1 - half)}…${text.slice(-half)}`;
}

/** How large a square can be, with so many beside one another. */
function sizeOf(units: number, across: number, room: number, height: number): number {
  const tall = height / Math.max(1, Math.ceil(units / across));
  const most = height > 450 ? 1.3 * MOST : MOST;
  return Math.min(most, across > 1 ? tall - 3 : tall * 0.82, (room * 0.56) / across);
}

function column(
  layer: number,
  units: readonly number[],
  of: number,
  x: number,
  room: number,
  height: number,
): Column {
  const sizes = [...Array(ACROSS).keys()].map((k) => sizeOf(units.length, k + 1, room, height));
  const across = (sizes[0] ?? 0) >= LEGIBLE ? 1 : 1 + sizes.indexOf(Math.max(...sizes));
  const size = Math.max(LEAST, sizes[across - 1] ?? 0);
  const rows = Math.max(1, Math.ceil(units.length / across));
  const gap = Math.min(height / rows, across > 1 ? size + 5 : size * 1.9);
  const spots = units.map((unit, k) => ({
    layer,
    unit,
    x: x + ((k % across) - (across - 1) / 2) * (size + 4),
    y: height / 2 + (Math.floor(k / across) - (rows - 1) / 2) * gap,
  }));
  return { size, x, width: across * (size + 4) - 4, across, of, spots };
}

export interface Line {
  address: string;
  place: number; // in the layer's W, row by row
  name: string; // "1.W"
  path: string;
  from: readonly [column: number, row: number];
  to: readonly [column: number, row: number];
}
export interface Chosen {
  layer: number;
  unit: number;
}

/** The layers all of whose lines are elements: the smallest first, as many as are few together. */
export function wholeLayers(layout: Layout): ReadonlySet<number> {
  const counts = layout.columns.slice(1).map((to, l) => {
    return [l, (layout.columns[l]?.spots.length ?? 0) * to.spots.length] as const;
  });
  const found = new Set<number>();
  let sum = 0;
  for (const [l, count] of counts.toSorted((a, b) => a[1] - b[1])) {
    sum += count;
    if (sum <= FEW) found.add(l);
  }
  return found;
}

/** The lines that can be pressed; of layers that are not whole only those of the chosen unit. */
export function linesOf(network: Network, layout: Layout, chosen: Chosen): Line[] {
  const whole = wholeLayers(layout);
  return network.layers.flatMap((_, l) => {
    if (l === 0 && isOneSquare(network)) return []; // their weights are pictures
    const all = between(network, layout, l);
    if (whole.has(l)) return all;
    const [from, to] = [layout.columns[l]?.spots ?? [], layout.columns[l + 1]?.spots ?? []];
    const isChosen = (spot: Spot | undefined) =>
      spot?.layer === chosen.layer && spot.unit === chosen.unit;
    return all.filter((line) => isChosen(from[line.from[1]]) || isChosen(to[line.to[1]]));
  });
}

/** All lines of a layer. */
export function between(network: Network, layout: Layout, l: number): Line[] {
  const [from, to] = [layout.columns[l], layout.columns[l + 1]];
  const columns = network.layers[l]?.params[`${l}.W`]?.[1] ?? 1;
  if (!from || !to) return [];
  return from.spots.flatMap((a, i) =>
    to.spots.map((b, k) => ({
      address: `${l}.W[${a.unit},${b.unit}]`,
      name: `${l}.W`,
      place: a.unit * columns + b.unit,
      path: curve(a.x + from.size / 2, a.y, b.x - to.size / 2, b.y),
      from: [l, i] as const,
      to: [l + 1, k] as const,
    })),
  );
}

function curve(x: number, y: number, toX: number, toY: number): string {
  const middle = (x + toX) / 2;
  const [a, b, c, d] = [x, y, toX, toY].map((each) => Math.round(each * 10) / 10);
  return `M${a} ${b}C${middle} ${b} ${middle} ${d} ${c} ${d}`;
}

/** Of these numbers the places of the largest in size, at most so many; zeros are none of them. */
export function strongest(values: ArrayLike<number>, places: readonly number[], most: number) {
  const size = (place: number) => Math.abs(values[place] ?? 0);
  const sizes = Float64Array.from(places, size).sort();
  const least = sizes[sizes.length - most] ?? 0;
  const found: number[] = [];
  places.forEach((place, k) => {
    if (size(place) > 0 && size(place) >= least && found.length < most) found.push(k);
  });
  return found;
}

export interface About {
  layer: number;
  unit: number;
  from: number | null; // the unit a weight comes from
}

/** The unit that an address is about: "1.W[2,5]" and "1.dW[2,5]" lead from 2 to 5, "0.a[7,3]" is 3. */
export function aboutOf(address: string): About | null {
  const found = /^(\d+)\.([A-Za-z.]+)\[(?:(\d+|:),)?(\d+)\]$/.exec(address);
  if (!found) return null;
  const isWeight = /^d?W/.test(found[2] ?? "");
  const from = isWeight && found[3] !== undefined ? Number(found[3]) : null;
  return { layer: Number(found[1]), unit: Number(found[4]), from };
}

/** "weight from x1 to unit 2 of layer 1", "bias of output inside"; other addresses as they are. */
export function nameOf(network: Network, address: string): string {
  const about = aboutOf(address);
  const kind = /^\d+\.d?([Wb])/.exec(address)?.[1];
  if (!about || !kind) return address;
  const to = unitName(network, about.layer, about.unit);
  const said =
    about.from === null
      ? `bias of ${to}`
      : `weight from ${unitName(network, about.layer - 1, about.from)} to ${to}`;
  return /^\d+\.d/.test(address) ? `gradient of the ${said}` : said;
}

export function unitName(network: Network, layer: number, unit: number): string {
  if (layer < 0) return network.inputs[unit] ?? `input ${unit}`;
  if (layer < network.layers.length - 1) return `unit ${unit} of layer ${layer + 1}`;
  return `output ${network.outputs[unit] ?? unit}`;
}
