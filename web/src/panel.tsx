import { Code } from "./code";
import { Findings } from "./doctor";
import { Keys, Share, Take, Teach } from "./more";
import { Setup } from "./setup";
import { hidden, store, type Tab, tab } from "./state";
import { Why } from "./why";

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
  const Inside = INSIDE[tab.value];
  const shown = TABS.filter(([name]) => !hidden.value.has(name));
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
            aria-selected={tab.value === name}
            tabIndex={tab.value === name || !isOne(tab.value) ? 0 : -1}
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
        id="inside"
        role="tabpanel"
        tabIndex={0}
        aria-labelledby={isOne(tab.value) ? `tab-${tab.value}` : undefined}
        aria-label={isOne(tab.value) ? undefined : tab.value}
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

/** An error in its four parts, until the next thing goes well or it is put away. */
function Trouble() {
  const found = store.failed.value;
  if (!found) return null;
  return (
    <div class="trouble" role="alert">
      <p>
        <b>{found.called}</b> needs {found.needs}.
      </p>
      <p>
        It got {found.got}. {found.do}
      </p>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          store.failed.value = null;
        }}
      >
        Close
      </button>
    </div>
  );
}
