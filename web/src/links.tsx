import { useRef } from "preact/hooks";
import { asked } from "./state";
import { derivation, followed, pulls, whatIf } from "./trail";

/** Who pulls? Each bar a point of the batch; press one, and the chain shows its share. */
export function Pulls() {
  const found = pulls.value;
  if (!found) return null;
  const shown = found.pulls.slice(0, 10);
  const most = Math.max(1e-300, ...shown.map((each) => Math.abs(each.share)));
  const sample = derivation.value?.sample;
  const left = found.pulls.length - shown.length + found.rest_count;
  return (
    <div class="pulls">
      <p class="says">{found.says}</p>
      <div class="bars" role="group" aria-label="Points that pull most">
        {shown.map((each) => (
          <button
            key={each.row}
            type="button"
            class="bar"
            aria-pressed={each.row === sample}
            aria-label={`Point ${each.row} pulls ${each.text}`}
            title={`point ${each.row}: ${each.text}`}
            onClick={() => {
              if (asked.value) asked.value = { ...asked.value, sample: each.row };
            }}
          >
            <svg viewBox="0 0 20 60" aria-hidden="true">
              <rect
                x="2"
                width="16"
                class={each.share > 0 ? "plus" : "minus"}
                y={each.share > 0 ? 30 - (28 * each.share) / most : 30}
                height={(28 * Math.abs(each.share)) / most}
              />
              <line x1="0" x2="20" y1="30" y2="30" />
            </svg>
            <span>{each.row}</span>
          </button>
        ))}
      </div>
      <p class="note">
        Above the line: wants it smaller. Below: larger.{left > 0 && ` And ${left} more.`} All
        together {found.total}.
      </p>
    </div>
  );
}

/** Change a number, and see beside the true value what would follow. */
export function WhatIf({ name, value }: { name: string; value: number }) {
  const input = useRef<HTMLInputElement>(null);
  const found = followed.value?.changed === name ? followed.value : null;
  const tell = () => {
    const wanted = Number((input.current?.value ?? "").replace("−", "-"));
    if (Number.isFinite(wanted)) void whatIf(name, wanted);
  };
  return (
    <form
      class="what-if"
      onSubmit={(event) => {
        event.preventDefault();
        tell();
      }}
    >
      <label for="what-if">What if it were</label>
      <input
        id="what-if"
        ref={input}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        defaultValue={String(Number(value.toPrecision(4)))}
      />
      <button type="submit" class="press">
        See
      </button>
      {found && (
        <p role="status">
          The number asked for would be <b>{found.value_now}</b> instead of {found.value_was}.{" "}
          {found.says}
        </p>
      )}
    </form>
  );
}
