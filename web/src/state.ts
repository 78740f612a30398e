import { computed, signal } from "@preact/signals";
import type { Theme } from "./colour";
import type { Drawn } from "./drawn";
import { notHidden, toHide } from "./hiding";
import { paced } from "./pace";
import { type Part, partOf } from "./parts";
import type { RowFound } from "./protocol.gen";
import { Refused, Store } from "./store";

/** What this page alone knows: nothing of it is the server's affair. */
export type Tab = "setup" | "why" | "code" | "share" | "take" | "teach" | "keys" | "doctor";
export interface Asked {
  address: string;
  sample: number | null;
  part: Part | null; // whose error it is about; null: the next step's batch
}
/** A change of settings that waits for a word: from the start, or as a branch. */
export interface Pending {
  settings: Readonly<Record<string, unknown>>;
  branches: boolean;
  beside: "curve" | "settings"; // where it is asked: where the change was begun
}

export const store = new Store();
/** The shown step, as often as it is asked about. */
export const settled = paced(store.step, store.playing);
export const tab = signal<Tab>("setup");
export const lines = signal<"weights" | "gradients">("weights");
export const magnified = signal<{ layer: number | null; unit: number }>({ layer: null, unit: 0 });
export const asked = signal<Asked | null>(null);
/** While a picture of what is asked about is taken: it counts as in sight. */
export const pictured = signal(false);
export const answering = computed(() => tab.value === "why" || pictured.value);
/** The question while it is in sight: the network is marked, and dimmed, so long. */
export const inSight = computed(() => (answering.value ? asked.value : null));
export const point = signal<RowFound | null>(null);
export const marked = signal<string | null>(null); // the address under the pointer
export const rings = signal<ReadonlyMap<number, number>>(new Map()); // training row → share
export const hint = signal("");
export const pending = signal<Pending | null>(null);
export const drawing = signal<Drawn | null>(null); // points by hand, while they are drawn
export const compared = signal<string | null>(null);
export const lettered = signal(kept("keys") !== "off");
export const hidden = signal<ReadonlySet<string>>(new Set());
export const projector = signal(false); // all of it larger, for the back of a room
export const folded = signal(false); // the panel, on the wall: the pictures have its room
export const outputs = signal<"map" | "answers" | "difference" | null>(null); // null: what suits
export const theme = signal<Theme>(firstTheme());

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`chainrule.${name}`);
  } catch {
    return null; // a browser that keeps nothing
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`chainrule.${name}`, value);
  } catch {
    // it is forgotten then
  }
}

function firstTheme(): Theme {
  const chosen = kept("theme");
  if (chosen === "dark" || chosen === "light") return chosen;
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** What the panel shows; folded away, it comes back. */
export function open(name: Tab): void {
  tab.value = name;
  folded.value = false;
}

const OF_HEAD: readonly Tab[] = ["share", "take", "teach", "keys"];

/** Whether the panel is away; what the head of the page opens is shown all the same. */
export function isBare(): boolean {
  return folded.value || (hidden.value.has("panel") && !OF_HEAD.includes(tab.value));
}

/** What was opened is done with; on the wall the panel makes room again. */
export function shut(): void {
  tab.value = "setup";
  folded.value = projector.value;
}

export function ask(address: string, sample: number | null = null, part: Part | null = null): void {
  asked.value = { address, sample, part };
  open("why");
  requestAnimationFrame(intoSight);
}

/** On a phone the panel lies below the pictures: what was asked for comes into sight. */
export function intoSight(): void {
  const inside = document.getElementById("inside");
  if (inside && inside.getBoundingClientRect().top > innerHeight - 120)
    inside.scrollIntoView({ block: "start" });
}

/** Why is the error of the shown state what it is? Of the part that counts, or of a given one. */
export function askError(part?: Part): void {
  const losses = store.head.value?.losses ?? {};
  ask("loss", null, part ?? partOf(losses));
}

export function otherTheme(): void {
  const other: Theme = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = other; // first, for who draws reads colours there
  theme.value = other;
  keep("theme", theme.value);
}

/** Play or pause. */
export function toggle(): void {
  void store.tell({ do: store.playing.value ? "pause" : "play" });
}

export function walk(by: number): void {
  void store.tell({ do: "step", by });
}

/** The weight that moves most in the next step: a comparison of numbers that came, no derivation. */
export function swiftest(): string | null {
  let [most, address] = [-1, null as string | null];
  for (const [name, piece] of store.picture.value?.pieces ?? []) {
    const columns = piece.shape[1];
    if (!name.endsWith(".W.grad") || !columns) continue;
    piece.values.forEach((value, k) => {
      if (Math.abs(value) <= most) return;
      most = Math.abs(value);
      address = `${name.slice(0, -5)}[${Math.floor(k / columns)},${k % columns}]`;
    });
  }
  return address;
}

export function whyMost(): void {
  const address = swiftest();
  if (address) ask(address);
}

/** What is hidden and how large all is stays in the address, for a reload. */
export function keepView(): void {
  const kept = new URLSearchParams();
  if (hidden.value.size > 0) kept.set("hide", [...hidden.value].join(","));
  if (projector.value) kept.set("view", "projector");
  const said = kept.toString().replaceAll("%2C", ",");
  history.replaceState(null, "", location.pathname + (said && `#${said}`));
}

const OF_PAGE = ["hide", "view"]; // the rest is read, or refused, by the server

/** What stands behind the #, at the beginning or typed later: settings, and what is hidden. */
export function beginFromAddress(): void {
  const text = location.hash;
  if (text.length < 2) return;
  const told = new URLSearchParams(text.slice(1));
  const { hide, unknown } = toHide(told.get("hide") ?? "");
  hidden.value = new Set(hide);
  projector.value = told.get("view") === "projector";
  folded.value = projector.value;
  const first = (["setup", "why", "code"] as const).find((each) => !hidden.value.has(each));
  tab.value = first ?? "keys";
  keepView(); // without the settings: a reload shall not begin anew
  if ([...told.keys()].some((name) => !OF_PAGE.includes(name))) {
    const obey = async () => {
      const isNew = store.form.value?.address !== text;
      if (!isNew || (await store.tell({ do: "address", text }))) mistyped(unknown);
    };
    if (store.connected.value) void obey();
    else store.greeted = () => void obey();
  } else mistyped(unknown);
}

function mistyped(unknown: readonly string[]): void {
  if (unknown.length > 0) store.say(new Refused(notHidden(unknown)));
}

document.documentElement.dataset.theme = theme.peek();
