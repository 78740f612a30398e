import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { choose, shownRow } from "./follow";
import { percent, short } from "./format";
import { unitName } from "./layout";
import { paintInk, paintMap } from "./paint";
import { partName, partOf } from "./parts";
import type { Network, Scene } from "./protocol.gen";
import { magnified, store, theme } from "./state";

/** Of a network of pixels: the chosen picture and what is answered, and others to choose from. */
export function Pictures({ network, scene }: { network: Network; scene: Scene }) {
  return (
    <div class="pictures">
      <div class="sample">
        <Chosen />
        <Shares network={network} scene={scene} />
      </div>
      <Gallery scene={scene} />
      <p class="note">Under each its answer. Dark rims: wrong ones.</p>
    </div>
  );
}

function Chosen() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const piece = store.picture.value?.pieces.get("sample.pixels");
    const [rows = 1, columns = 1] = piece?.shape ?? [];
    if (canvas.current && piece) paintInk(canvas.current, piece.values, rows, columns, theme.value);
  });
  const row = shownRow.value;
  const says = row ? `${partName(row.part)} row ${row.row}` : "";
  return (
    <figure>
      <canvas ref={canvas} class="pixels" role="img" aria-label={says} />
      <figcaption>{says}</figcaption>
    </figure>
  );
}

/** Which class has which share of the answer, for the chosen picture. */
function Shares({ network, scene }: { network: Network; scene: Scene }) {
  const row = shownRow.value;
  const last = network.layers.length - 1;
  const shares: readonly number[] = [
    ...(store.picture.value?.pieces.get(`${last}.sample.a`)?.values ?? []),
  ];
  const place = row ? (scene.parts[row.part]?.rows.indexOf(row.row) ?? -1) : -1;
  const truth = row && place >= 0 ? scene.parts[row.part]?.y[place] : undefined;
  const answer = shares.indexOf(Math.max(...shares));
  const isRight = truth === answer;
  if (shares.length !== scene.classes.length) return null;
  return (
    <div class="shares">
      <p>
        answered <b>{scene.classes[answer]}</b>
        {truth !== undefined &&
          (isRight ? ", which is right" : `, but it is ${scene.classes[truth]}`)}
      </p>
      <ol>
        {scene.classes.map((name, k) => (
          <li key={name} class={k === answer ? "is-answer" : ""}>
            <span>
              {name}
              {k === truth && <i title="the truth"> ✓</i>}
            </span>
            <span class="track">
              <i class="fill" style={{ width: `${100 * (shares[k] ?? 0)}%` }} />
            </span>
            <span class="share" title={short(shares[k])}>
              {percent(shares[k] ?? 0)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Rows as small pictures: one stop of the Tab key, arrows inside. */
function Gallery({ scene }: { scene: Scene }) {
  const pieces = store.picture.value?.pieces;
  const [count = 0] = pieces?.get("gallery")?.shape ?? [];
  const part = partOf(scene.parts);
  const points = scene.parts[part];
  const go = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const all = [...(event.currentTarget as Element).querySelectorAll("button")];
    const next = all[all.indexOf(event.target as HTMLButtonElement) + (by ?? 0)];
    if (!by) return;
    event.preventDefault();
    next?.focus();
  };
  const rows = [...Array(count).keys()].map((k) => points?.rows[k] ?? k);
  const stop = Math.max(0, rows.indexOf(shownRow.value?.part === part ? shownRow.value.row : -1));
  return (
    <div
      class="gallery"
      role="radiogroup"
      aria-label={`Pictures of the ${partName(part)} part`}
      onKeyDown={go}
    >
      {rows.map((row, k) => {
        const answer = scene.classes[pieces?.get("gallery.answer")?.values[k] ?? 0];
        const isRight = pieces?.get("gallery.right")?.values[k] === 1;
        const truth = scene.classes[points?.y[k] ?? 0];
        const isChosen = k === stop;
        return (
          <button
            key={row}
            type="button"
            role="radio"
            aria-checked={isChosen}
            tabIndex={isChosen ? 0 : -1}
            class={isRight ? "thumb" : "thumb mistaken"}
            aria-label={`${truth}, answered ${answer}${isRight ? "" : ": wrong"}`}
            onClick={() => void choose({ part, row })}
          >
            <Thumb place={k} />
            <span>{answer}</span>
          </button>
        );
      })}
    </div>
  );
}

function Thumb({ place }: { place: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef("");
  useSignalEffect(() => {
    const piece = store.picture.value?.pieces.get("gallery");
    const key = `${store.picture.value?.head.session} ${theme.value}`;
    if (!canvas.current || !piece || painted.current === key) return;
    painted.current = key; // the rows stay the same from frame to frame
    const [, rows = 1, columns = 1] = piece.shape;
    const values = piece.values.subarray(place * rows * columns, (place + 1) * rows * columns);
    paintInk(canvas.current, values, rows, columns, theme.value);
  });
  return <canvas ref={canvas} class="pixels" aria-hidden="true" />;
}

/** The picture of the unit under the pointer, large: which pixels speak for it, and which against. */
export function UnitPicture({ network }: { network: Network }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = magnified.value.layer ?? 0;
  const unit = magnified.value.unit;
  useSignalEffect(() => {
    const { layer, unit } = magnified.value;
    const piece = store.picture.value?.pieces.get(`${layer}.image`);
    const at = layer === null ? -1 : (network.layers[layer]?.shown.indexOf(unit) ?? -1);
    if (!canvas.current || !piece || at < 0) return;
    const [, rows = 1, columns = 1] = piece.shape;
    const values = piece.values.subarray(at * rows * columns, (at + 1) * rows * columns);
    paintMap(canvas.current, values, rows, columns, [0, 255], theme.value, false);
  });
  const piece = store.picture.value?.pieces.get(`${layer}.image`);
  const name = unitName(network, layer, unit);
  return (
    <>
      <div class="map">
        <canvas ref={canvas} class="large pixels" role="img" aria-label={`Weights of ${name}`} />
      </div>
      <div class="legends below-one-another">
        <div class="scale">
          <span class="bar-of-colours" />
          <span>{short(piece?.low)}</span>
          <span>{short(piece?.high)}</span>
        </div>
        <p>
          {layer === 0
            ? "Its weight from each pixel: ink there pushes it up, or down."
            : "Weights of all ways from each pixel to it, multiplied and added up. What activations do between is left out."}
        </p>
      </div>
    </>
  );
}
