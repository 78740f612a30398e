import { waiting } from "./draft";
import { Menu } from "./menu";
import { Panel } from "./panel";
import { Skips } from "./skips";
import { Stage } from "./stage";
import {
  folded,
  hidden,
  intoSight,
  isBare,
  open,
  otherTheme,
  projector,
  shut,
  store,
  type Tab,
  tab,
  theme,
} from "./state";
import { Timeline } from "./timeline";
import { Toolbar } from "./toolbar";

/** The whole page: words left, pictures right, time below. The pictures and time come first for who
 * goes from part to part: of the settings there are many. */
export function App() {
  return (
    <div class="page">
      <Skips />
      <Header />
      <main class={looks()}>
        <Stage />
        <Timeline />
        {!isBare() && <Panel />}
      </main>
    </div>
  );
}

const MORE: readonly (readonly [Tab, string])[] = [
  ["share", "Share"],
  ["take", "Take away"],
  ["teach", "Teach"],
  ["keys", "Keys"],
];

/** A table that waits has more room. */
function looks(): string {
  if (isBare()) return "main bare";
  return waiting.value && tab.value === "setup" ? "main offers" : "main";
}

/** Whether it is what the panel shows. */
function isOn(name: Tab): boolean {
  return tab.value === name && !folded.value;
}

/** On the wall the panel is folded away, and this brings it back. */
function Fold() {
  if (!projector.value || hidden.value.has("panel")) return null;
  return (
    <button
      type="button"
      class="quiet to-panel"
      aria-expanded={!folded.value}
      onClick={() => {
        folded.value = !folded.value;
      }}
    >
      {folded.value ? "Show the panel" : "Fold the panel"}
    </button>
  );
}

function Header() {
  const session = store.session.value;
  return (
    <header class="header">
      <svg class="logo" viewBox="0 0 26 18" aria-hidden="true">
        <circle cx="9" cy="9" r="7" />
        <circle cx="17" cy="9" r="7" />
      </svg>
      <span class="brand">chainrule</span>
      <p class="about">
        <b>{session?.title}</b> <span>{session?.says}</span>
      </p>
      <nav aria-label="More">
        <button
          type="button"
          class="quiet on-phone"
          onClick={() => {
            open("setup");
            requestAnimationFrame(intoSight);
          }}
        >
          Setup
        </button>
        <Fold />
        <Toolbar label="More" look="more">
          <Goals />
        </Toolbar>
        <Menu label="Menu">
          <Goals />
        </Menu>
      </nav>
    </header>
  );
}

/** What the head of the page opens; what has no room beside the others stands in its menu. */
function Goals() {
  return (
    <>
      {MORE.map(([name, label]) => (
        <button
          key={name}
          type="button"
          class={`quiet to-${name}`}
          aria-pressed={isOn(name)}
          onClick={() => goTo(isOn(name) ? "setup" : name)}
        >
          {label}
        </button>
      ))}
      <button type="button" class="quiet to-theme" onClick={otherTheme}>
        {theme.value === "dark" ? "Light" : "Dark"}
      </button>
    </>
  );
}

function goTo(name: Tab): void {
  if (name === "setup") shut();
  else open(name);
  requestAnimationFrame(intoSight);
}
