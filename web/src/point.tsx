import { askOf, choose } from "./follow";
import { grouped, lowered, short } from "./format";
import { type Part, partName } from "./parts";
import { point, store } from "./state";

/** What a click on the map does, for who has no mouse. */
export function PointByNumber() {
  const parts = Object.entries(store.scene.value?.parts ?? {});
  return (
    <form
      class="what-if"
      onSubmit={(event) => {
        event.preventDefault();
        const told = new FormData(event.currentTarget);
        void choose({ part: told.get("part") as Part, row: Number(told.get("row")) });
      }}
    >
      <label for="part">Point of</label>
      <select id="part" name="part">
        {parts.map(([name, each]) => (
          <option key={name} value={name}>
            {partName(name)}, 0 to {each.of - 1}
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
        {partName(found.part)} point {found.row} <b>{found.answer}</b>
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
            <dt>
              and {columns.length - COLUMNS} more{" "}
              {columns.length - COLUMNS === 1 ? "column" : "columns"}
            </dt>
          </div>
        )}
        <div>
          <dt>at step</dt>
          <dd>{grouped(found.step)}</dd>
        </div>
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
        <button type="button" class="press" onClick={() => askOf(found, strongest(found.a))}>
          Why this answer?
        </button>{" "}
        <button type="button" class="press" onClick={() => askOf(found, "loss[:]")}>
          Why this error?
        </button>
      </p>
    </section>
  );
}

/** The address of the largest output. */
function strongest(a: readonly (readonly number[])[]): string {
  const answers = a.at(-1) ?? [];
  return `${a.length - 1}.a[:,${Math.max(0, answers.indexOf(Math.max(...answers)))}]`;
}
