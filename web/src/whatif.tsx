import { useSignalEffect } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { short } from "./format";
import { paintMap } from "./paint";
import type { Followed } from "./protocol.gen";
import { theme } from "./state";
import { followed, supposed } from "./trail";

const MARKS = 200; // of the slider

/** Whether a number can be another one: a parameter, the rate, or a number of the data. */
export function canBe(name: string | null): name is string {
  return /^(learning_rate$|[xy]\[|\d+\.[Wb]\[)/.test(name ?? "");
}

interface Props {
  name: string;
  value: number;
  digits: string;
}

/** Change a number, and see beside the true value what would follow; it is never put in. */
export function WhatIf({ name, value, digits }: Props) {
  const [wanted, want] = useState(short(value));
  const number = read(wanted);
  const found = followed.value?.changed === name ? followed.value : null;
  const [low, high] = reach(name, value);
  const suppose = (text: string) => {
    want(text);
    supposed(name, read(text));
  };
  return (
    <form class="what-if" onSubmit={(event) => event.preventDefault()}>
      <label for="what-if">What if it were</label>
      <input
        id="what-if"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={wanted}
        aria-invalid={number === null}
        onInput={(event) => suppose(event.currentTarget.value)}
      />
      <span class="note" title={digits}>
        instead of {short(value)}?
      </span>
      <input
        type="range"
        aria-label="What if it were: drag"
        min={low}
        max={high}
        step={(high - low) / MARKS}
        value={number ?? value}
        onInput={(event) => suppose(short(Number(event.currentTarget.value)))}
      />
      {number === null && <p role="status">That is no number.</p>}
      {found && (
        <Then
          found={found}
          cancel={() => {
            want(short(value));
            supposed(name, null);
          }}
        />
      )}
    </form>
  );
}

/** As far as the slider goes: a rate up to ten times itself, others as far again and 1 more. */
function reach(name: string, value: number): readonly [number, number] {
  if (name === "learning_rate") return [0, 10 * value || 1];
  const span = Math.abs(value) + 1;
  return [value - span, value + span];
}

const SMALL: Record<string, string> = Object.fromEntries(
  [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"].map((each, k) => [each, "-0123456789"[k] ?? ""]),
);

/** A number as people write it, or as the page does; null for what is none. */
function read(text: string): number | null {
  const plain = text
    .trim()
    .replace(
      /×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/,
      (_, power: string) => `e${[...power].map((d) => SMALL[d]).join("")}`,
    )
    .replace("−", "-")
    .replace(",", ".");
  const found = Number(plain);
  return plain !== "" && Number.isFinite(found) ? found : null;
}

function Then({ found, cancel }: { found: Followed; cancel: () => void }) {
  return (
    <div class="then" role="status">
      {found.map && <SmallMap found={found} />}
      <dl class="facts">
        <div>
          <dt>the number asked for</dt>
          <dd>
            {found.value_was} → {found.value_now}
          </dd>
        </div>
        <div>
          <dt>the error</dt>
          <dd>
            {found.loss_was} → {found.loss_now}
          </dd>
        </div>
      </dl>
      <p>{found.says}</p>
      <button type="button" class="press" onClick={cancel}>
        Back to the true number
      </button>
    </div>
  );
}

/** The network's answers, were the number that. */
function SmallMap({ found }: { found: Followed }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const { map } = followed.value ?? found;
    if (!map || !canvas.current) return;
    const { side } = map;
    paintMap(canvas.current, Uint8Array.from(map.values), side, side, [0, 255], theme.value);
  });
  return (
    <figure>
      <canvas ref={canvas} width={32} height={32} role="img" aria-label="The map, if it were so" />
      <figcaption>if it were</figcaption>
    </figure>
  );
}
