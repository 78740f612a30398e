import type { ComponentChildren } from "preact";
import { along } from "./arrows";

export interface Option {
  value: string;
  label: ComponentChildren;
  says?: string;
}

interface Props {
  options: readonly Option[];
  value: string;
  set: (value: string) => void;
  label: string;
  says?: string | undefined; // the id of an element that describes it
  look?: string;
  each?: string;
}

/** One of several: a single stop of Tab, arrows go from choice to choice and choose. */
export function Radios({
  options,
  value,
  set,
  label,
  says,
  look = "choices",
  each = "option",
}: Props) {
  const at = options.findIndex((option) => option.value === value);
  const move = (event: KeyboardEvent, from: number) => {
    const to = along(event, from, options.length);
    const option = to === undefined ? undefined : options[to];
    if (to === undefined || !option) return;
    event.preventDefault();
    const group = (event.currentTarget as Element).parentElement;
    (group?.children[to] as HTMLElement | undefined)?.focus();
    set(option.value);
  };
  return (
    <div class={look} role="radiogroup" aria-label={label} aria-describedby={says}>
      {options.map((option, k) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          class={each}
          aria-checked={k === at}
          tabIndex={k === at || (at < 0 && k === 0) ? 0 : -1}
          data-says={option.says || undefined}
          onClick={() => set(option.value)}
          onKeyDown={(event) => move(event, k)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
