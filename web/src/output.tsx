import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { drawDots, nearest, type Place, placeOf } from "./dots";
import { lowered, short } from "./format";
import type { Piece } from "./frame";
import { paintMap } from "./paint";
import type { RowFound, Scene } from "./protocol.gen";
import { isSheet, Sheet } from "./sheet";
import { asked, drawing, hidden, magnified, point, rings, store, tab, theme } from "./state";
import { derivation } from "./trail";

/** One unit magnified: what it answers, place by place, and the points. */
export function Output() {
  const scene = store.scene.value;
  const { layer, unit } = magnified.value;
  const name =
    layer === null
      ? "what the network answers, place by place"
      : layer < 0
        ? `input ${lowered(store.network.value?.inputs[unit] ?? "")}`
        : `what unit ${unit} of layer ${layer + 1} answers`;
  return (
    <section class="output" aria-label="Output">
      <div class="caption">
        <h2>Output</h2>
        <span>{rings.value.size > 0 ? "ringed: this step’s points; larger pulls more" : name}</span>
      </div>
      {scene && drawing.value && !isSheet(scene) ? (
        <div class="map">
          <Sheet scene={scene} />
        </div>
      ) : (
        scene && (scene.kind === "none" ? <NoMap /> : <Large scene={scene} />)
      )}
      {scene && scene.kind !== "none" && <Legend scene={scene} />}
      {scene?.others && <p class="note">{scene.others}</p>}
    </section>
  );
}

function endsOf(map: Piece | undefined): readonly [number, number] {
  if (!map || map.shape.length > 1) return [map?.low ?? 0, map?.high ?? 1];
  const margin = 0.12 * (map.high - map.low); // a curve over one input leaves its frame a little
  return [map.low - margin, map.high + margin];
}

const pixels = document.createElement("canvas");

function Large({ scene }: { scene: Scene }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(0);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watcher = new ResizeObserver(() =>
      setSize(element.clientWidth * 1e4 + element.clientHeight),
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const draw = () => {
    const frame = store.picture.value;
    if (canvas.current && frame) paint(canvas.current, scene, look());
  };
  useSignalEffect(draw);
  useLayoutEffect(draw, [scene, size]);
  const axes = scene.axes;
  return (
    <div class="map">
      <canvas
        ref={canvas}
        class="large"
        role="img"
        onClick={(event) => pick(event, scene)}
        aria-label={`Map over ${axes.join(" and ")}. ${store.head.value?.headline ?? ""}`}
      />
      {drawing.value && <Sheet scene={scene} />}
      {axes[1] && <span class="axis up">{lowered(axes[1])} ↑</span>}
      <span class="axis right">{lowered(axes[0] ?? "")} →</span>
    </div>
  );
}

function look() {
  const sample = asked.value ? derivation.value?.sample : null;
  const chosen =
    point.value ??
    (sample === null || sample === undefined ? null : { part: "train", row: sample });
  return {
    theme: theme.value,
    rings: rings.value,
    chosen,
    hideTest: hidden.value.has("test"),
    isDrawing: drawing.value !== null,
  };
}

function paint(canvas: HTMLCanvasElement, scene: Scene, seen: ReturnType<typeof look>): void {
  const context = canvas.getContext("2d");
  const frame = store.picture.peek();
  const map = frame?.pieces.get("map");
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || !frame || !map || width === 0) return;
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const place = placeOf(scene, width, height, endsOf(map));
  if (map.shape.length === 2) {
    paintMap(
      pixels,
      map.values,
      map.shape[0] ?? 1,
      map.shape[1] ?? 1,
      [map.low, map.high],
      seen.theme,
    );
    context.imageSmoothingEnabled = true;
    context.drawImage(pixels, 0, 0, width, height);
  } else {
    drawCurve(context, scene, map, place, seen.theme);
  }
  if (!seen.isDrawing) drawDots(context, scene, frame, place, seen);
}

function drawCurve(
  context: CanvasRenderingContext2D,
  scene: Scene,
  map: Piece,
  place: Place,
  look: "light" | "dark",
): void {
  const [low = 0, high = 1] = [scene.low[0], scene.high[0]];
  context.beginPath();
  map.values.forEach((value, k) => {
    const x = place.x(low + ((high - low) * k) / Math.max(1, map.values.length - 1));
    if (k === 0) context.moveTo(x, place.y(value));
    else context.lineTo(x, place.y(value));
  });
  context.strokeStyle = look === "dark" ? "#8089e0" : "#656dd4";
  context.lineWidth = 3;
  context.stroke();
}

function pick(event: MouseEvent, scene: Scene): void {
  const canvas = event.currentTarget as HTMLCanvasElement;
  const [x, y, w, h] = [event.offsetX, event.offsetY, canvas.clientWidth, canvas.clientHeight];
  const found = nearest(
    scene,
    placeOf(scene, w, h, endsOf(store.picture.peek()?.pieces.get("map"))),
    x,
    y,
  );
  if (!found) return;
  store.ask<RowFound>({ do: "row", ...found }).then(
    (row) => {
      point.value = row;
      tab.value = "why";
    },
    (error) => store.say(error),
  );
}

function Legend({ scene }: { scene: Scene }) {
  const map = store.picture.value?.pieces.get("map");
  const [first, last] = [scene.classes[0], scene.classes.at(-1)];
  const isClass = scene.classes.length > 0 && magnified.value.layer === null;
  return (
    <div class="legends">
      <div class="scale">
        <span class="bar-of-colours" />
        <span>
          {short(map?.low)} {isClass ? first : ""}
        </span>
        <span>
          {short(map?.high)} {isClass ? last : ""}
        </span>
      </div>
      <p class="points">
        <span>
          <i class="dot" /> train
        </span>
        {scene.parts.test && !hidden.value.has("test") && (
          <span>
            <i class="dot hollow" /> test
          </span>
        )}
        {scene.classes.length > 0 && (
          <span>
            <i class="dot wrong" /> wrong
          </span>
        )}
      </p>
    </div>
  );
}

/** Data of many columns has no map: who is right, as counts. */
function NoMap() {
  const right = store.head.value?.right ?? {};
  const image = store.network.value?.image;
  return (
    <div class="no-map">
      <p>
        {image
          ? "The inputs are pixels: the squares of the first layer show its weights as pictures."
          : "These data have many columns, so there is no map of them."}
      </p>
      <dl class="facts big">
        {Object.entries(right).map(([part, [yes, of]]) => (
          <div key={part}>
            <dt>{part} right</dt>
            <dd>
              {yes} of {of}
              <progress max={of} value={yes} aria-label={`${part} right`} />
            </dd>
          </div>
        ))}
        {Object.entries(store.head.value?.metrics ?? {}).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{short(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
