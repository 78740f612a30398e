import { effect, signal } from "@preact/signals";
import { Checker } from "./checker";
import { copy } from "./more";
import type { Program } from "./protocol.gen";
import { store, tab } from "./state";
import { Toolbar } from "./toolbar";

const LANGUAGES = [
  ["chainrule", "chainrule"],
  ["numpy", "NumPy"],
  ["pytorch", "PyTorch"],
] as const;
const language = signal<Program["language"]>("chainrule");
const program = signal<Program | null>(null);
const said = signal("");

effect(() => {
  const [name, address] = [language.value, store.form.value?.address];
  if (tab.value !== "code" || !address) return;
  said.value = "";
  store.ask<Program>({ do: "code", language: name as "numpy" }).then(
    (found) => {
      program.value = found;
    },
    (error) => store.say(error),
  );
});

/** The same network and training as a program that runs. */
export function Code() {
  const found = program.value;
  return (
    <div class="code">
      <h2>The same network, as a program</h2>
      <Toolbar label="Language" look="segments">
        {LANGUAGES.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-pressed={language.value === name}
            onClick={() => {
              language.value = name;
            }}
          >
            {label}
          </button>
        ))}
      </Toolbar>
      {found && (
        <>
          {found.notes.map((each) => (
            <p class="note" key={each}>
              {each}
            </p>
          ))}
          <div class="two">
            <button
              type="button"
              class="press"
              onClick={async () => {
                said.value = (await copy(found.text)) ? "Copied." : "Mark the text and copy it.";
              }}
            >
              Copy
            </button>
            <a class="press" href={`/take/code/${found.language}`} download={found.file}>
              {found.file}
            </a>
          </div>
          <p class="unseen" role="status">
            {said.value}
          </p>
          <pre tabIndex={0}>
            <code>{found.text}</code>
          </pre>
        </>
      )}
      <Checker />
    </div>
  );
}
