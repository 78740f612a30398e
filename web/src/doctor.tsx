import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { grouped } from "./format";
import type { Finding } from "./protocol.gen";
import { open, store } from "./state";

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
    <Cut key={first.id}>
      Doctor: {first.name} <Since finding={first} />
      {", "}
      <button
        type="button"
        class="inline"
        onClick={() => {
          open("doctor");
        }}
      >
        {others.length > 0 ? `and ${others.length} more` : "what to try"}
      </button>
      . {first.sentence}
    </Cut>
  );
}

/** Two lines; where they are too few, all of them lie over the pictures as long as one wants. */
function Cut({ children }: { children: ComponentChildren }) {
  const line = useRef<HTMLParagraphElement>(null);
  const [isCut, setCut] = useState(false);
  const [open, setOpen] = useState(false);
  const look = () => {
    const element = line.current;
    if (element && !element.classList.contains("open"))
      setCut(element.scrollHeight > element.clientHeight + 2);
  };
  useLayoutEffect(look);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(look);
    if (line.current) watcher.observe(line.current);
    return () => watcher.disconnect();
  }, []);
  return (
    <div class="two-lines-high">
      <p ref={line} class={open ? "line alarm open" : "line alarm"} aria-live="polite">
        {children}
      </p>
      {isCut && (
        <button
          type="button"
          class="inline unfold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "less" : "all of it"}
        </button>
      )}
    </div>
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
