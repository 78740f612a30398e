import { signal } from "@preact/signals";
import type { Checked } from "./protocol.gen";
import { store } from "./state";

interface Mistake {
  id?: string;
  name?: string;
  where?: string;
  formula?: string;
  message?: string;
}

const text = signal("");
const name = signal("program.py");
const hints = signal<"1" | "2" | "3" | "all">("all");
const verdict = signal<Checked | null>(null);
const busy = signal(false);

async function check(): Promise<void> {
  busy.value = true;
  verdict.value = null;
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

/** Paste or drop a program, read the verdict in place. */
export function Checker() {
  return (
    <section class="checker" aria-label="Check a program">
      <h2>Is your own program right?</h2>
      <p class="says">
        Paste a NumPy program that trains a network, or drop its file here. Its gradients are
        compared with true ones.
      </p>
      <label class="unseen" for="program">
        The program
      </label>
      <textarea
        id="program"
        rows={6}
        spellcheck={false}
        value={text.value}
        placeholder="import numpy as np"
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const file = event.dataTransfer?.files[0];
          if (file)
            void file.text().then((content) => {
              text.value = content;
              name.value = file.name;
            });
        }}
      />
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
        <button
          type="button"
          class="main-press"
          disabled={busy.value || text.value.trim() === ""}
          onClick={() => void check()}
        >
          {busy.value ? "Checking …" : "Check"}
        </button>
      </div>
      <div role="status">{verdict.value && <Verdict found={verdict.value} />}</div>
    </section>
  );
}

function Verdict({ found }: { found: Checked }) {
  const mistakes = (found.verdict.mistakes ?? []) as readonly Mistake[];
  const message = typeof found.verdict.message === "string" ? found.verdict.message : "";
  return (
    <div class="card">
      <h3>{found.headline}</h3>
      {message && <pre>{message}</pre>}
      <ul>
        {mistakes.map((each) => (
          <li key={`${each.id} ${each.where}`}>
            {[each.name, each.where].filter(Boolean).join(": ")}
            {each.formula && <pre>{each.formula}</pre>}
          </li>
        ))}
      </ul>
      {found.svg && (
        <img
          alt={`How the program's gradients agree: ${found.headline}`}
          src={`data:image/svg+xml,${encodeURIComponent(found.svg)}`}
        />
      )}
    </div>
  );
}
