import { useState } from "preact/hooks";
import { startAnew, startBranch } from "./branches";
import { FieldRow } from "./field";
import { grouped } from "./format";
import { OwnData } from "./own";
import type { Field } from "./protocol.gen";
import { hint, pending, store } from "./state";

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
  return (
    <>
      <form class="setup" onSubmit={(event) => event.preventDefault()}>
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
        <Ask />
      </div>
    </>
  );
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

/** Something was trained: is a change a new start, or another future of the same past? */
function Ask() {
  const asked = pending.value;
  if (!asked) return null;
  const labels = Object.entries(asked.settings).map(([name, value]) => {
    const field = store.form.value?.fields.find((each) => each.name === name);
    return `${(field?.label ?? name).toLowerCase()} ${told(value)}`;
  });
  const step = grouped(store.step.value);
  return (
    <div class="ask" role="group" aria-label="What shall the change do?">
      <p>
        <b>{labels.join(", ")}</b>
      </p>
      <p>
        {asked.branches
          ? `A branch: same weights, same random draws up to step ${step}, then another future beside the old one.`
          : "This begins again at step 0. What was trained stays in its file."}
      </p>
      {asked.branches && (
        <button type="button" class="main-press" onClick={() => void startBranch()}>
          Branch at {step}
        </button>
      )}
      <button type="button" class="press" onClick={() => void startAnew()}>
        Start anew
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          pending.value = null;
        }}
      >
        Not now
      </button>
    </div>
  );
}

function told(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value))
    return value.map((each) => (Array.isArray(each) ? each[0] : each)).join(" – ");
  return String(value);
}
