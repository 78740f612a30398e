import { DoctorLine } from "./doctor";
import { waiting } from "./draft";
import { NetworkView } from "./network";
import { Output } from "./output";
import { hidden, store } from "./state";
import { Ties } from "./ties";

/** The pictures: what they say in words on top, the network, and one unit magnified. */
export function Stage() {
  return (
    <section class="stage" aria-label="Pictures" tabIndex={-1}>
      <Words />
      {!hidden.value.has("network") && <NetworkView />}
      {!hidden.value.has("output") && <Output />}
      <Ties />
    </section>
  );
}

function Words() {
  const session = store.session.value;
  return (
    <div class="words">
      {!hidden.value.has("headline") && (
        <h1>{waiting.value ?? store.head.value?.headline ?? "One moment …"}</h1>
      )}
      {store.stale.value ? (
        <p class="line alarm" aria-live="polite">
          <Stale />
        </p>
      ) : session?.state === "broken" && session.why ? (
        <p class="line alarm" aria-live="polite">
          {session.why}
        </p>
      ) : waiting.value ? (
        <p class="line" aria-live="polite">
          What you see below is still {session?.title}: it knows nothing of this table.
        </p>
      ) : session?.state === "ready" ? (
        <p class="line" aria-live="polite">
          <Begin />
        </p>
      ) : (
        !hidden.value.has("doctor") && <DoctorLine />
      )}
    </div>
  );
}

function Begin() {
  return (
    <>
      Press <b>Play</b> or <kbd>space</kbd> and watch it learn.
    </>
  );
}

function Stale() {
  return (
    <>
      No news from the studio for 2 s. What you see is step {store.step.value}.{" "}
      <button type="button" class="inline" onClick={() => store.again()}>
        Try again
      </button>
    </>
  );
}
