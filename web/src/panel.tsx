import { Code } from "./code";
import { Findings } from "./doctor";
import { Keys, Share, Teach } from "./more";
import { Setup } from "./setup";
import { hidden, store, type Tab, tab } from "./state";
import { Take } from "./taken";
import { Why } from "./why";
import { Wrong } from "./wrong";

const TABS: readonly (readonly [Tab, string])[] = [
  ["setup", "Setup"],
  ["why", "Why"],
  ["code", "Code"],
];
const INSIDE = {
  setup: Setup,
  why: Why,
  code: Code,
  share: Share,
  take: Take,
  teach: Teach,
  keys: Keys,
  doctor: Findings,
};

/** The words: three tabs, and what the head of the page asks for. Nothing opens over a picture. */
export function Panel() {
  const shown = TABS.filter(([name]) => !hidden.value.has(name));
  const open = hidden.value.has(tab.value) ? (shown[0]?.[0] ?? "keys") : tab.value;
  const Inside = INSIDE[open];
  return (
    <section class="panel" aria-label="Settings and answers">
      <div class="tabs" role="tablist" aria-label="Panel" onKeyDown={(event) => move(event, shown)}>
        {shown.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls="inside"
            aria-selected={open === name}
            tabIndex={open === name || !isOne(open) ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        class="inside"
        inert={store.refused.value}
        id="inside"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby={isOne(open) ? `tab-${open}` : undefined}
        aria-label={isOne(open) ? undefined : open}
      >
        <Trouble />
        <Inside />
      </div>
    </section>
  );
}

function isOne(name: Tab): boolean {
  return TABS.some(([each]) => each === name);
}

function move(event: KeyboardEvent, shown: readonly (readonly [Tab, string])[]): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = shown.findIndex(([name]) => name === tab.value);
  const next = shown[(at + by + shown.length) % shown.length];
  if (!next) return;
  tab.value = next[0];
  document.getElementById(`tab-${next[0]}`)?.focus();
}

/** An error that stands at no setting, until the next thing goes well or it is put away. */
function Trouble() {
  const found = store.failed.value;
  if (!found || (tab.value === "setup" && isAtItsSetting(found.field))) return null;
  return (
    <Wrong
      parts={found}
      close={() => {
        store.failed.value = null;
      }}
    />
  );
}

function isAtItsSetting(name: string | null): boolean {
  const fields = store.form.value?.fields ?? [];
  return fields.some((each) => each.name === name && each.kind !== "points");
}
