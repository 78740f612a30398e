import { branchHere, notNow, showNext } from "./branches";
import {
  asked,
  hidden,
  lettered,
  lines,
  open,
  otherTheme,
  pending,
  point,
  shut,
  store,
  type Tab,
  tab,
  toggle,
  walk,
  whyMost,
} from "./state";
import { back, close } from "./trail";

export const KEYS: readonly (readonly [string, string])[] = [
  ["space", "play, pause"],
  ["← →", "one step back or forward; with shift, ten"],
  ["Home, End", "the start, the newest step"],
  ["B", "branch here; then from branch to branch"],
  ["G", "lines: weights or gradients"],
  ["W", "why: the weight that moves most"],
  ["Esc", "one link back, then close"],
  ["1 2 3", "Setup, Why, Code"],
  ["D", "dark, light"],
  ["?", "these keys"],
  ["Tab, arrows, Enter", "into the network, along it, why"],
];

const TABS: Record<string, Tab> = { "1": "setup", "2": "why", "3": "code", "?": "keys" };
const LETTERS: Record<string, () => void> = {
  b: () => (Object.keys(store.curves.value).length > 1 ? showNext() : branchHere()),
  g: () => {
    lines.value = lines.value === "weights" ? "gradients" : "weights";
  },
  w: () => {
    whyMost();
    document.getElementById("inside")?.focus({ preventScroll: true }); // Tab goes on from there
  },
  d: otherTheme,
};
const OTHERS: Record<string, () => void> = {
  " ": toggle,
  Home: () => store.seek(0),
  End: () => store.seek(store.newest.value),
  Escape: () => {
    if (pending.value?.beside === "curve") notNow();
    else if (asked.value && tab.value === "why") back();
    else if (point.value) close();
    else shut();
  },
};

/** What a key does; false where it is none of ours. */
export function pressed(key: string, shift: boolean): boolean {
  if (key === "ArrowLeft" || key === "ArrowRight") {
    walk((key === "ArrowLeft" ? -1 : 1) * (shift ? 10 : 1));
    return true;
  }
  const letter = lettered.value ? LETTERS[key.toLowerCase()] : undefined;
  const goal = lettered.value ? TABS[key] : undefined;
  if (goal && !hidden.value.has(goal)) open(goal);
  const does = OTHERS[key] ?? letter;
  does?.();
  return Boolean(goal ?? does);
}

/** Pressed by a pointer, a button gives the focus back: space means play, for who never uses Tab. */
function letGo(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest("button, summary") : null;
  if (event.detail > 0 && button instanceof HTMLElement) button.blur();
}

/** Keys of the whole page; a control that has the focus keeps its own. */
export function listenToKeys(): void {
  document.addEventListener("click", letGo);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const on = event.target instanceof Element ? event.target : document.body;
    if (on.closest("input, select, textarea, [contenteditable]") && event.key !== "Escape") return;
    if (on.closest("button, a, summary") && event.key === " ") return;
    if (on.closest("[role=tablist], [role=radiogroup]") && /^(Arrow|Home|End)/.test(event.key))
      return;
    if (pressed(event.key, event.shiftKey)) event.preventDefault();
  });
}
