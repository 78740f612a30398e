import { lowered, short } from "./format";
import type { RowFound } from "./protocol.gen";
import { ask, type Part, point, store } from "./state";

/** What a click on the map does, for who has no mouse. */
export function PointByNumber() {
  const parts = Object.entries(store.scene.value?.parts ?? {});
  return (
    <form
      class="what-if"
      onSubmit={(event) => {
        event.preventDefault();
        const told = new FormData(event.currentTarget);
        const [part, row] = [told.get("part") as Part, Number(told.get("row"))];
        store.ask<RowFound>({ do: "row", part, row }).then(
          (found) => {
            point.value = found;
          },
          (error) => store.say(error),
        );
      }}
    >
      <label for="part">Point of</label>
      <select id="part" name="part">
        {parts.map(([name, each]) => (
          <option key={name} value={name}>
            {name}, 0 to {each.of - 1}
          </option>
        ))}
      </select>
      <label class="unseen" for="row">
        Its number
      </label>
      <input
        id="row"
        name="row"
        type="text"
        inputMode="numeric"
        defaultValue="0"
        autocomplete="off"
      />
      <button type="submit" class="press">
        Show
      </button>
    </form>
  );
}

const COLUMNS = 12; // of a row that are shown

/** A point that was clicked: its columns, the answer, and the ways to ask why. */
export function Point() {
  const found = point.value;
  if (!found) return null;
  const columns = Object.entries(found.x);
  return (
    <section class="chain">
      <h3>
        {found.part} point {found.row} <b>{found.answer}</b>
      </h3>
      <dl class="facts">
        {columns.slice(0, COLUMNS).map(([name, value]) => (
          <div key={name}>
            <dt>{lowered(name)}</dt>
            <dd>{typeof value === "number" ? short(value) : value}</dd>
          </div>
        ))}
        {columns.length > COLUMNS && (
          <div>
            <dt>and {columns.length - COLUMNS} more columns</dt>
          </div>
        )}
        <div>
          <dt>truth</dt>
          <dd>{found.truth}</dd>
        </div>
        <div>
          <dt>error</dt>
          <dd>{found.loss}</dd>
        </div>
      </dl>
      <p>
        <button type="button" class="press" onClick={() => whyOf(found, "answer")}>
          Why this answer?
        </button>{" "}
        <button type="button" class="press" onClick={() => whyOf(found, "error")}>
          Why this error?
        </button>
      </p>
    </section>
  );
}

/** In the step's batch where it is a training point; else in its own part. */
function whyOf(found: RowFound, what: "answer" | "error"): void {
  const isTrain = found.part === "train";
  const place = isTrain ? (found.place ?? 0) : found.row;
  const answers = found.a.at(-1) ?? [];
  const strongest = Math.max(0, answers.indexOf(Math.max(...answers)));
  const address =
    what === "error" ? `loss[${place}]` : `${found.a.length - 1}.a[${place},${strongest}]`;
  ask(address, found.row, isTrain ? null : (found.part as Part));
}
