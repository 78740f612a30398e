import { effect, signal } from "@preact/signals";
import { KEYS } from "./keys";
import { project } from "./projector";
import type { RunList } from "./protocol.gen";
import { asked, hidden, keep, keepView, lettered, projector, store, tab } from "./state";

const address = signal("");
const said = signal("");
const runs = signal<RunList | null>(null);

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
  if ((tab.value !== "share" && tab.value !== "teach") || !form) return;
  said.value = "";
  store.share(names, large).then(
    (found) => {
      address.value = `${location.origin}/${found.address}`;
    },
    (error) => store.say(error),
  );
});

effect(() => {
  if (tab.value !== "take" || !store.session.value) return;
  store.ask<RunList>({ do: "runs" }).then(
    (found) => {
      runs.value = found;
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
    </>
  );
}

/** A link holds every setting; who opens it on a studio of their own starts the same run. */
export function Share() {
  return (
    <div class="column">
      <h2>Share</h2>
      <p>
        Settings and seed make the run: opened in another studio, this address gives the same
        numbers. What stands behind # is sent to no server.
      </p>
      <Link />
    </div>
  );
}

const FILES = [
  ["/take/run", "Run file", "the whole past, to open again or resume"],
  ["/take/model", "Model", "the network as it is now"],
  ["/take/data", "Data", "the points as a table"],
  ["/take/code/chainrule", "chainrule program", ""],
  ["/take/code/numpy", "NumPy program", ""],
  ["/take/code/pytorch", "PyTorch program", ""],
] as const;

/** The panels of the page, and as what each can be had. */
function Pictures() {
  const of = asked.value;
  const row = of?.sample === null || of?.sample === undefined ? "" : `&sample=${of.sample}`;
  const why = of && `?of=${encodeURIComponent(of.address)}${row}`;
  const map = store.scene.value?.kind !== "none" && !hidden.value.has("output");
  return (
    <ul class="taken">
      {map && (
        <li>
          Output map: <Canvas of="canvas.large" name="output" form="png" />,{" "}
          <Canvas of="canvas.large" name="output" form="webp" />
        </li>
      )}
      <li>
        Error curve: <Canvas of=".plot canvas" name="error" form="png" />,{" "}
        <Canvas of=".plot canvas" name="error" form="webp" />, <Get path="/take/curve.svg">SVG</Get>
      </li>
      <li>
        Network: <Get path="/take/network.svg">SVG</Get>
      </li>
      {why && (
        <li>
          Derivation of <code>{of.address}</code>:{" "}
          <Get path={`/take/why.html${why}`}>HTML with MathML</Get>,{" "}
          <Get path={`/take/why.md${why}`}>Markdown</Get>
        </li>
      )}
    </ul>
  );
}

function Get({ path, children }: { path: string; children: string }) {
  return (
    <a href={path} download>
      {children}
    </a>
  );
}

type Form = "png" | "webp";
const SHOWN = { png: "PNG", webp: "WebP" };

/** What a canvas of the page shows now, as a file. */
function Canvas({ of, name, form }: { of: string; name: string; form: Form }) {
  return (
    <button
      type="button"
      class="inline"
      onClick={() => keepCanvas(of, `${name}-step-${store.step.value}.${form}`, `image/${form}`)}
    >
      {SHOWN[form]}
      <span class="unseen"> of the {name}</span>
    </button>
  );
}

/** Canvases are clear where nothing is drawn: the file gets the page's own background. */
function keepCanvas(of: string, name: string, kind: string): void {
  const canvas = document.querySelector<HTMLCanvasElement>(of);
  const copied = document.createElement("canvas");
  const context = copied.getContext("2d");
  if (!canvas || !context) return;
  copied.width = canvas.width;
  copied.height = canvas.height;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, copied.width, copied.height);
  context.drawImage(canvas, 0, 0);
  copied.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, kind);
}

/** What can be taken away, and runs of before. */
export function Take() {
  return (
    <div class="column">
      <h2>Take away</h2>
      <ul class="taken">
        {FILES.map(([path, label, says]) => (
          <li key={path}>
            <Get path={path}>{label}</Get> {says}
          </li>
        ))}
      </ul>
      <h2>Pictures</h2>
      <Pictures />
      {runs.value && runs.value.runs.length > 0 && (
        <>
          <h2>Earlier runs</h2>
          <ul class="taken">
            {runs.value.runs.slice(0, 20).map((each) => (
              <li key={each.name}>
                <button
                  type="button"
                  class="folded"
                  onClick={() => void store.tell({ do: "open", name: each.name })}
                >
                  {each.name}
                </button>{" "}
                {each.says}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const PARTS = [
  ["panel", "Left panel"],
  ["setup", "Setup"],
  ["why", "Why"],
  ["code", "Code"],
  ["headline", "Headline"],
  ["doctor", "Doctor's line"],
  ["network", "Network"],
  ["spread", "Histograms"],
  ["output", "Output map"],
  ["test", "Test points"],
] as const;

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
          onClick={() => project(!projector.value)}
        >
          Projector: {projector.value ? "on" : "off"}
        </button>
      </p>
      <p class="note" id="projector-says">
        The whole screen, and everything larger, to be read from the back of a room. The address
        keeps it: a page that opens large fills the screen when you press F11.
      </p>
      <Link />
      <Letters />
    </div>
  );
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
