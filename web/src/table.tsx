import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Breaking, Columns, Odd } from "./columnlist";
import { choose, type Draft, draft, use } from "./draft";
import { counted, grouped } from "./format";
import { Radios } from "./radios";
import { intoSight, store } from "./state";
import { Wrong } from "./wrong";

const ROWS = 4;
/** What is in a table of one's own, and what is to become of it: before anything is learnt. */
export function Preview({ made }: { made: Draft }) {
  const { info } = made;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const inside = box.current?.closest(".inside");
    if (inside) inside.scrollTop = 0;
    box.current?.focus({ preventScroll: true });
    intoSight();
    return () => inside?.scrollTo?.(0, 0); // what comes after it begins at its beginning, too
  }, [info.id]);
  return (
    <div ref={box} class="card preview" role="group" aria-label={info.name} tabIndex={-1}>
      <h3>{info.name}</h3>
      <p class="note">
        {counted(info.rows, "row")}, {counted(info.columns.length, "column")}
        {info.notes.map((each) => `; ${each}`)}
      </p>
      <Refusal made={made} />
      {info.columns.map((each) => (
        <Odd key={each.name} each={each} made={made} />
      ))}
      <First made={made} />
      <Columns made={made} />
      <Choices made={made} />
      <Go made={made} />
    </div>
  );
}

/** What is wrong with it as it is chosen, and the ways out where there are some. */
function Refusal({ made: { wrong, ways } }: { made: Draft }) {
  if (!wrong) return null;
  if (!ways?.drop && !ways?.mean) return <Wrong parts={wrong} />;
  const without = ways.drop?.without ?? 0;
  const choice = (missing: string) => (event: Event) => {
    (event.currentTarget as Element).closest<HTMLElement>(".preview")?.focus(); // the press goes
    choose({ missing });
  };
  return (
    <Wrong parts={wrong}>
      <div class="two">
        {ways.drop && (
          <button type="button" class="press" onClick={choice("drop")}>
            Drop the {without === 1 ? "row" : `${grouped(without)} rows`}
          </button>
        )}
        {ways.mean && (
          <button type="button" class="press" onClick={choice("mean")}>
            Take the mean
          </button>
        )}
      </div>
    </Wrong>
  );
}

/** What follows from all that, and the word for it: always in sight. */
function Go({ made }: { made: Draft }) {
  return (
    <div class="go">
      <p class="plan" aria-live="polite">
        {made.plan && <Plan made={made} />}
      </p>
      {store.newest.value > 0 && (
        <p class="note">It begins again at step 0. What was trained stays in its file.</p>
      )}
      <div class="two">
        <button type="button" class="main-press" disabled={!made.plan} onClick={() => void use()}>
          Use this table
        </button>
        <button
          type="button"
          class="press"
          onClick={() => {
            draft.value = null;
          }}
        >
          Not now
        </button>
      </div>
    </div>
  );
}

function Plan({ made: { info, plan } }: { made: Draft }) {
  if (!plan) return null;
  const notes = plan.notes.filter((each) => !info.notes.includes(each)); // told above
  const rest = Object.entries(plan.rows).filter(([name]) => name !== "train");
  const kept = rest.map(([name, n]) => `${grouped(n)} for ${name}`).join(", ");
  return (
    <>
      To predict: <b>{plan.answers}</b>. {counted(plan.rows.train ?? 0, "row")} to learn from
      {kept && `, kept apart ${kept}`}. Network: {plan.says}.{notes.map((each) => ` ${each}.`)}
    </>
  );
}

/** The first rows, as they stand in the file or as the network takes them. */
function First({ made: { info, plan } }: { made: Draft }) {
  const [view, setView] = useState("file");
  const isRaw = view === "file" || !plan;
  const names = isRaw ? info.columns.map((each) => each.name) : plan.inputs;
  const rows = (isRaw ? info.first : plan.first).slice(0, ROWS);
  return (
    <>
      <Radios
        label="First rows"
        options={[
          { value: "file", label: "as in the file" },
          { value: "network", label: "as the network gets them" },
        ]}
        value={view}
        set={setView}
      />
      <div class="scrolls" tabIndex={0} role="region" aria-label="The first rows">
        <table>
          <thead>
            <tr>
              {names.map((name, k) => (
                <th key={k} scope="col">
                  <Breaking name={name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, k) => (
              <tr key={k}>
                {row.length === 0 ? (
                  <td colSpan={names.length}>a cell is empty: this row does not go in</td>
                ) : (
                  row.map((cell, c) => <td key={c}>{cell}</td>)
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What is done to the columns; the words of each choice are the server's. */
function Choices({ made }: { made: Draft }) {
  const holes = made.holes.length > 0 || made.info.columns.some((each) => each.missing > 0);
  return (
    <div class="each-of">
      {holes && <OneOf made={made} name="missing" label="Missing values" />}
      <OneOf made={made} name="scale" label="Scaling" />
      <OneOf made={made} name="task" label="Answers are" first="as they look" />
    </div>
  );
}

interface OneOfProps {
  made: Draft;
  name: "scale" | "task" | "missing";
  label: string;
  first?: string; // what "" is called, where nothing has to be chosen
}

function OneOf({ made, name, label, first }: OneOfProps) {
  const told = made.info.choices[name] ?? [];
  const options = first ? [{ value: "", label: first, says: "" }, ...told] : told;
  const says = told.find((each) => each.value === made[name])?.says;
  return (
    <div class="one-of">
      <span class="label">{label}</span>
      <Radios
        label={label}
        options={options}
        value={made[name]}
        set={(value) => choose({ [name]: value })}
        says={`draft-${name}`}
      />
      <p class="note" id={`draft-${name}`}>
        {says}
      </p>
    </div>
  );
}
