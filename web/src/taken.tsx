import { effect, signal } from "@preact/signals";
import type { RunList } from "./protocol.gen";
import { asked, hidden, store, tab } from "./state";

const runs = signal<RunList | null>(null);

effect(() => {
  if (tab.value !== "take" || !store.session.value) return;
  store.ask<RunList>({ do: "runs" }).then(
    (found) => {
      runs.value = found;
    },
    (error) => store.say(error),
  );
});

const FILES = [
  ["/take/run", "Run file", "the whole past, to open again or resume"],
  ["/take/model", "Model", "the network as it is now"],
  [
    "/take/data",
    "Data",
    "inputs as the network takes them, answers and start weights: NumPy’s .npz",
  ],
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
