import { Fragment } from "preact";
import { choose, type Draft } from "./draft";
import { counted, grouped, short } from "./format";
import type { ColumnInfo } from "./protocol.gen";

const KINDS: Record<string, readonly [one: string, more: string]> = {
  number: ["number", "numbers"],
  text: ["text", "texts"],
  truth: ["true or false", "true or false"],
  date: ["date", "dates"],
};

/** A name that breaks between its words, not within them. */
export function Breaking({ name }: { name: string }) {
  const words = name.split(/(?<=[_.\-/])/);
  return (
    <>
      {words.map((word, k) => (
        <Fragment key={k}>
          {k > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </>
  );
}

/** Which columns go in, and which one is to be predicted. */
export function Columns({ made }: { made: Draft }) {
  const { info } = made;
  const all = info.columns.map((each) => each.name);
  const some = made.out.size > 0;
  return (
    <>
      <div class="columns" role="region" aria-label="Columns">
        <table>
          <thead>
            <tr>
              <th scope="col">Goes in</th>
              <th scope="col">Predict</th>
              <th scope="col">Column</th>
              <th scope="col">Holds</th>
            </tr>
          </thead>
          <tbody>
            {info.columns.map((each) => (
              <ColumnRow key={each.name} each={each} made={made} />
            ))}
          </tbody>
        </table>
      </div>
      {all.length > 4 && (
        <button
          type="button"
          class="inline"
          onClick={() => choose({ out: some ? new Set() : new Set(all) })}
        >
          {some ? "Let all columns go in" : "Let none go in"}
        </button>
      )}
    </>
  );
}

function ColumnRow({ each, made }: { each: ColumnInfo; made: Draft }) {
  const isTarget = made.target === each.name;
  const why = made.left[each.name];
  const now = made.columns.find((other) => other.name === each.name) ?? each;
  const turn = () => {
    const out = new Set(made.out);
    if (!out.delete(each.name)) out.add(each.name);
    choose({ out });
  };
  return (
    <tr class={isTarget ? "target" : ""}>
      <td>
        {!isTarget && (
          <input
            type="checkbox"
            aria-label={`${each.name} goes in`}
            checked={!why && !made.out.has(each.name)}
            disabled={Boolean(why)}
            onChange={turn}
          />
        )}
      </td>
      <td>
        <input
          type="radio"
          name="target"
          aria-label={`Predict ${each.name}`}
          checked={isTarget}
          onChange={() => choose({ target: each.name, task: "" })}
        />
      </td>
      <th scope="row">
        <Breaking name={each.name} />
      </th>
      <td>
        {holds(now)}
        {now.odd.length === 0 && now.says && <em>{now.says}</em>}
        {why && <em>left out: {why}</em>}
      </td>
    </tr>
  );
}

/** A few cells that are no numbers make a column of numbers one of texts: said, and mended here. */
export function Odd({ each, made }: { each: ColumnInfo; made: Draft }) {
  if (each.odd.length === 0) return null;
  const rest = made.holes.filter((text) => !each.odd.includes(text));
  const isOn = rest.length < made.holes.length;
  return (
    <div class="odd">
      {!isOn && <p>{each.says}.</p>}
      <label>
        <input
          type="checkbox"
          checked={isOn}
          onChange={() => choose({ holes: isOn ? rest : [...rest, ...each.odd] })}
        />
        Take {each.odd.map((text) => `“${text}”`).join(", ")} in {each.name} as empty
      </label>
    </div>
  );
}

function holds(each: ColumnInfo): string {
  const [one, kind] = KINDS[each.kind] ?? [each.kind, each.kind];
  const reach =
    each.distinct !== null
      ? `${each.has_more ? "more than " : ""}${counted(each.distinct, one, kind)}`
      : each.least !== null && each.kind === "number"
        ? `${kind} ${short(each.least)} to ${short(each.most)}`
        : kind;
  return each.missing > 0 ? `${reach}, ${grouped(each.missing)} missing` : reach;
}
