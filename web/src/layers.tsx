import type { Field } from "./protocol.gen";
import { numberIn } from "./typed";

type Layer = readonly [number | string, string];

interface Props {
  field: Field;
  layers: readonly Layer[];
  set: (layers: readonly Layer[]) => void;
}

/** Layers: how many units, and what each makes of its sum. */
export function Layers({ field, layers, set }: Props) {
  const put = (k: number, layer: Layer | null) => {
    if (k === layers.length && layer) set([...layers, layer]);
    else set(layers.flatMap((each, l) => (l === k ? (layer ? [layer] : []) : [each])));
  };
  return (
    <div class="layers">
      {layers.map((layer, k) => (
        <Row key={k} field={field} k={k} layer={layer} put={(next) => put(k, next)} />
      ))}
      {layers.length === 0 && <p class="note">None: inputs go straight to the outputs.</p>}
      <button
        type="button"
        class="press"
        disabled={layers.length >= 8}
        data-says="One more layer before the output: it bends what the layers before it found."
        onClick={() => put(layers.length, [4, layers.at(-1)?.[1] ?? "tanh"])}
      >
        Add a layer
      </button>
      <span class="unseen" id="units-says">
        {field.says}
      </span>
    </div>
  );
}

interface RowProps {
  field: Field;
  k: number;
  layer: Layer;
  put: (layer: Layer | null) => void;
}

function Row({ field, k, layer: [units, activation], put }: RowProps) {
  const name = `layer ${k + 1}`;
  return (
    <div class="row" role="group" aria-label={`Layer ${k + 1}`}>
      <span class="label">Layer {k + 1}</span>
      <Units field={field} name={name} units={units} put={(next) => put([next, activation])} />
      <Bend field={field} k={k} activation={activation} put={(next) => put([units, next])} />
      <button
        type="button"
        class="small"
        aria-label={`Take ${name} away`}
        data-says={`Take ${name} away; those after it move up.`}
        onClick={() => put(null)}
      >
        ×
      </button>
    </div>
  );
}

interface UnitsProps {
  field: Field;
  name: string; // of the layer
  units: number | string;
  put: (units: number | string) => void;
}

/** How many units: typed, or one more or less by the arrow keys and the presses at its sides. */
function Units({ field, name, units, put }: UnitsProps) {
  const [count, most] = [Number(units), field.most ?? 512];
  const press = (by: number, word: string, sign: string) => (
    <button
      type="button"
      class="small"
      tabIndex={-1} // the arrow keys do the same
      aria-label={`One unit ${word} in ${name}`}
      data-says={`One unit ${word} in ${name}.`}
      disabled={count + by < 1 || count + by > most}
      onClick={() => put(count + by)}
    >
      {sign}
    </button>
  );
  return (
    <>
      {press(-1, "less", "−")}
      <input
        type="text"
        role="spinbutton"
        inputMode="numeric"
        autocomplete="off"
        aria-label={`Units of ${name}`}
        aria-describedby="units-says"
        aria-valuenow={count}
        aria-valuemin={1}
        aria-valuemax={most}
        data-says={`Units of ${name}: ${field.says}`}
        value={units}
        onKeyDown={(event) => {
          const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (!by) return;
          event.preventDefault();
          const typed = Number(numberIn(event.currentTarget.value) ?? Number.NaN);
          const next = (Number.isInteger(typed) ? typed : count) + by;
          if (next >= 1 && next <= most) put(next);
        }}
        onChange={(event) => {
          const typed = numberIn(event.currentTarget.value) ?? "";
          event.currentTarget.value = String(units); // until it is taken, the old one holds
          put(typed);
        }}
      />
      {press(1, "more", "+")}
    </>
  );
}

const BEND =
  "What each unit makes of its sum: the bend. Without one, many layers can do no more than one.";

interface BendProps {
  field: Field;
  k: number;
  activation: string;
  put: (activation: string) => void;
}

function Bend({ field, k, activation, put }: BendProps) {
  const row = field.choices.find((each) => each.value === activation);
  const says = row?.says ? `${BEND} ${row.label}: ${row.says}` : BEND;
  const label = `Activation of layer ${k + 1}`;
  return (
    <>
      <select
        aria-label={label}
        aria-describedby={`bend-${k}`}
        data-says={`${label}: ${says}`}
        value={activation}
        onChange={(event) => put(event.currentTarget.value)}
      >
        {field.choices.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
      <span class="unseen" id={`bend-${k}`}>
        {says}
      </span>
    </>
  );
}
