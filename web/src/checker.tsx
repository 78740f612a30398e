import { signal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Checked } from "./protocol.gen";
import { store } from "./state";
import { Refused } from "./store";

interface Mistake {
  id?: number;
  name?: string;
  where?: string;
  layer?: number | null; // counts from 0; null: every layer, or none
  sentence?: string;
  evidence?: string;
  formula_right?: string;
  formula_theirs?: string;
  line?: number | null;
  sets?: string; // what that line sets
}

const LONGEST = 200_000; // characters the studio takes
const text = signal("");
const name = signal("program.py");
const hints = signal<"1" | "2" | "3" | "all">("all");
/** What was said of the last program. */
export const verdict = signal<Checked | null>(null);
const busy = signal(false);

async function check(): Promise<void> {
  busy.value = true;
  verdict.value = null;
  store.failed.value = null;
  try {
    const hint = hints.value === "all" ? null : (Number(hints.value) as 1 | 2 | 3);
    verdict.value = await store.ask<Checked>({
      do: "check",
      program: text.value,
      name: name.value,
      hint,
    });
  } catch (error) {
    store.say(error);
  } finally {
    busy.value = false;
  }
}

/** A program from a file; what is no text, or too long, is refused with words. */
async function take(file: File): Promise<void> {
  const refuse = (needs: string, got: string, advice: string) =>
    store.say(new Refused({ called: file.name, needs, got, do: advice, field: null }));
  if (file.size > 4 * LONGEST) {
    refuse(`at most ${LONGEST} characters`, `${file.size} bytes`, "Drop the part that trains.");
    return;
  }
  try {
    const bytes = await file.arrayBuffer();
    const found = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (found.includes("\0")) throw new TypeError("no text");
    text.value = found;
    name.value = file.name;
    verdict.value = null;
    store.failed.value = null;
  } catch {
    refuse("to be a Python program, a text in UTF-8", "other bytes", "Drop a .py file.");
  }
}

/** Paste or drop a program, read the verdict in place. */
export function Checker() {
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <section class="checker" aria-label="Check a program">
      <h2>Is your own program right?</h2>
      <p class="says">
        Paste a NumPy program that trains a network, or drop its file here. Its gradients are
        compared with true ones. It runs in a process of its own, for 10 seconds at most.
      </p>
      <ProgramText area={area} />
      <Told />
      <Presses />
      <Answer show={(line) => mark(area.current, line)} />
    </section>
  );
}

function ProgramText({ area }: { area: RefObject<HTMLTextAreaElement | null> }) {
  return (
    <>
      <label class="unseen" for="program">
        The program
      </label>
      <textarea
        id="program"
        ref={area}
        rows={8}
        spellcheck={false}
        value={text.value}
        placeholder="import numpy as np"
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          const file = event.dataTransfer?.files[0];
          if (!file) return; // dragged text goes where it is dropped
          event.preventDefault();
          event.stopPropagation();
          void take(file);
        }}
      />
    </>
  );
}

/** How much of a mistake is told. */
function Told() {
  return (
    <div class="row">
      <label for="hint">Tell</label>
      <select
        id="hint"
        value={hints.value}
        onChange={(event) => {
          hints.value = event.currentTarget.value as "all";
        }}
      >
        <option value="all">everything</option>
        <option value="1">only where</option>
        <option value="2">where and what kind</option>
        <option value="3">where, what, the formula</option>
      </select>
    </div>
  );
}

function Presses() {
  return (
    <div class="two">
      <button
        type="button"
        class="main-press"
        disabled={busy.value || text.value.trim() === ""}
        onClick={() => void check()}
      >
        {busy.value ? "Checking …" : "Check"}
      </button>
      <button
        type="button"
        class="press"
        disabled={!busy.value}
        onClick={() => void store.tell({ do: "stop_check" })}
      >
        Stop
      </button>
    </div>
  );
}

/** The verdict, brought into sight when it comes. */
function Answer({ show }: { show: (line: number) => void }) {
  const said = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    if (verdict.value)
      requestAnimationFrame(() => said.current?.scrollIntoView({ block: "start" }));
  });
  return (
    <div role="status" ref={said}>
      {verdict.value && <Verdict found={verdict.value} show={show} />}
    </div>
  );
}

/** Select a line of the program and bring it into sight. */
function mark(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const rows = area.value.split("\n");
  const start = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (rows[line - 1]?.length ?? 0));
  area.scrollTop = ((line - 3) * area.scrollHeight) / Math.max(1, rows.length);
}

export function Verdict({ found, show }: { found: Checked; show: (line: number) => void }) {
  const mistakes = (found.verdict.mistakes ?? []) as readonly Mistake[];
  const message = typeof found.verdict.message === "string" ? found.verdict.message : "";
  const { line } = found;
  return (
    <div class="card verdict">
      <h3>{found.headline}</h3>
      {message && <p>{message}</p>}
      {line !== null && (
        <button type="button" class="press" onClick={() => show(line)}>
          Show line {line}
        </button>
      )}
      <ol>
        {mistakes.map((each, k) => (
          <li key={k}>
            <One mistake={each} show={show} />
          </li>
        ))}
      </ol>
      {found.svg && (
        <img
          alt={`How the program's gradients agree: ${found.headline}`}
          src={`data:image/svg+xml,${encodeURIComponent(found.svg)}`}
        />
      )}
    </div>
  );
}

function One({ mistake, show }: { mistake: Mistake; show: (line: number) => void }) {
  const { line } = mistake;
  const layer = typeof mistake.layer === "number" ? ` of layer ${mistake.layer + 1}` : "";
  return (
    <>
      <b>{[mistake.name, `${mistake.where ?? ""}${layer}`].filter(Boolean).join(", ")}</b>
      {mistake.sentence && <p>{mistake.sentence}</p>}
      {mistake.formula_right && (
        <dl class="facts">
          <div>
            <dt>right</dt>
            <dd>{mistake.formula_right}</dd>
          </div>
          <div>
            <dt>yours</dt>
            <dd>{mistake.formula_theirs}</dd>
          </div>
        </dl>
      )}
      {mistake.evidence && <p class="note">{mistake.evidence}</p>}
      {typeof line === "number" && (
        <button type="button" class="press" onClick={() => show(line)}>
          Show line {line}, where {mistake.sets} is set
        </button>
      )}
    </>
  );
}
