import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { asked, hidden, magnified, outputs, store } from "./state";

/** Two thin lines from the unit that is magnified to its large map: nobody asks what squares are. */
export function Ties() {
  const svg = useRef<SVGSVGElement>(null);
  const later = () => requestAnimationFrame(() => svg.current && tie(svg.current));
  useSignalEffect(() => {
    void [magnified.value, store.network.value, store.scene.value, hidden.value, asked.value];
    void outputs.value;
    later();
  });
  useEffect(() => {
    const stage = svg.current?.parentElement;
    if (!stage) return;
    const watcher = new ResizeObserver(later);
    watcher.observe(stage);
    for (const each of stage.querySelectorAll(".drawing, .map")) watcher.observe(each);
    return () => watcher.disconnect();
  });
  return (
    <svg class="ties" ref={svg} aria-hidden="true">
      <path />
    </svg>
  );
}

/** It is no larger than its lines: a layer over the whole stage would hide contrasts from axe-core. */
function tie(svg: SVGSVGElement): void {
  const stage = svg.parentElement;
  const path = svg.firstElementChild;
  if (!stage || !path) return;
  const unit = stage.querySelector(".unit.chosen")?.getBoundingClientRect();
  const map = stage.querySelector(".map")?.getBoundingClientRect();
  if (!unit || !map || unit.right >= map.left) {
    path.setAttribute("d", "");
    return;
  }
  const here = stage.getBoundingClientRect();
  const [left, top] = [unit.right + 2, Math.min(unit.top, map.top)];
  const [width, height] = [map.left - left - 2, Math.max(unit.bottom, map.bottom) - top];
  const zoom = here.width / stage.offsetWidth || 1; // of a projector: boxes are told magnified
  svg.style.left = `${(left - here.left) / zoom + stage.scrollLeft}px`;
  svg.style.top = `${(top - here.top) / zoom + stage.scrollTop}px`;
  svg.style.width = `${width / zoom}px`;
  svg.style.height = `${height / zoom}px`;
  const line = (y: number, toY: number) =>
    `M0 ${(y - top) / zoom}L${width / zoom} ${(toY - top) / zoom}`;
  path.setAttribute("d", line(unit.top, map.top) + line(unit.bottom, map.bottom));
}
