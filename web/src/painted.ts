import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { painters } from "./take/recorder";

/** A canvas that is painted again when a signal that was read, one of `deps`, or its size changes. */
export function usePainted(
  paint: (canvas: HTMLCanvasElement) => void,
  deps: readonly unknown[],
): { readonly current: HTMLCanvasElement | null } {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(0);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watcher = new ResizeObserver(() =>
      setSize(element.clientWidth * 1e4 + element.clientHeight),
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const draw = () => {
    if (!canvas.current) return;
    painters.set(canvas.current, paint);
    paint(canvas.current);
  };
  useSignalEffect(draw);
  useLayoutEffect(draw, [...deps, size]);
  return canvas;
}
