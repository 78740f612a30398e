import { signal } from "@preact/signals";
import { grouped } from "./format";
import type { TableInfo } from "./protocol.gen";
import { drawing, store, tab } from "./state";
import { Refused } from "./store";

const table = signal<TableInfo | null>(null);
const busy = signal(false);

/** A file of the person's own, and points drawn by hand. */
export function OwnData() {
  return (
    <>
      <div class="two">
        <label class="press file">
          {busy.value ? "Reading …" : "Open a table"}
          <input
            type="file"
            class="unseen"
            accept=".csv,.tsv,.txt,.parquet,.arrow,.feather,.xlsx"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void give(file);
            }}
          />
        </label>
        <button
          type="button"
          class="press"
          aria-pressed={drawing.value !== null}
          onClick={() => {
            drawing.value = drawing.value ? null : { points: [], kind: 0 };
          }}
        >
          Draw points
        </button>
      </div>
      <Drawing />
      {table.value && <Preview info={table.value} />}
    </>
  );
}

/** A dropped file goes to the server; what is wrong with it is said in the panel. */
export async function give(file: File): Promise<void> {
  busy.value = true;
  try {
    const answer = await fetch("/table", {
      method: "POST",
      body: file,
      headers: {
        "Content-Type": "application/octet-stream",
        "X-Name": encodeURIComponent(file.name),
      },
    });
    const told = await answer.json();
    if (told.error) throw new Refused({ field: null, ...told.error });
    table.value = told as TableInfo;
    store.failed.value = null;
  } catch (error) {
    const cut = {
      called: "the table",
      needs: "the server",
      got: "no answer",
      do: "Try it again.",
      field: null,
    };
    store.say(error instanceof Refused ? error : new Refused(cut));
  } finally {
    busy.value = false;
  }
}

/** A table may be dropped anywhere: else the browser would leave the page for it. */
export function listenToDrops(): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    tab.value = "setup"; // where it is shown, or what is wrong with it
    void give(file);
  });
}

function Preview({ info }: { info: TableInfo }) {
  const chosen = new Set(info.target);
  const turn = (name: string) => {
    const next = chosen.has(name)
      ? info.target.filter((each) => each !== name)
      : [...info.target, name];
    table.value = { ...info, target: next };
  };
  const use = async () => {
    const settings = { data: `table:${info.id}`, target: info.target };
    if (await store.tell({ do: "configure", settings })) table.value = null;
  };
  return (
    <div class="card" role="group" aria-label={info.name}>
      <p>
        <b>{info.name}</b>, {grouped(info.rows)} rows
      </p>
      <div class="scrolls" tabIndex={0} role="region" aria-label="The first rows">
        <table>
          <thead>
            <tr>
              {info.columns.map((each) => (
                <th key={each.name} scope="col">
                  {each.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {info.first.slice(0, 4).map((row, k) => (
              <tr key={k}>
                {row.map((cell, c) => (
                  <td key={info.columns[c]?.name}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <fieldset class="pills">
        <legend>To predict</legend>
        {info.columns.map((each) => (
          <button
            key={each.name}
            type="button"
            class="pill"
            aria-pressed={chosen.has(each.name)}
            onClick={() => turn(each.name)}
          >
            {each.name}
          </button>
        ))}
      </fieldset>
      {info.notes.map((each) => (
        <p class="note" key={each}>
          {each}
        </p>
      ))}
      <button
        type="button"
        class="main-press"
        disabled={chosen.size === 0}
        onClick={() => void use()}
      >
        Use this table
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          table.value = null;
        }}
      >
        Not now
      </button>
    </div>
  );
}

function Drawing() {
  const drawn = drawing.value;
  if (!drawn) return null;
  const kinds = [0, 1, 2];
  return (
    <div class="card" role="group" aria-label="Points by hand">
      <p>Click on the output map to put points there. {drawn.points.length} so far.</p>
      <div class="pills" role="group" aria-label="Class of the next point">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            class="pill"
            aria-pressed={drawn.kind === kind}
            onClick={() => {
              drawing.value = { ...drawn, kind };
            }}
          >
            class {kind}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="main-press"
        disabled={drawn.points.length < 4}
        onClick={async () => {
          if (
            await store.tell({ do: "configure", settings: { data: "drawn", points: drawn.points } })
          )
            drawing.value = null;
        }}
      >
        Learn these
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          drawing.value = { ...drawn, points: drawn.points.slice(0, -1) };
        }}
      >
        Take the last away
      </button>
    </div>
  );
}
