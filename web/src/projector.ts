import { effect } from "@preact/signals";
import { keepView, projector } from "./state";

const USUAL = { width: 1200, height: 660 }; // the window that is magnified to fill the wall
const MOST = 4;

/** How many times larger everything is drawn on a wall of that size. */
export function magnification(width: number, height: number): number {
  const free = Math.min(width / USUAL.width, height / USUAL.height);
  return Math.min(MOST, Math.max(1, Math.floor(free * 20) / 20));
}

/** One toggle: full screen where the browser allows it, and larger type; both stay till it is off. */
export function project(on: boolean): void {
  projector.value = on;
  keepView();
  if (on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement) void document.exitFullscreen();
}

/** Everything is drawn larger by the browser itself: sizes and places keep their proportions. */
export function listenToProjector(): void {
  const fit = () => {
    const times = projector.value ? magnification(innerWidth, innerHeight) : 1;
    document.documentElement.style.setProperty("--zoom", String(times));
    document.documentElement.dataset.view = projector.value ? "projector" : "";
  };
  effect(fit);
  addEventListener("resize", fit);
}
