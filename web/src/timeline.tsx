import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { branchHere } from "./branches";
import { ErrorCurve } from "./curve";
import { isByClass, slotsOf } from "./dots";
import { errorIn, errorOf, partOf, type Told } from "./errors";
import { grouped, short } from "./format";
import { paintClasses, paintMap } from "./paint";
import type { BranchState } from "./protocol.gen";
import { askError, compared, store, theme, toggle, walk } from "./state";
import { Toolbar } from "./toolbar";

const SPEEDS = ["slow", "normal", "fast"] as const;

/** Time: play and its neighbours, the error curve to drag along, and what the numbers are. */
export function Timeline() {
  return (
    <section class="time" aria-label="Time">
      <Player />
      <ErrorCurve />
      <Branches />
    </section>
  );
}

function Player() {
  const session = store.session.value;
  const isNew = session?.state === "ready";
  const plays = store.playing.value;
  return (
    <div class="player">
      <p class="step">
        step <b>{grouped(store.step.value)}</b>
        {session && session.branches.length > 1 && <span> of {session.branch}</span>}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="press tall"
          disabled={store.step.value === 0}
          onClick={() => walk(-1)}
        >
          <span aria-hidden="true">◀</span> Back
        </button>
        <button
          type="button"
          class={isNew ? "play haloed" : "play"}
          disabled={!session}
          onClick={toggle}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d={plays ? "M2 1h4v14H2zM10 1h4v14h-4z" : "M2 1l13 7-13 7z"} />
          </svg>
          {plays ? "Pause" : "Play"}
        </button>
        <button type="button" class="press tall" disabled={!session} onClick={() => walk(1)}>
          Step <span aria-hidden="true">▶</span>
        </button>
      </div>
      <div class="speed">
        <span aria-hidden="true">Speed</span>
        <Toolbar label="Speed" look="segments">
          {SPEEDS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={session?.speed === each}
              onClick={() => void store.tell({ do: "speed", speed: each })}
            >
              {each}
            </button>
          ))}
        </Toolbar>
      </div>
    </div>
  );
}

/** The errors of the shown state. */
function Facts() {
  const head = store.head.value;
  if (!head) return null;
  const part = head.right.test ? "test" : "train";
  const right = head.right[part];
  const counts = partOf(head.losses);
  const errors = [...new Set([counts, "train"] as const)].map((each) => errorIn(head, each));
  const earlier = errors.filter((each) => each.step !== head.step); // all of them of one point
  return (
    <dl class="facts">
      {counts !== "train" && (
        <div class="strong">
          <dt>
            <i class="thick" /> {counts} error
          </dt>
          <dd>{short(head.losses[counts])}</dd>
        </div>
      )}
      <div>
        <dt>
          <i class="thin" /> train error
        </dt>
        <dd>{short(head.losses.train)}</dd>
      </div>
      {right && (
        <div>
          <dt>{part} right</dt>
          <dd>
            {grouped(right[0])} of {grouped(right[1])}
          </dd>
        </div>
      )}
      {earlier[0] && (
        <div>
          <dt>{earlier.length < errors.length && earlier[0].part} measured at step</dt>
          <dd>{grouped(earlier[0].step)}</dd>
        </div>
      )}
    </dl>
  );
}

/** An error; of another state than the shown one, it says of which. */
function Figure({ told }: { told: Told | null }) {
  const isHere = !told || told.step === store.step.value;
  return (
    <>
      {short(told?.error)}
      {!isHere && <small class="at">at step {grouped(told.step)}</small>}
    </>
  );
}

/** What the numbers are; with branches, each of them to be chosen. */
function Branches() {
  const session = store.session.value;
  const several = (session?.branches.length ?? 0) > 1;
  return (
    <div class="numbers">
      {!several && <Facts />}
      {several && (
        <ul class="branches" aria-label="Branches">
          {session?.branches.map((each) => (
            <li key={each.name} class={each.name === session.branch ? "shown" : ""}>
              <button
                type="button"
                class="folded"
                aria-pressed={each.name === session.branch}
                onClick={() => void store.tell({ do: "show", branch: each.name })}
              >
                <Mini name={each.name} />
                <b>{each.name}</b> <span>{describe(each, store.step.value)}</span>
                <b>
                  <Figure told={errorOf(each.name)} />
                </b>
              </button>
              {each.parent && (
                <button
                  type="button"
                  class="small"
                  aria-label={`Take branch ${each.name} off the page`}
                  onClick={() => {
                    compared.value = null;
                    void store.tell({ do: "drop", branch: each.name });
                  }}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p>
        <button
          type="button"
          class="press accent"
          disabled={store.newest.value === 0}
          onClick={branchHere}
        >
          Branch here
        </button>{" "}
        <button type="button" class="quiet" disabled={!session} onClick={() => askError()}>
          Why this error?
        </button>
      </p>
    </div>
  );
}

/** What is different of a branch; and how far it got, where that is not up to the shown step. */
function describe(branch: BranchState, step: number): string {
  const says = branch.says || (branch.parent ? "" : "the first");
  return step > branch.head ? `${says}, to ${grouped(branch.head)}` : says;
}

/** A branch's map at the shown step. The one that is compared is asked for in the frames. */
function Mini({ name }: { name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const session = store.session.value;
    const isShown = session?.branch === name;
    const others = session?.branches.filter((each) => each.name !== session.branch) ?? [];
    if (!isShown && !others.some((each) => each.name === compared.value)) compared.value = name;
    const [frame, scene] = [store.picture.value, store.scene.value];
    const block = frame?.head.branch === name ? "output" : "compare";
    const isThere = block === "output" || compared.value === name;
    const map = isThere ? frame?.pieces.get(block) : undefined;
    if (!canvas.current) return;
    const [rows = 1, columns = 1] = map?.shape ?? [];
    if (map?.shape.length !== 2)
      canvas.current.width = 1; // what it showed is gone
    else if (scene && isByClass(scene))
      paintClasses(
        canvas.current,
        map.values,
        undefined,
        rows,
        columns,
        theme.value,
        slotsOf(scene),
      );
    else paintMap(canvas.current, map.values, rows, columns, [map.low, map.high], theme.value);
  });
  return <canvas ref={canvas} class="mini" width={8} height={8} aria-hidden="true" />;
}
