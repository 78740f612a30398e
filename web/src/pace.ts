import { effect, type ReadonlySignal, signal } from "@preact/signals";

const EVERY = 1000; // ms

/** A value for questions about it: at once where it stands, at most once a second while it moves. */
export function paced<T>(
  value: ReadonlySignal<T>,
  moves: ReadonlySignal<boolean>,
): ReadonlySignal<T> {
  const held = signal(value.peek());
  let [last, timer] = [Number.NEGATIVE_INFINITY, 0 as ReturnType<typeof setTimeout> | 0];
  const take = () => {
    last = performance.now();
    held.value = value.peek();
  };
  effect(() => {
    value.value;
    clearTimeout(timer);
    const wait = moves.value ? last + EVERY - performance.now() : 0;
    if (wait > 0) timer = setTimeout(take, wait);
    else take();
  });
  return held;
}
