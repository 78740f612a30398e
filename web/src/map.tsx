import { crossings } from "./contour";
import { drawDots, isByClass, nearest, type Place, placeOf, shareSlot, slotsOf } from "./dots";
import { choose, chosen } from "./follow";
import { lowered } from "./format";
import type { Piece } from "./frame";
import { paintClasses, paintMap, paintShares } from "./paint";
import { usePainted } from "./painted";
import { density } from "./projector";
import type { Scene } from "./protocol.gen";
import { Sheet } from "./sheet";
import { drawing, hidden, magnified, rings, store, theme } from "./state";
import { type Tick, Ticks, ticksOf } from "./ticks";

/** Where a curve over one input has room: a little beyond the ends of its answers. */
function endsOf(map: Piece | undefined): readonly [number, number] {
  if (!map || map.shape.length > 1) return [map?.low ?? 0, map?.high ?? 1];
  const margin = 0.12 * (map.high - map.low);
  return [map.low - margin, map.high + margin];
}

const pixels = document.createElement("canvas");

interface LargeProps {
  scene: Scene;
  differs: boolean; // the difference of two branches, without points
}

/** What one unit answers, place by place, and the points. */
export function Large({ scene, differs }: LargeProps) {
  const canvas = usePainted(
    (element) => {
      if (store.picture.value) paint(element, scene, look(), differs);
    },
    [scene, differs],
  );
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
      <Ticks across={along(scene, 0)} up={axes.length > 1 ? along(scene, 1) : answered(scene)} />
      <span class="axis up">{lowered(axes[1] ?? scene.targets[0] ?? "")} ↑</span>
      <span class="axis right">{lowered(axes[0] ?? "")} →</span>
    </div>
  );
}

/** Numbers at an axis of the map. */
function along({ ticks, low, high }: Scene, k: 0 | 1): Tick[] {
  return ticksOf(ticks[k] ?? [], low[k] ?? 0, high[k] ?? 1);
}

/** Numbers at the height of a curve: round ones of the target, else its ends. */
function answered(scene: Scene): Tick[] {
  const map = store.picture.value?.pieces.get("map");
  const ends = endsOf(map);
  const round = magnified.value.layer === null ? ticksOf(scene.ticks[1] ?? [], ...ends) : [];
  return round.length > 1 || !map ? round : ticksOf([map.low, map.high], ...ends);
}

function look() {
  return {
    theme: theme.value,
    rings: rings.value,
    chosen: chosen.value,
    hideTest: hidden.value.has("test"),
    isDrawing: drawing.value !== null,
    isOutput: magnified.value.layer === null,
  };
}

function paint(
  canvas: HTMLCanvasElement,
  scene: Scene,
  seen: ReturnType<typeof look>,
  differs: boolean,
): void {
  const context = canvas.getContext("2d");
  const frame = store.picture.peek();
  const map = frame?.pieces.get(differs ? "difference" : "map");
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || !frame || width === 0) return;
  const ratio = density();
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (!map) return;
  const place = placeOf(scene, width, height, endsOf(map));
  if (map.shape.length === 2) paintPlane(context, scene, map, seen, differs, [width, height]);
  else drawCurve(context, scene, map, place, seen.theme);
  if (!differs && !seen.isDrawing) drawDots(context, scene, frame, place, seen);
}

function paintPlane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  map: Piece,
  seen: ReturnType<typeof look>,
  differs: boolean,
  [width, height]: readonly [number, number],
): void {
  const [rows = 1, columns = 1] = map.shape;
  const share = store.picture.peek()?.pieces.get("map.share")?.values;
  if (seen.isOutput && !differs && isByClass(scene))
    paintClasses(pixels, map.values, share, rows, columns, seen.theme, slotsOf(scene));
  else {
    const slot = differs ? null : magnifiedSlot(scene, map);
    if (slot === null) paintMap(pixels, map.values, rows, columns, [map.low, map.high], seen.theme);
    else paintShares(pixels, map.values, 1, rows, columns, seen.theme, slot);
  }
  context.imageSmoothingEnabled = true;
  context.drawImage(pixels, 0, 0, width, height);
  if (differs || !seen.isOutput || scene.classes.length !== 2) return;
  context.beginPath(); // where the answer turns
  for (const [x, y, toX, toY] of crossings(map.values, rows, columns, 0.5)) {
    context.moveTo(x * width, y * height);
    context.lineTo(toX * width, toY * height);
  }
  context.strokeStyle = seen.theme === "dark" ? "#b4b8bf" : "#53565d";
  context.lineWidth = 1;
  context.stroke();
}

/** The colour of the class whose share the magnified unit answers, if that is what it does. */
export function magnifiedSlot(scene: Scene, map: Piece): number | null {
  const { layer = -1, unit = 0 } = store.picture.peek()?.head ?? {};
  return shareSlot(scene, (store.network.peek()?.layers.length ?? 0) - 1, layer, unit, map);
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
    const x = place.x(low + ((high - low) * (k + 0.5)) / Math.max(1, map.values.length));
    if (k === 0) context.moveTo(x, place.y(value));
    else context.lineTo(x, place.y(value));
  });
  context.strokeStyle = look === "dark" ? "#e9eaec" : "#1b1c1f";
  context.lineWidth = 2.5;
  context.stroke();
}

function pick(event: MouseEvent, scene: Scene): void {
  const canvas = event.currentTarget as HTMLCanvasElement;
  const [x, y, w, h] = [event.offsetX, event.offsetY, canvas.clientWidth, canvas.clientHeight];
  const place = placeOf(scene, w, h, endsOf(store.picture.peek()?.pieces.get("map")));
  const found = nearest(scene, place, x, y);
  if (found) void choose(found);
}
