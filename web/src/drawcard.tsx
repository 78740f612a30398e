import { effect, signal } from "@preact/signals";
import {
  begun,
  COLOURS,
  cleared,
  type Dot,
  type Drawn,
  kindsOf,
  opened,
  redone,
  removed,
  undone,
} from "./drawn";
import { grouped } from "./format";
import { Radios } from "./radios";
import { told } from "./sheet";
import { drawing, store } from "./state";
import { Refused } from "./store";
import { refused } from "./upload";
import { type Parts, Wrong } from "./wrong";

const wrong = signal<Parts | null>(null);
let laidAside: Drawn | null = null; // what was drawn when the card was closed

let learns: unknown; // the chosen data

/** Other data were chosen: the map is theirs, and what was drawn waits. */
effect(() => {
  const data = store.form.value?.fields.find((each) => each.name === "data")?.value;
  if (data === learns) return;
  const isFirst = learns === undefined;
  learns = data;
  if (!isFirst && data !== "drawn" && drawing.peek()) openDrawing();
});

/** Open the sheet with the points that are learnt now, or close it; nothing drawn is lost. */
export function openDrawing(): void {
  [wrong.value, refused.value] = [null, null];
  if (drawing.value) {
    laidAside = drawing.value;
    drawing.value = null;
    return;
  }
  drawing.value = opened(learnt(), laidAside);
  document.querySelector(".output")?.scrollIntoView?.({ block: "nearest" });
}

/** The points that are learnt from now, where they were drawn by hand. */
function learnt(): readonly Dot[] {
  const field = store.form.value?.fields.find((each) => each.kind === "points");
  return (field?.value as readonly Dot[] | undefined) ?? [];
}

/** The training points on the map as a beginning, where they are of two or three classes. */
function shown(): readonly Dot[] {
  const scene = store.scene.value;
  const count = scene?.classes.length ?? 0;
  if (scene?.kind !== "plane" || count < 2 || count > 3) return [];
  const { x, y } = scene.parts.train ?? { x: [], y: [] };
  const drawn = kindsOf(scene.classes);
  const usual = count === 3 ? [0, 2, 1] : [0, 1]; // plain is the middle one of three
  const kinds = drawn.length > 0 ? drawn : usual;
  return x.map(([a = 0, b = 0], k): Dot => [a, b, kinds[y[k] ?? 0] ?? 0]);
}

export function DrawCard({ drawn }: { drawn: Drawn }) {
  const count = drawn.points.length;
  const set = (next: Drawn) => {
    drawing.value = next;
  };
  return (
    <div class="card draws-card" role="group" aria-label="Points by hand">
      <p>
        <b>Press on the map</b> to put a point of this colour. Drag a point to move it.
      </p>
      <Classes drawn={drawn} set={set} />
      <p role="status" class="note">
        {told(drawn) || `${grouped(count)} ${count === 1 ? "point" : "points"}.`}
      </p>
      <Tools drawn={drawn} set={set} />
      {wrong.value && <Wrong parts={wrong.value} />}
      <p class="note">A new network learns them from step 0. What was trained stays in its file.</p>
      <div class="two">
        <button
          type="button"
          class="main-press"
          disabled={count === 0}
          onClick={() => void learn(drawn)}
        >
          Learn {grouped(count)} {count === 1 ? "point" : "points"}
        </button>
        <button type="button" class="press" onClick={openDrawing}>
          Not now
        </button>
      </div>
      <details>
        <summary>By keys</summary>
        <p class="note" id="sheet-says">
          Once the map has the focus: arrows move the ring, with shift further. Enter puts a point,
          or takes hold of the one there and lets it go. Delete takes it away, Page Down goes to the
          next one, 1 2 3 choose the colour, Ctrl Z goes back.
        </p>
      </details>
    </div>
  );
}

interface Props {
  drawn: Drawn;
  set: (next: Drawn) => void;
}

function Classes({ drawn, set }: Props) {
  const options = COLOURS.map((colour, kind) => {
    const of = drawn.points.filter((each) => each[2] === kind).length;
    const label = (
      <>
        <i class={`swatch kind-${kind}`} /> {colour}
        {of > 0 && ` (${of})`}
      </>
    );
    return { value: String(kind), label };
  });
  return (
    <Radios
      label="Colour of the next point"
      options={options}
      value={String(drawn.kind)}
      set={(kind) => set({ ...drawn, kind: Number(kind) })}
    />
  );
}

function Tools({ drawn, set }: Props) {
  const [at, count] = [drawn.at, drawn.points.length];
  const start = count === 0 ? shown() : [];
  return (
    <div class="tools">
      <button
        type="button"
        class="press"
        disabled={at === null}
        onClick={() => at !== null && set(removed(drawn, at))}
      >
        Remove
      </button>
      <button
        type="button"
        class="press"
        disabled={drawn.past.length === 0}
        onClick={() => set(undone(drawn))}
      >
        Undo
      </button>
      <button
        type="button"
        class="press"
        disabled={drawn.future.length === 0}
        onClick={() => set(redone(drawn))}
      >
        Redo
      </button>
      <button
        type="button"
        class="press"
        disabled={count === 0}
        onClick={() => set(cleared(drawn))}
      >
        Clear
      </button>
      {start.length > 0 && (
        <button
          type="button"
          class="inline"
          onClick={() => set({ ...begun(start), kind: drawn.kind, past: [...drawn.past, []] })}
        >
          Begin with the {grouped(start.length)} points of the map
        </button>
      )}
    </div>
  );
}

export async function learn(drawn: Drawn): Promise<void> {
  try {
    await store.ask({ do: "configure", settings: { data: "drawn", points: drawn.points } });
    wrong.value = null;
    // What was drawn while the answer was awaited stays.
    if (drawing.value?.points === drawn.points) drawing.value = null;
    if (laidAside?.points === drawn.points) laidAside = null;
  } catch (error) {
    if (error instanceof Refused) wrong.value = error.parts;
  }
}
