import { ErrorCurve } from "./curve";
import { waiting } from "./draft";
import { grouped } from "./format";
import { Numbers } from "./numbers";
import { hidden, store, toggle, walk } from "./state";
import { Toolbar } from "./toolbar";

const SPEEDS = ["slow", "normal", "fast"] as const;

/** Time: play and its neighbours, the error curve to drag along, and what the numbers are. */
export function Timeline() {
  return (
    <section class="time" aria-label="Time" inert={store.refused.value}>
      <Player />
      {hidden.value.has("curve") ? <div /> : <ErrorCurve />}
      <Numbers />
    </section>
  );
}

function Player() {
  const session = store.session.value;
  const isNew = session?.state === "ready" && !waiting.value;
  const plays = store.playing.value;
  return (
    <div class="player">
      <p class="step">
        step <b>{grouped(store.step.value)}</b>
        {session && session.branches.length > 1 && <span> of {session.branch}</span>}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="press tall"
          disabled={store.step.value === 0}
          onClick={() => walk(-1)}
        >
          <span aria-hidden="true">◀</span> Back
        </button>
        <button
          type="button"
          class={isNew ? "play haloed" : "play"}
          disabled={!session}
          onClick={toggle}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d={plays ? "M2 1h4v14H2zM10 1h4v14h-4z" : "M2 1l13 7-13 7z"} />
          </svg>
          {plays ? "Pause" : "Play"}
        </button>
        <button type="button" class="press tall" disabled={!session} onClick={() => walk(1)}>
          Step <span aria-hidden="true">▶</span>
        </button>
      </div>
      <div class="speed">
        <span aria-hidden="true">Speed</span>
        <Toolbar label="Speed" look="segments">
          {SPEEDS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={session?.speed === each}
              onClick={() => void store.tell({ do: "speed", speed: each })}
            >
              {each}
            </button>
          ))}
        </Toolbar>
      </div>
    </div>
  );
}
