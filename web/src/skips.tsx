import { folded, hidden } from "./state";

/** Parts of the page, and what takes the focus there. */
const GOALS = [
  ["network", "To the network", '.drawing [tabindex="0"]:is([data-spot], [data-to])'],
  ["pictures", "To the pictures", ".stage"],
  ["curve", "To the error curve", ".plot"],
  ["panel", "To the settings", '[role="tab"][tabindex="0"]'],
] as const;

/** One press from the top of the page to each of its parts; seen by who uses Tab. */
export function Skips() {
  return (
    <nav class="skips" aria-label="Skip">
      {GOALS.filter(([name]) => !hidden.value.has(name)).map(([name, label, goal]) => (
        <a
          key={name}
          href={`#${name}`}
          onClick={(event) => {
            event.preventDefault(); // what stands behind the # are settings
            const go = () => document.querySelector<HTMLElement | SVGElement>(goal)?.focus();
            if (name === "panel" && folded.value) {
              folded.value = false;
              requestAnimationFrame(go);
            } else go();
          }}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
