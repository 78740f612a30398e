import { shade } from "./colour";
import { grouped, short } from "./format";
import { usePainted } from "./painted";
import { partName, partOf } from "./parts";
import { density } from "./projector";
import type { Scene } from "./protocol.gen";
import { hidden, store, theme } from "./state";
import { Ticks, ticksOf } from "./ticks";

/** Beside a map, or where there can be none: who is taken for whom, or answers against truths. */
export function Answers({ scene }: { scene: Scene }) {
  return scene.classes.length > 0 ? <Confusion scene={scene} /> : <Scatter scene={scene} />;
}

/** A row for each class, a column for each answer: what is not on the diagonal is a mistake. */
function Confusion({ scene }: { scene: Scene }) {
  const piece = store.picture.value?.pieces.get("confusion");
  const part = partName(partOf(scene.parts));
  if (!piece) return <Counts />;
  const k = scene.classes.length;
  const row = (r: number) => [...piece.values.subarray(r * k, (r + 1) * k)];
  return (
    <div class="scrolls answers">
      <table class={k > 6 ? "confusion many" : "confusion"}>
        <caption>
          Each row a class of the {part} part, each column an answer: right ones on the diagonal.
        </caption>
        <thead>
          <tr>
            <td />
            {scene.classes.map((each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scene.classes.map((each, r) => (
            <tr key={each}>
              <th scope="row">{each}</th>
              {row(r).map((count, c) => (
                <Cell
                  key={scene.classes[c]}
                  count={count}
                  share={count / Math.max(1, ...row(r))}
                  isRight={r === c}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ count, share, isRight }: { count: number; share: number; isRight: boolean }) {
  const colour = shade(theme.value, (isRight ? 0.6 : -0.85) * Math.sqrt(share));
  return (
    <td class={isRight ? "is-right" : ""} style={count > 0 ? { background: colour } : undefined}>
      {count > 0 ? grouped(count) : "·"}
    </td>
  );
}

/** While large parts are not counted: what is known of them. */
function Counts() {
  return (
    <dl class="facts big">
      {Object.entries(store.head.value?.right ?? {}).map(([part, [yes, of]]) => (
        <div key={part}>
          <dt>{partName(part)} right</dt>
          <dd>
            {yes} of {of}
            <progress max={of} value={yes} aria-label={`${partName(part)} right`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Each point where its truth and its answer say; on the line they are the same. */
function Scatter({ scene }: { scene: Scene }) {
  const canvas = usePainted((element) => paint(element, scene), [scene]);
  const off = store.head.value?.metrics.mae;
  const ticks = ticksOf(scene.ticks.at(-1) ?? [], ...endsOf(scene));
  return (
    <div class="map">
      <canvas
        ref={canvas}
        class="large"
        role="img"
        aria-label={`Answers against truths of ${scene.targets[0]}; off by ${short(off)} on average`}
      />
      <Ticks across={ticks} up={ticks} />
      <span class="axis up">answer ↑</span>
      <span class="axis right">truth: {scene.targets[0]} →</span>
    </div>
  );
}

/** Both axes go from the lowest truth to the highest, and a little beyond. */
function endsOf(scene: Scene): readonly [number, number] {
  const truths = Object.values(scene.parts).flatMap((each) => [...each.y]);
  const [first, last] = [Math.min(...truths), Math.max(...truths)];
  const margin = 0.15 * (last - first || 1);
  return [first - margin, last + margin];
}

function paint(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext("2d");
  const pieces = store.picture.value?.pieces;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || !pieces || width === 0) return;
  const look = theme.value;
  const ratio = density();
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const [low, high] = endsOf(scene);
  const at = (value: number) => (value - low) / (high - low);
  context.strokeStyle = look === "dark" ? "#737881" : "#85888e";
  context.beginPath();
  context.moveTo(0, height);
  context.lineTo(width, 0);
  context.stroke();
  for (const [name, points] of Object.entries(scene.parts)) {
    const answers = pieces.get(`${name}.answer`)?.values;
    if (!answers || (name === "test" && hidden.value.has("test"))) continue;
    points.y.forEach((truth, k) => {
      context.beginPath();
      context.arc(at(truth) * width, height - at(answers[k] ?? 0) * height, 3, 0, 7);
      context.fillStyle = look === "dark" ? "#c3c8ff" : "#3a3fa3";
      if (name === "train") context.fill();
      context.strokeStyle = context.fillStyle;
      context.lineWidth = 1.3;
      context.stroke();
    });
  }
}
