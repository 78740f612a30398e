import { computed, effect, signal } from "@preact/signals";
import { PARTS } from "./hiding";
import { KEYS } from "./keys";
import { project } from "./projector";
import { hidden, keep, keepView, lettered, projector, store, tab } from "./state";

const address = signal("");
const said = signal("");
const branch = computed(() => store.session.value?.branch); // one may have the settings of another
const notes = signal<readonly string[]>([]);

export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

effect(() => {
  const form = store.form.value?.address;
  const [names, large] = [[...hidden.value], projector.value];
  if ((tab.value !== "share" && tab.value !== "teach") || !form || !branch.value) return;
  said.value = "";
  store.share(names, large).then(
    (found) => {
      address.value = `${location.origin}/${found.address}`;
      notes.value = found.notes;
    },
    (error) => store.say(error),
  );
});

function Link() {
  return (
    <>
      <label for="link">The address with all settings</label>
      <input
        id="link"
        type="text"
        readOnly
        value={address.value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        class="main-press"
        onClick={async () => {
          said.value = (await copy(address.value)) ? "Copied." : "Mark the address and copy it.";
        }}
      >
        Copy
      </button>
      <p role="status">{said.value}</p>
      {notes.value.map((each) => (
        <p key={each} class="note">
          {each}
        </p>
      ))}
    </>
  );
}

/** A link holds every setting; the server says what it gives to another studio. */
export function Share() {
  return (
    <div class="column">
      <h2>Share</h2>
      <p>What stands behind # is sent to no server.</p>
      <Link />
    </div>
  );
}

/** For a task in class: parts that are hidden, in the link too; and large, for the wall. */
export function Teach() {
  return (
    <div class="column">
      <h2>Teach</h2>
      <p>Hide what your class shall find out by itself. The address below hides the same.</p>
      <Shown />
      <p class="check">
        <button
          type="button"
          role="switch"
          class="press"
          aria-checked={projector.value}
          aria-describedby="projector-says"
          onClick={(event) => {
            project(!projector.value);
            if (event.detail === 0) requestAnimationFrame(toFold); // by a key: its press is gone
          }}
        >
          Projector: {projector.value ? "on" : "off"}
        </button>
      </p>
      <p class="note" id="projector-says">
        The whole screen, all of it larger, and this panel folded away: a press in the head of the
        page, or a question, brings it back. The address keeps it: a page that opens large fills the
        screen when you press F11.
      </p>
      <Link />
      <Letters />
    </div>
  );
}

function toFold(): void {
  document.querySelector<HTMLElement>(".to-panel")?.focus();
}

function Shown() {
  const turn = (name: string) => {
    const next = new Set(hidden.value);
    if (!next.delete(name)) next.add(name);
    hidden.value = next;
    keepView();
  };
  return (
    <fieldset class="shown">
      <legend>Shown</legend>
      {PARTS.map(([name, label]) => (
        <label key={name} class="check">
          <input type="checkbox" checked={!hidden.value.has(name)} onChange={() => turn(name)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Who speaks to the computer, or leans on a key, may want to switch them off. */
function Letters() {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={lettered.value}
        onChange={(event) => {
          lettered.value = event.currentTarget.checked;
          keep("keys", lettered.value ? "on" : "off");
        }}
      />
      Single letters and figures are keys
    </label>
  );
}

export function Keys() {
  return (
    <div class="column">
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Letters />
    </div>
  );
}
