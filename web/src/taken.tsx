import { effect, signal } from "@preact/signals";
import type { RunList } from "./protocol.gen";
import { asked, store, tab, theme } from "./state";
import { FORMS, type Form } from "./take/file";
import { type Shot, shots } from "./take/shots";
import { take } from "./take/taking";

const runs = signal<RunList | null>(null);

effect(() => {
  if (tab.value !== "take" || !store.session.value) return;
  store.ask<RunList>({ do: "runs" }).then(
    (found) => {
      runs.value = found;
    },
    (error) => store.say(error),
  );
});

const FILES = [
  ["/take/run", "Run file", "the whole past, to open again or resume"],
  ["/take/model", "Model", "the network as it is now"],
  [
    "/take/data",
    "Data",
    "inputs as the network takes them, answers and start weights: NumPy’s .npz",
  ],
  ["/take/code/chainrule", "chainrule program", ""],
  ["/take/code/numpy", "NumPy program", ""],
  ["/take/code/pytorch", "PyTorch program", ""],
] as const;

const chosen = signal("");

/** One picture of the page is chosen, then what kind of file it becomes. */
function Pictures() {
  const all = shots();
  const shot = all.find((each) => each.id === chosen.value) ?? all[0];
  const enlarged = all.filter(isUnit);
  if (!shot) return null;
  return (
    <div class="pictured">
      <label for="picture">Picture of</label>
      <select
        id="picture"
        value={shot.id}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        <Options of={all.filter((each) => !isUnit(each))} />
        {enlarged.length > 0 && (
          <optgroup label="One unit, large">
            <Options of={enlarged} />
          </optgroup>
        )}
      </select>
      <div class="forms">
        {(Object.keys(FORMS) as Form[]).map((form) => (
          <button
            key={form}
            type="button"
            class="press"
            onClick={() => void take(shot, form).catch((error) => store.say(error))}
          >
            {FORMS[form]}
          </button>
        ))}
      </div>
      {shot.id.startsWith("why-") && <Derivation />}
      <p class="note">
        As the page shows it, {theme.value}; with its title. PNG and WebP have twice the screen’s
        pixels, SVG stays sharp at any size.
      </p>
    </div>
  );
}

function isUnit(shot: Shot): boolean {
  return shot.id.startsWith("layer-");
}

function Options({ of }: { of: readonly Shot[] }) {
  return (
    <>
      {of.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </>
  );
}

/** A derivation as a text, whose formulas can be copied and read aloud. */
function Derivation() {
  const of = asked.value;
  if (!of) return null;
  const row = of.sample === null ? "" : `&sample=${of.sample}`;
  const why = `?of=${encodeURIComponent(of.address)}${row}`;
  return (
    <p class="taken">
      All of it as a text: <Get path={`/take/why.html${why}`}>HTML with MathML</Get>,{" "}
      <Get path={`/take/why.md${why}`}>Markdown</Get>
    </p>
  );
}

function Get({ path, children }: { path: string; children: string }) {
  return (
    <a href={path} download>
      {children}
    </a>
  );
}

/** What can be taken away, and runs of before. */
export function Take() {
  return (
    <div class="column">
      <h2>Take away</h2>
      <ul class="taken">
        {FILES.map(([path, label, says]) => (
          <li key={path}>
            <Get path={path}>{label}</Get> {says}
          </li>
        ))}
      </ul>
      <h2>Pictures</h2>
      <Pictures />
      {runs.value && runs.value.runs.length > 0 && (
        <>
          <h2>Earlier runs</h2>
          <ul class="taken">
            {runs.value.runs.slice(0, 20).map((each) => (
              <li key={each.name}>
                <button
                  type="button"
                  class="folded"
                  onClick={() => void store.tell({ do: "open", name: each.name })}
                >
                  {each.name}
                </button>{" "}
                {each.says}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
