import { grouped } from "./format";
import type { Finding } from "./protocol.gen";
import { store, tab } from "./state";

/** What the doctor said of the shown branch last. */
function visit() {
  return store.doctors.value[store.session.value?.branch ?? ""];
}

/** One quiet line: what is ill and since when; of several the first, and the way to the others,
 * which stands before the sentence: what is long is cut at its end. */
export function DoctorLine() {
  const found = visit();
  const [first, ...others] = found?.findings ?? [];
  if (!first) {
    return (
      <p class={found ? "line healthy" : "line"} aria-live="polite">
        {found?.line}
      </p>
    );
  }
  return (
    <p class="line alarm" aria-live="polite">
      Doctor: {first.name} <Since finding={first} />
      {", "}
      <button
        type="button"
        class="inline"
        onClick={() => {
          tab.value = "doctor";
        }}
      >
        {others.length > 0 ? `and ${others.length} more` : "what to try"}
      </button>
      . {first.sentence}
    </p>
  );
}

/** A link to the step since which it holds; the curve has a mark there. */
function Since({ finding }: { finding: Finding }) {
  return (
    <button type="button" class="inline" onClick={() => store.seek(finding.since_step)}>
      since step {grouped(finding.since_step)}
    </button>
  );
}

/** All that the doctor found, the one to mend first stands first. */
export function Findings() {
  const found = visit();
  const findings = found?.findings ?? [];
  return (
    <div class="column">
      <h2>What the doctor says</h2>
      <p class="note">
        {found
          ? `It has looked at the run up to step ${grouped(found.step)}.`
          : "It has not looked yet."}
      </p>
      {findings.length === 0 && <p>Nothing to report.</p>}
      <ol class="findings">
        {findings.map((each) => (
          <li key={each.id} class="card">
            <h3>
              {each.name} <Since finding={each} />
            </h3>
            <p>{each.sentence}</p>
            <p>{each.try_this}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
