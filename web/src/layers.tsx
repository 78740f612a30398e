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

const BEND =
  "What each unit makes of its sum: the bend. Without one, many layers can do no more than one.";

function Row({ field, k, layer: [units, activation], put }: RowProps) {
  const name = `layer ${k + 1}`;
  const count = Number(units);
  const row = field.choices.find((each) => each.value === activation);
  const bend = row?.says ? `${BEND} ${row.label}: ${row.says}` : BEND;
  return (
    <div class="row" role="group" aria-label={`Layer ${k + 1}`}>
      <span class="label">Layer {k + 1}</span>
      <button
        type="button"
        class="small"
        aria-label={`One unit less in ${name}`}
        data-says={`One unit less in ${name}.`}
        disabled={count <= 1}
        onClick={() => put([count - 1, activation])}
      >
        −
      </button>
      <input
        type="text"
        inputMode="numeric"
        autocomplete="off"
        aria-label={`Units of ${name}`}
        aria-describedby="units-says"
        data-says={`Units of ${name}: ${field.says}`}
        value={units}
        onChange={(event) => {
          const typed = numberIn(event.currentTarget.value) ?? "";
          event.currentTarget.value = String(units); // until it is taken, the old one holds
          put([typed, activation]);
        }}
      />
      <button
        type="button"
        class="small"
        aria-label={`One unit more in ${name}`}
        data-says={`One unit more in ${name}.`}
        disabled={count >= (field.most ?? 512)}
        onClick={() => put([count + 1, activation])}
      >
        +
      </button>
      <select
        aria-label={`Activation of ${name}`}
        aria-describedby={`bend-${k}`}
        data-says={`Activation of ${name}: ${bend}`}
        value={activation}
        onChange={(event) => put([units, event.currentTarget.value])}
      >
        {field.choices.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
      <span class="unseen" id={`bend-${k}`}>
        {bend}
      </span>
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
