import { ask } from "./state";

/** Where the arrow keys lead from an element of the network's picture.
 *
 * Units carry data-spot "column row", lines data-from and data-to with the spots at their ends, a
 * bias has data-to alone. From a unit right and left lead along its lines, up and down to the next
 * unit; from a line right and left to the units at its ends, up and down to the next line of the
 * unit that one came from. */
let origin = "";

export function walked(box: Element, on: HTMLElement | SVGElement, key: string): Element | null {
  const { spot, from, to } = on.dataset;
  const find = (selector: string) => [...box.querySelectorAll(selector)];
  if (spot !== undefined) {
    origin = spot;
    const [c = 0, r = 0] = spot.split(" ").map(Number);
    if (key === "ArrowUp" || key === "ArrowDown") {
      return find(`[data-spot="${c} ${r + (key === "ArrowUp" ? -1 : 1)}"]`)[0] ?? null;
    }
    const side = key === "ArrowRight" ? "from" : "to";
    const next = c + (key === "ArrowRight" ? 1 : -1);
    const beside = find(`[data-spot^="${next} "]`);
    return find(`[data-${side}="${spot}"]`)[0] ?? beside[Math.min(r, beside.length - 1)] ?? null;
  }
  if (key === "ArrowRight") return find(`[data-spot="${to}"]`)[0] ?? null;
  if (key === "ArrowLeft") return find(`[data-spot="${from ?? to}"]`)[0] ?? null;
  const side = from !== undefined && from === origin ? "from" : "to";
  const lines = find(`[data-${side}="${side === "from" ? from : to}"]`);
  return lines[lines.indexOf(on) + (key === "ArrowUp" ? -1 : 1)] ?? null;
}

/** One stop of the Tab key for all of the network; arrows go on from there, Enter asks why. */
export function walk(event: KeyboardEvent): void {
  const on = event.target;
  if (!(on instanceof HTMLElement || on instanceof SVGElement)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { spot, to, address } = on.dataset;
  if (spot === undefined && to === undefined) return;
  const box = event.currentTarget as Element;
  if (/^Arrow/.test(event.key)) {
    const next = walked(box, on, event.key);
    if (next instanceof HTMLElement || next instanceof SVGElement) next.focus();
  } else if ((event.key === "Enter" || event.key === " ") && address) {
    ask(address);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** The element with the focus is the one the Tab key comes back to. */
export function keepStop(box: Element, on: Element | null): void {
  const stops = box.querySelectorAll('[tabindex="0"][data-spot], [tabindex="0"][data-to]');
  const next = on?.matches("[data-spot], [data-to]")
    ? on
    : (stops[0] ?? box.querySelector("[data-spot].chosen") ?? box.querySelector("[data-spot]"));
  for (const each of stops) if (each !== next) each.setAttribute("tabindex", "-1");
  next?.setAttribute("tabindex", "0");
}
