import { effect, signal } from "@preact/signals";
import { folded, keepView, projector } from "./state";

const USUAL = { width: 960, height: 620 }; // the window that is magnified to fill the wall
const MOST = 4;
const DENSEST = 4; // pixels of a canvas for one of the page's, along a line
const zoom = signal(1);
const screen = signal(globalThis.devicePixelRatio || 1);
/** Whether canvases are painted for a picture that is taken away. */
export const isFine = signal(false);

/** How many times larger everything is drawn than the page says. */
export function zoomed(): number {
  return zoom.value;
}

/** How many times larger everything is drawn on a wall of that size. */
export function magnification(width: number, height: number): number {
  const free = Math.min(width / USUAL.width, height / USUAL.height);
  return Math.min(MOST, Math.max(1, Math.floor(free * 20) / 20));
}

/** Pixels of a canvas for one of the page's: what is drawn stays sharp where it is magnified. */
export function density(): number {
  const ratio = isFine.value ? 2 : Math.min(2, screen.value);
  return Math.min(DENSEST, ratio * zoom.value);
}

/** One toggle: full screen where the browser allows it, larger type, and the panel folded away; all
 * of it stays till it is off. */
export function project(on: boolean): void {
  projector.value = on;
  folded.value = on;
  keepView();
  if (on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement) void document.exitFullscreen();
}

/** Everything is drawn larger by the browser itself: sizes and places keep their proportions. */
export function listenToProjector(): void {
  const fit = () => {
    const times = projector.value ? magnification(innerWidth, innerHeight) : 1;
    zoom.value = times;
    screen.value = globalThis.devicePixelRatio || 1;
    document.documentElement.style.setProperty("--zoom", String(times));
    document.documentElement.dataset.view = projector.value ? "projector" : "";
  };
  effect(fit);
  addEventListener("resize", fit);
  addEventListener("dppxchange", fit); // uPlot's word for a window that went to another screen
}
