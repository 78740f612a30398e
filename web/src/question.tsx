import { useLayoutEffect, useRef } from "preact/hooks";
import { alsoChange, notNow, startAnew, startBranch } from "./branches";
import { FieldRow } from "./field";
import { grouped } from "./format";
import type { Field } from "./protocol.gen";
import { type Pending, pending, store } from "./state";

/** Something was trained: is a change a new start, or another future of the same past? */
export function Question({ beside }: { beside: Pending["beside"] }) {
  const asked = pending.value;
  if (asked?.beside !== beside) return null;
  return beside === "curve" ? <Future asked={asked} /> : <Change asked={asked} />;
}

/** Beside the curve, with what is to be another one: the present step is the line in the curve. */
function Future({ asked }: { asked: Pending }) {
  const box = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const small = matchMedia?.("(max-width: 860px)").matches;
    if (small) document.querySelector(".time")?.scrollIntoView?.({ block: "start" });
    box.current?.querySelector<HTMLElement>("input, select")?.focus({ preventScroll: true });
  }, []);
  const fields = store.form.value?.fields ?? [];
  const changed = fields.filter((each) => each.name in asked.settings);
  return (
    <form
      ref={box}
      class="ask future"
      aria-label="Same past, another future"
      onSubmit={(event) => {
        event.preventDefault();
        void (asked.branches ? startBranch() : startAnew());
      }}
    >
      <button type="button" class="small" aria-label="Not now" onClick={notNow}>
        ×
      </button>
      <p>
        <b>{asked.branches ? "Same past, another future" : "A new start"}</b>{" "}
        {!asked.branches && "from step 0. What was trained stays in its file."}
      </p>
      <div class="fields">
        {changed.map((each) => (
          <FieldRow key={each.name} field={each} place="q" />
        ))}
      </div>
      <div class="answers">
        <button type="submit" class="main-press">
          {asked.branches ? `Branch at ${grouped(store.step.value)}` : "Start anew"}
        </button>
        <Also fields={fields} asked={asked} />
      </div>
    </form>
  );
}

/** Another setting that can change on the way. */
function Also({ fields, asked }: { fields: readonly Field[]; asked: Pending }) {
  const others = fields.filter((each) => each.acts === "branch" && !(each.name in asked.settings));
  return (
    <select
      aria-label="Change one more setting"
      value=""
      onChange={(event) => {
        alsoChange(event.currentTarget.value);
        event.currentTarget.value = "";
      }}
    >
      <option value="">also …</option>
      {others.map((each) => (
        <option key={each.name} value={each.name}>
          {each.label}
        </option>
      ))}
    </select>
  );
}

/** Below the settings, where the change was made. */
function Change({ asked }: { asked: Pending }) {
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
      <button type="button" class="quiet" onClick={notNow}>
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
