import { Columns } from "./columns";
import { lowered, short } from "./format";
import { Pulls } from "./links";
import { Formula } from "./mathml";
import { Point, PointByNumber } from "./point";
import type { TreeNode } from "./protocol.gen";
import { ask, askError, asked, marked, point, store, whyMost } from "./state";
import { close, derivation, fresh, go, gradientOf, lineOf, nodes, trail } from "./trail";
import { canBe, WhatIf } from "./whatif";

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
      {found && <Where question={found.question} />}
      {point.value && <Point />}
      {trail.value.map((key, k) => {
        const node = nodes.value[key];
        return node ? <Link key={`${k} ${key}`} at={k} name={key} node={node} /> : null;
      })}
      <Incoming />
    </div>
  );
}

/** What the question is about; and its address, which is Python's: there layers count from 0. */
function Where({ question }: { question: string }) {
  const told = asked.value?.address ?? "";
  const root = told.includes(":") ? nodes.value[derivation.value?.root ?? ""] : null;
  const address = root?.address ?? told; // with the row's place in this step's batch
  return (
    <p class="where">
      {derivation.value?.when} {capital(question)}
      {question && "."}
      <span class="note">
        {" "}
        In Python <code>{address}</code>
        {/^\d/.test(address) && ", where layers count from 0"}.
      </span>
    </p>
  );
}

function Invitation() {
  return (
    <div class="why">
      <h2>Why is this weight moving?</h2>
      <p>
        Click any line, unit or point of the pictures, or the error curve, and read where its number
        comes from, down to the data.
      </p>
      <button type="button" class="main-press" onClick={whyMost}>
        The weight that moves most
      </button>
      <button type="button" class="press" onClick={() => askError()}>
        The error
      </button>
      <PointByNumber />
    </div>
  );
}

const ENDS: Record<string, string> = {
  data: "This is data: measured, not made. The chain ends here.",
  setting: "This was chosen under Setup. The chain ends here.",
  parameter: "This is what was learnt so far: all steps before made it.",
  memory: "This is what the optimiser remembers of the steps before.",
};

interface LinkProps {
  at: number;
  name: string;
  node: TreeNode;
}

function Link({ at, name, node }: LinkProps) {
  const last = trail.value.length - 1;
  const isOld = fresh.value ? at > 0 && at < last : at < last - 1;
  return (
    <section
      class={at > 0 ? "chain next" : "chain"}
      onPointerEnter={() => {
        marked.value = lineOf(node.address);
      }}
      onPointerLeave={() => {
        marked.value = null;
      }}
    >
      {isOld ? <Folded at={at} node={node} /> : <Open at={at} name={name} node={node} />}
    </section>
  );
}

/** An old link is one line, as soon as two newer ones stand below it. */
function Folded({ at, node }: Omit<LinkProps, "name">) {
  return (
    <button
      type="button"
      class="folded"
      onClick={() => {
        fresh.value = false;
        trail.value = trail.value.slice(0, at + 1);
      }}
    >
      <span>
        <span aria-hidden="true">▸ </span>
        {node.title}
      </span>
      <b title={node.digits}>{node.text}</b>
    </button>
  );
}

function Open({ at, name, node }: LinkProps) {
  return (
    <>
      <h3>
        <span>
          {node.title} <Formula tree={node.name} />
        </span>
        <b title={node.digits}>{node.text}</b>
      </h3>
      <p class="says">{capital(node.says)}.</p>
      {at > 0 && isAsked(node.address) && <Pulls />}
      {node.letters ? (
        <Columns node={node} chosen={trail.value[at + 1]} go={(key) => void go(at, key)} />
      ) : (
        <p class="end">{ENDS[node.kind] ?? ""}</p>
      )}
      {!node.letters && node.value !== null && canBe(node.address) && (
        <WhatIf key={name} name={node.address} value={node.value} digits={node.digits} />
      )}
    </>
  );
}

/** A unit was asked: the weights that come in, for fingers and keys. */
function Incoming() {
  const match = /^(\d+)\.[az]\[(?:\d+|:),(\d+)\]$/.exec(asked.value?.address ?? "");
  if (!match) return null;
  const [layer, unit] = [Number(match[1]), Number(match[2])];
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

/** Whether this is the gradient of the weight that was asked for. */
function isAsked(address: string | null): boolean {
  const question = asked.value;
  return question !== null && gradientOf(question.address) === address && !question.part;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
