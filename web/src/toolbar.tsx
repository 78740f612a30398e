import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { along } from "./arrows";

interface Props {
  label: string;
  says?: string; // the id of an element that describes it
  look?: string;
  children: ComponentChildren;
}

/** Buttons that belong together: a single stop of Tab, arrows go from one to the next. */
export function Toolbar({ label, says, look, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) stopAt(box.current, document.activeElement);
  });
  return (
    <div
      class={look}
      role="toolbar"
      aria-label={label}
      aria-describedby={says}
      ref={box}
      onKeyDown={move}
      onFocusIn={(event) => stopAt(event.currentTarget, event.target as Element)}
    >
      {children}
    </div>
  );
}

function move(event: KeyboardEvent): void {
  const buttons = buttonsOf(event.currentTarget as Element);
  const to = along(event, buttons.indexOf(event.target as HTMLButtonElement), buttons.length);
  if (to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}

/** Those that can take the focus: a narrow page hides some. */
function buttonsOf(box: Element): HTMLButtonElement[] {
  const all = [...box.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  return all.filter((each) => each.getClientRects().length > 0);
}

/** Tab comes to the button that has the focus, else to what is pressed, else to the first one. */
function stopAt(box: Element, on: Element | null): void {
  const buttons = buttonsOf(box);
  const stop =
    buttons.find((each) => each === on) ??
    buttons.find((each) => each.getAttribute("aria-pressed") === "true") ??
    buttons[0];
  for (const each of box.querySelectorAll("button")) each.tabIndex = each === stop ? 0 : -1;
}
