import { useState } from "preact/hooks";
import { draft } from "./draft";
import { FieldRow } from "./field";
import { OwnData } from "./own";
import type { Field } from "./protocol.gen";
import { Question } from "./question";
import { hint, store } from "./state";

const GROUPS = [
  ["data", "Data"],
  ["inputs", "What goes in"],
  ["network", "Network"],
  ["training", "How it learns"],
] as const;
/** Those that most people want; the others stand under "More". */
const FIRST = new Set([
  "data",
  "noise",
  "rows",
  "test_rows",
  "test_size",
  "target",
  "columns",
  "scale",
  "features",
  "hidden",
  "seed",
  "init",
  "learning_rate",
  "optimizer",
  "loss",
  "batch_size",
  "l2",
]);

/** Everything that can be chosen, as the server's form describes it. */
export function Setup() {
  const fields = store.form.value?.fields ?? [];
  if (draft.value) return <OwnData />; // nothing else is to be set meanwhile
  return (
    <>
      <form
        class="setup"
        onSubmit={(event) => event.preventDefault()}
        onPointerLeave={forget}
        onFocusOut={forget}
      >
        {GROUPS.map(([name, label]) => (
          <Group
            key={name}
            name={name}
            label={label}
            fields={fields.filter((each) => each.group === name)}
          />
        ))}
      </form>
      <div class="foot">
        <p class="hint" aria-live="polite">
          {hint.value || "Point at a setting, or touch it, to read what it does."}
        </p>
        <Question beside="settings" />
      </div>
    </>
  );
}

/** The words of a setting stay as long as somebody is among the settings. */
function forget(event: PointerEvent | FocusEvent): void {
  const box = event.currentTarget as Element;
  const next = event instanceof FocusEvent ? event.relatedTarget : document.activeElement;
  if (!(next instanceof Node && box.contains(next)) && !box.matches(":hover")) hint.value = "";
}

function Group({ name, label, fields }: { name: string; label: string; fields: readonly Field[] }) {
  const [open, setOpen] = useState(false);
  if (fields.length === 0) return null;
  const wrong = store.failed.value?.field;
  const first = fields.filter((each) => FIRST.has(each.name));
  const more = fields.filter((each) => !FIRST.has(each.name) && each.kind !== "points");
  return (
    <section class="group" aria-label={`Settings: ${label}`}>
      <h2>{label}</h2>
      {first.map((each) => (
        <FieldRow key={each.name} field={each} />
      ))}
      {name === "data" && <OwnData />}
      {more.length > 0 && (
        <details
          open={open || more.some((each) => each.name === wrong)}
          onToggle={(event) => setOpen(event.currentTarget.open)}
        >
          <summary>More</summary>
          {more.map((each) => (
            <FieldRow key={each.name} field={each} />
          ))}
        </details>
      )}
    </section>
  );
}
