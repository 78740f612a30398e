import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { branchHere } from "./branches";
import { isByClass, slotsOf } from "./dots";
import { errorIn, errorOf, type Told } from "./errors";
import { grouped, short } from "./format";
import { paintClasses, paintMap } from "./paint";
import { partName, partOf } from "./parts";
import type { BranchState } from "./protocol.gen";
import { Question } from "./question";
import { askError, compared, hidden, pending, store, theme } from "./state";

/** What the numbers are; with branches, each of them to be chosen. */
export function Numbers() {
  const session = store.session.value;
  const several = (session?.branches.length ?? 0) > 1;
  if (pending.value?.beside === "curve")
    return (
      <div class="numbers asks">
        <Question beside="curve" />
      </div>
    );
  return (
    <div class="numbers">
      {several ? <Branches /> : !hidden.value.has("numbers") && <Facts />}
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

/** The errors of the shown state, and how many of the part that counts are right. */
function Facts() {
  const head = store.head.value;
  if (!head) return null;
  const right = head.right[partOf(head.right)];
  const counts = partOf(head.losses);
  const parts = (["test", "validation", "train"] as const).filter(
    (each) => each in head.losses || each === "train",
  );
  const errors = parts.map((each) => errorIn(head, each));
  const earlier = errors.filter((each) => each.step !== head.step); // all of them of one point
  const only = earlier.length < errors.length && earlier[0] ? partName(earlier[0].part) : "";
  return (
    <dl class="facts">
      {errors.map(({ part, error }) => (
        <div key={part} class={part === counts && part !== "train" ? "strong" : ""}>
          <dt>
            <i class={part === "train" ? "thin" : part === counts ? "thick" : "no-line"} />{" "}
            {partName(part)} error
          </dt>
          <dd>{short(error)}</dd>
        </div>
      ))}
      {right && (
        <div>
          <dt>{partName(partOf(head.right))} right</dt>
          <dd>
            {grouped(right[0])} of {grouped(right[1])}
          </dd>
        </div>
      )}
      {earlier[0] && (
        <div>
          <dt>{only} measured at step</dt>
          <dd>{grouped(earlier[0].step)}</dd>
        </div>
      )}
    </dl>
  );
}

function Branches() {
  return (
    <ul class="branches" aria-label="Branches">
      {store.session.value?.branches.map((each) => (
        <Branch key={each.name} branch={each} />
      ))}
    </ul>
  );
}

/** A branch to be shown, or to be taken off the page. */
function Branch({ branch }: { branch: BranchState }) {
  const { name, parent } = branch;
  const isShown = name === store.session.value?.branch;
  return (
    <li class={isShown ? "shown" : ""}>
      <button
        type="button"
        class="folded"
        aria-pressed={isShown}
        onClick={() => void store.tell({ do: "show", branch: name })}
      >
        <Mini branch={branch} />
        <b>{name}</b> <span>{describe(branch)}</span>
        {!hidden.value.has("numbers") && (
          <b>
            <Figure told={errorOf(name)} />
          </b>
        )}
      </button>
      {parent && (
        <button
          type="button"
          class="small"
          aria-label={`Take branch ${name} off the page`}
          onClick={() => drop(name)}
        >
          ×
        </button>
      )}
    </li>
  );
}

function drop(branch: string): void {
  compared.value = null;
  void store.tell({ do: "drop", branch });
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

/** Since when it is another one, and what is different; how far it got stands at its error. */
function describe({ parent, step, says }: BranchState): string {
  return parent ? `from ${grouped(step)}: ${says}` : says || "the first";
}

/** A branch's map at the shown step. The one that is compared is asked for in the frames. */
function Mini({ branch: { name, head } }: { branch: BranchState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isThere = store.step.value <= head;
  useSignalEffect(() => {
    const [frame, scene] = [store.picture.value, store.scene.value];
    const block = frame?.head.branch === name ? "output" : "compare";
    const isSeen = block === "output" || compared.value === name;
    const map = isSeen ? frame?.pieces.get(block) : undefined;
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
  return (
    <span class={isThere ? "mini" : "mini ended"} aria-hidden="true">
      <canvas ref={canvas} width={8} height={8} />
    </span>
  );
}
