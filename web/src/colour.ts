/** The one diverging map of the page: orange below, pale at 0, indigo above. */
const STOPS = {
  light: [
    "#d27e2f",
    "#dd965b",
    "#e7ad80",
    "#f0c5a5",
    "#f6ddcb",
    "#f6f7f9",
    "#d5dbf9",
    "#b7c0f3",
    "#9aa4ea",
    "#7f89e0",
    "#656dd4",
  ],
  dark: [
    "#de9046",
    "#b6773b",
    "#8e5e32",
    "#694729",
    "#453121",
    "#1d1e22",
    "#2e3147",
    "#41456b",
    "#555b91",
    "#6a71b8",
    "#8089e0",
  ],
} as const;

export type Theme = keyof typeof STOPS;
export const SHADES = 256;

/** SHADES colours as the bytes of an ImageData, for values from -1 to 1. */
function table(theme: Theme): Uint32Array {
  const stops = STOPS[theme].map((text) =>
    [1, 3, 5].map((k) => Number.parseInt(text.slice(k, k + 2), 16)),
  );
  const found = new Uint32Array(SHADES);
  for (let shade = 0; shade < SHADES; shade++) {
    const place = (shade / (SHADES - 1)) * (stops.length - 1);
    const k = Math.min(Math.floor(place), stops.length - 2);
    const mixed = [0, 1, 2].map((c) => {
      const [from, to] = [stops[k]?.[c] ?? 0, stops[k + 1]?.[c] ?? 0];
      return Math.round(from + (to - from) * (place - k));
    });
    found[shade] = (255 << 24) | ((mixed[2] ?? 0) << 16) | ((mixed[1] ?? 0) << 8) | (mixed[0] ?? 0);
  }
  return found;
}

const TABLES: Record<Theme, Uint32Array> = { light: table("light"), dark: table("dark") };

export function shades(theme: Theme): Uint32Array {
  return TABLES[theme];
}

/** The colour of a value from -1 to 1, as CSS. */
export function shade(theme: Theme, value: number): string {
  const place = Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * (SHADES - 1));
  return asCss(TABLES[theme][Number.isNaN(place) ? SHADES >> 1 : place] ?? 0);
}

/** Never fainter than this share of the map, so that small weights stay visible. */
export const LEAST = 0.34;

/** A weight's line: colour and width in pixels. `most` is the value of the full colour. */
export function stroke(
  theme: Theme,
  value: number,
  most: number,
): { colour: string; width: number } {
  const t = most > 0 ? Math.max(-1, Math.min(1, value / most)) : 0;
  const size = Math.abs(t);
  const seen = Math.sign(t || 1) * (LEAST + (1 - LEAST) * size);
  return { colour: shade(theme, seen), width: 0.7 + 4.6 * size ** 0.9 };
}

/** Of three classes or more each has a colour of its own, told apart by those who see few, too. */
const CLASSES = [
  "#d27e2f",
  "#656dd4",
  "#3f9a6c",
  "#c2558f",
  "#a3952a",
  "#35a0c0",
  "#8b6b57",
  "#c4504a",
  "#8f9298",
  "#9a5fc0",
] as const;
/** The grey among them: of a class that is called plain. */
export const PLAIN = 8;
const PAPER: Record<Theme, readonly number[]> = { light: [255, 255, 255], dark: [21, 23, 27] };
const INK: Record<Theme, readonly number[]> = { light: [27, 28, 31], dark: [233, 234, 236] };

function channels(text: string): number[] {
  return [1, 3, 5].map((k) => Number.parseInt(text.slice(k, k + 2), 16));
}

function mixed(from: readonly number[], to: readonly number[], share: number): number[] {
  return from.map((each, c) => Math.round(each + ((to[c] ?? 0) - each) * share));
}

function classColour(k: number): readonly number[] {
  return channels(CLASSES[Math.max(0, Math.round(k)) % CLASSES.length] ?? "#888888");
}

/** The bytes of a class on a map: the surer, the fuller. */
export function classShade(theme: Theme, k: number, share: number): number {
  const fullness = 0.2 + 0.6 * Math.max(0, Math.min(1, share || 0));
  return packed(mixed(PAPER[theme], classColour(k), fullness));
}

/** The bytes of one class's share: none of its colour at 0, and as full as on its map at 1. */
export function shareShade(theme: Theme, k: number, share: number): number {
  const fullness = 0.8 * Math.max(0, Math.min(1, share || 0));
  return packed(mixed(PAPER[theme], classColour(k), fullness));
}

function packed([r = 0, g = 0, b = 0]: readonly number[]): number {
  return (255 << 24) | (b << 16) | (g << 8) | r;
}

/** Such bytes as CSS. */
export function asCss(bytes: number): string {
  return `rgb(${bytes & 255} ${(bytes >> 8) & 255} ${(bytes >> 16) & 255})`;
}

/** The colour of a class's points, which stand on its map. */
export function classInk(theme: Theme, k: number): string {
  return `rgb(${mixed(classColour(k), INK[theme], 0.4).join(" ")})`;
}

/** Between paper and ink, for what is neither below nor above anything: 0 to 1. */
export function inkShade(theme: Theme, value: number): number {
  return packed(mixed(PAPER[theme], INK[theme], Math.max(0, Math.min(1, value))));
}
