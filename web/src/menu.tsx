import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Buttons behind a button. A choice, Esc, or a press or the focus elsewhere closes it. */
export function Menu({ label, children }: { label: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const pressed = (event: MouseEvent) => {
      const on = event.target as Node;
      if (opener.current?.contains(on)) return;
      if (event.detail === 0 && box.current?.contains(on)) opener.current?.focus(); // by a key
      setOpen(false);
    };
    document.addEventListener("click", pressed);
    return () => document.removeEventListener("click", pressed);
  }, [open]);
  return (
    <div
      ref={box}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.preventDefault();
        setOpen(false);
        opener.current?.focus();
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (next instanceof Node && !box.current?.contains(next)) setOpen(false);
      }}
    >
      <button
        ref={opener}
        type="button"
        class="press"
        aria-expanded={open}
        aria-controls="menu"
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      <div id="menu" class="inside-menu" hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
