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

function tie(svg: SVGSVGElement): void {
  const stage = svg.parentElement;
  const unit = stage?.querySelector(".unit.chosen")?.getBoundingClientRect();
  const map = stage?.querySelector(".map")?.getBoundingClientRect();
  const path = svg.firstElementChild;
  const here = svg.getBoundingClientRect();
  if (!path) return;
  if (!unit || !map || unit.right >= map.left) {
    path.setAttribute("d", "");
    return;
  }
  const line = (y: number, toY: number) =>
    `M${unit.right - here.left + 2} ${y - here.top}L${map.left - here.left - 2} ${toY - here.top}`;
  path.setAttribute("d", line(unit.top, map.top) + line(unit.bottom, map.bottom));
}
