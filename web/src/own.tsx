import { draft } from "./draft";
import { DrawCard, openDrawing } from "./drawcard";
import { drawing, intoSight, store, tab } from "./state";
import { Preview } from "./table";
import { dragging, give, type Reading, reading, refused, stopReading } from "./upload";
import { Wrong } from "./wrong";

const ENDINGS =
  ".csv,.tsv,.txt,.dat,.data,.npz,.npy,.parquet,.pq,.arrow,.feather,.ipc,.gz,.bz2,.xz";

/** A file of the person's own, and points drawn by hand. A table that was read stands first. */
export function OwnData() {
  return (
    <div class="own">
      {draft.value && <Preview made={draft.value} />}
      <h3>{draft.value ? "Or other data" : "Your own data"}</h3>
      <Drop />
      {reading.value && <Busy of={reading.value} />}
      {refused.value && (
        <Wrong
          parts={refused.value}
          close={() => {
            refused.value = null;
          }}
        />
      )}
      {drawing.value && <DrawCard drawn={drawing.value} />}
    </div>
  );
}

function Drop() {
  const isDrawn = store.form.value?.fields.some((each) => each.kind === "points") ?? false;
  return (
    <div class={dragging.value ? "drop on" : "drop"}>
      <p>{dragging.value ? "Let go: it is only looked at." : "Drop a CSV or Parquet file, or:"}</p>
      <div class="two">
        <label class="press file">
          Open a table
          <input type="file" class="unseen" accept={ENDINGS} onChange={chosen} />
        </label>
        <button
          type="button"
          class="press"
          aria-expanded={drawing.value !== null}
          onClick={openDrawing}
        >
          {isDrawn ? "Change the points" : "Draw points"}
        </button>
      </div>
      <p>
        <button type="button" class="inline" onClick={toRuns}>
          Earlier runs
        </button>{" "}
        are opened under Take away.
      </p>
    </div>
  );
}

function toRuns(): void {
  tab.value = "take";
  requestAnimationFrame(intoSight);
}

function chosen(event: Event): void {
  const input = event.currentTarget as HTMLInputElement;
  const file = input.files?.[0];
  if (file) give(file);
  input.value = ""; // the same file may be chosen again, after it was mended
}

function Busy({ of: { name, share } }: { of: Reading }) {
  return (
    <div class="card busy" role="status">
      <p>
        {share === null
          ? `Reading the columns of ${name} …`
          : `Sending ${name}: ${Math.floor(100 * share)} %`}
      </p>
      {share === null ? (
        <progress aria-label={name} />
      ) : (
        <progress aria-label={name} value={share} />
      )}
      <button type="button" class="quiet" onClick={stopReading}>
        Stop
      </button>
    </div>
  );
}
