import { NetworkView } from "./network";
import { Output } from "./output";
import { hidden, store } from "./state";
import { Ties } from "./ties";

/** The pictures: what they say in words on top, the network, and one unit magnified. */
export function Stage() {
  return (
    <section class="stage" aria-label="Pictures">
      <Words />
      {!hidden.value.has("network") && <NetworkView />}
      {!hidden.value.has("output") && <Output />}
      <Ties />
    </section>
  );
}

function Words() {
  const session = store.session.value;
  const line = session ? store.doctors.value[session.branch]?.line : "";
  const quiet = line === undefined || line === "" || line === "Doctor: nothing to report.";
  return (
    <div class="words">
      {!hidden.value.has("headline") && <h1>{store.head.value?.headline ?? "One moment …"}</h1>}
      <p class={store.stale.value || !quiet ? "line alarm" : "line"} aria-live="polite">
        {store.stale.value ? (
          <Stale />
        ) : session?.state === "broken" && session.why ? (
          session.why
        ) : session?.state === "ready" ? (
          <Begin />
        ) : hidden.value.has("doctor") ? (
          ""
        ) : (
          line
        )}
      </p>
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
      No news from the training for 2 s. What you see is step {store.step.value}.{" "}
      <button type="button" class="inline" onClick={() => store.again()}>
        Try again
      </button>
    </>
  );
}
