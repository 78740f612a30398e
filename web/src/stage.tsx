import { DoctorLine } from "./doctor";
import { waiting } from "./draft";
import { grouped } from "./format";
import { NetworkView } from "./network";
import { Output } from "./output";
import { hidden, isBare, store } from "./state";
import { Ties } from "./ties";
import { Wrong } from "./wrong";

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
      {!hidden.value.has("headline") && <h1>{headline()}</h1>}
      {isBare() && <Trouble />}
      {store.stale.value || store.refused.value ? (
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

function headline(): string {
  if (store.refused.value) return "The studio has ended.";
  return waiting.value ?? store.head.value?.headline ?? "One moment …";
}

function Begin() {
  return (
    <>
      Press <b>Play</b> or <kbd>space</kbd> and watch it learn.
    </>
  );
}

/** What the panel would say, as long as it is away. */
function Trouble() {
  const found = store.failed.value;
  if (!found) return null;
  const close = () => {
    store.failed.value = null;
  };
  return <Wrong parts={found} close={close} />;
}

function Stale() {
  if (store.refused.value)
    return (
      <>
        The studio in the terminal has ended. Start it again with <code>chainrule studio</code>:
        this page comes back by itself. What you see is step {grouped(store.step.value)}.
      </>
    );
  return (
    <>
      No news from the studio for {store.silent.value} s. What you see is step{" "}
      {grouped(store.step.value)}.{" "}
      <button type="button" class="inline" onClick={() => store.again()}>
        Try again
      </button>
    </>
  );
}
