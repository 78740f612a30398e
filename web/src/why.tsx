import { lowered, short } from "./format";
import { Pulls, WhatIf } from "./links";
import { Formula } from "./mathml";
import type { RowFound, TreeNode } from "./protocol.gen";
import { ask, asked, marked, point, store, whyMost } from "./state";
import { close, derivation, go, nodes, pulls, trail } from "./trail";

/** A derivation as a chain: each link a formula, each of its numbers the way to the next one. */
export function Why() {
  const found = derivation.value;
  if (!asked.value && !point.value) return <Invitation />;
  return (
    <div class="why">
      <div class="top">
        <h2>{found?.title ?? (point.value ? "This point" : "…")}</h2>
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      </div>
      {found && (
        <p class="where">
          <code>{asked.value?.address}</code> {found.question}
        </p>
      )}
      {point.value && <Point />}
      {trail.value.map((key, k) => {
        const node = nodes.value[key];
        return node ? <Link key={`${k} ${key}`} at={k} name={key} node={node} /> : null;
      })}
      <Incoming />
    </div>
  );
}

function Invitation() {
  return (
    <div class="why">
      <h2>Why is this weight moving?</h2>
      <p>
        Click any line, unit or point of the pictures, and read where its number comes from, down to
        the data.
      </p>
      <button type="button" class="main-press" onClick={whyMost}>
        The weight that moves most
      </button>
      <button type="button" class="press" onClick={() => ask("loss")}>
        The error
      </button>
      <PointByNumber />
    </div>
  );
}

/** What a click on the map does, for who has no mouse. */
function PointByNumber() {
  const last = (store.scene.value?.parts.train?.of ?? 1) - 1;
  return (
    <form
      class="what-if"
      onSubmit={(event) => {
        event.preventDefault();
        const row = Number(new FormData(event.currentTarget).get("row"));
        store.ask<RowFound>({ do: "row", part: "train", row }).then(
          (found) => {
            point.value = found;
          },
          (error) => store.say(error),
        );
      }}
    >
      <label for="row">Training point, 0 to {last}</label>
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

const ENDS: Record<string, string> = {
  data: "This is data: measured, not made. The chain ends here.",
  setting: "This was chosen under Setup. The chain ends here.",
  parameter: "This is what was learnt so far: all steps before made it.",
  memory: "This is what the optimiser remembers of the steps before.",
};

function Link({ at, name, node }: { at: number; name: string; node: TreeNode }) {
  const next = trail.value[at + 1];
  const isOld = at < trail.value.length - 2;
  const press = (key: string) => void go(at, key);
  const head = (
    <>
      <span class="name">
        <Formula tree={node.name} />
      </span>
      <b title={node.digits}>{node.text}</b>
    </>
  );
  return (
    <section
      class={at > 0 ? "chain next" : "chain"}
      onPointerEnter={() => {
        marked.value = node.address;
      }}
      onPointerLeave={() => {
        marked.value = null;
      }}
    >
      {isOld ? (
        <button
          type="button"
          class="folded"
          onClick={() => {
            trail.value = trail.value.slice(0, at + 1);
          }}
        >
          {head}
        </button>
      ) : (
        <>
          <h3>{head}</h3>
          <p class="says">{capital(node.says)}.</p>
          {at === 1 && pulls.value && <Pulls />}
          {node.letters && node.numbers ? (
            <div
              class="scrolls formulas"
              tabIndex={0}
              role="group"
              aria-label="The formula, in letters and in numbers"
            >
              <div>
                <Formula tree={node.letters} chosen={next} go={press} />
              </div>
              <div>
                = <Formula tree={node.numbers} chosen={next} go={press} />
              </div>
            </div>
          ) : (
            <p class="end">{ENDS[node.kind] ?? ""}</p>
          )}
          {!node.letters && node.value !== null && node.kind !== "memory" && (
            <WhatIf name={name} value={node.value} />
          )}
        </>
      )}
    </section>
  );
}

/** A unit was asked: the weights that come in, for fingers and keys. */
function Incoming() {
  const match = /^(\d+)\.[az]\[(\d+),(\d+)\]$/.exec(asked.value?.address ?? "");
  if (!match) return null;
  const [layer, unit] = [Number(match[1]), Number(match[3])];
  const piece = store.picture.value?.pieces.get(`${layer}.W`);
  const [rows = 0, columns = 1] = piece?.shape ?? [];
  const names = [...Array(Math.min(rows, 32)).keys()];
  return (
    <section class="incoming" aria-label="Weights that come in">
      <h3>Weights that come in</h3>
      <ul>
        {names.map((k) => (
          <li key={k}>
            <button type="button" class="folded" onClick={() => ask(`${layer}.W[${k},${unit}]`)}>
              <span>
                from{" "}
                {layer === 0
                  ? lowered(store.network.value?.inputs[k] ?? `input ${k}`)
                  : `unit ${k}`}
              </span>
              <b>{short(piece?.values[k * columns + unit])}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Point() {
  const found = point.value;
  if (!found) return null;
  const last = (store.network.value?.layers.length ?? 1) - 1;
  return (
    <section class="chain">
      <h3>
        {found.part} point {found.row} <b>{found.answer}</b>
      </h3>
      <dl class="facts">
        {Object.entries(found.x)
          .slice(0, 12)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{lowered(name)}</dt>
              <dd>{typeof value === "number" ? short(value) : value}</dd>
            </div>
          ))}
        <div>
          <dt>truth</dt>
          <dd>{found.truth}</dd>
        </div>
        <div>
          <dt>error</dt>
          <dd>{found.loss}</dd>
        </div>
      </dl>
      {found.part === "train" && (
        <p>
          <button
            type="button"
            class="press"
            onClick={() => ask(`${last}.a[${found.place ?? 0},0]`, found.row)}
          >
            Why this answer?
          </button>{" "}
          <button type="button" class="press" onClick={() => ask("loss", found.row)}>
            Why this error?
          </button>
        </p>
      )}
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
