import type { ComponentChildren } from "preact";
import { change } from "./branches";
import { lowered } from "./format";
import type { Field } from "./protocol.gen";
import { hint, pending } from "./state";

const SEEDS: readonly (readonly [string, string])[] = [
  ["circles", "M12 3a9 9 0 1 0 .1 0M12 8a4 4 0 1 0 .1 0"],
  [
    "xor",
    "M5 5l5 5M10 5l-5 5M14 14l5 5M19 14l-5 5M14 7a3 3 0 1 0 5 0a3 3 0 1 0-5 0M5 17a3 3 0 1 0 5 0a3 3 0 1 0-5 0",
  ],
  ["moons", "M3 13a6 6 0 0 1 12 0M9 11a6 6 0 0 0 12 0"],
  ["spirals", "M12 12c1-3 5-1 4 2s-6 4-8 1-1-9 4-10 10 4 8 10"],
  [
    "blobs",
    "M6 8a2 2 0 1 0 .1 0M17 6a2 2 0 1 0 .1 0M12 17a2 2 0 1 0 .1 0M8 5a1 1 0 1 0 .1 0M15 15a1 1 0 1 0 .1 0",
  ],
  ["digits", "M8 5h8l-5 6c6 0 6 8 0 8-2 0-3-1-4-2"],
];

/** One setting with its words. A change acts when it is finished, not at each letter. */
export function FieldRow({ field }: { field: Field }) {
  const id = `f-${field.name}`;
  const says = () => {
    hint.value = `${field.label}: ${field.says}`;
  };
  return (
    <div class={`field ${field.kind} f-${field.name}`} onPointerEnter={says} onFocusIn={says}>
      <Control field={field} id={id} />
    </div>
  );
}

function Control({ field, id }: { field: Field; id: string }) {
  const set = (value: unknown) => change({ [field.name]: value });
  if (field.name === "data") return <Data field={field} id={id} set={set} />;
  if (field.kind === "layers") return <Layers field={field} set={set} />;
  if (field.kind === "several") return <Several field={field} set={set} />;
  if (field.kind === "choice")
    return (
      <Labelled field={field} id={id}>
        <Choice field={field} id={id} set={set} />
      </Labelled>
    );
  return (
    <Labelled field={field} id={id}>
      <NumberField field={field} id={id} set={set} />
    </Labelled>
  );
}

interface Props {
  field: Field;
  id: string;
  set: (value: unknown) => void;
}

function Labelled({
  field,
  id,
  children,
}: {
  field: Field;
  id: string;
  children: ComponentChildren;
}) {
  return (
    <>
      <label for={id}>{field.label}</label>
      {children}
      <span class="unseen" id={`${id}-says`}>
        {field.says}
      </span>
    </>
  );
}

function now(field: Field): unknown {
  const settings = pending.value?.settings ?? {};
  return field.name in settings ? settings[field.name] : field.value;
}

function NumberField({ field, id, set }: Props) {
  const value = now(field);
  const slides =
    field.scale === "log"
      ? field.marks.length > 1
      : field.kind === "number" && field.most !== null && field.most <= 1;
  const read = (text: string) => {
    const wanted = text.trim() === "" ? null : Number(text.replace("−", "-").replaceAll(",", ""));
    if (wanted !== value) set(wanted);
  };
  return (
    <span class="number-field">
      {slides && <Slider field={field} value={typeof value === "number" ? value : 0} set={set} />}
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        aria-describedby={`${id}-says`}
        value={value === null ? "" : String(value)}
        placeholder={field.may_be_none ? "none" : ""}
        onChange={(event) => read(event.currentTarget.value)}
      />
    </span>
  );
}

/** Along the marks where each is a factor, else evenly. */
function Slider({ field, value, set }: Omit<Props, "id"> & { value: number }) {
  const marks = field.marks;
  const isLog = field.scale === "log" && marks.length > 1;
  const at = isLog
    ? marks.reduce((best, mark, k) => (mark <= value * 1.0001 ? k : best), 0)
    : value;
  return (
    <input
      type="range"
      aria-label={`${field.label}, slider`}
      min={isLog ? 0 : (field.least ?? 0)}
      max={isLog ? marks.length - 1 : (field.most ?? 1)}
      step={isLog ? 1 : 0.01}
      value={at}
      aria-valuetext={String(value)}
      onChange={(event) => {
        const place = Number(event.currentTarget.value);
        set(isLog ? marks[place] : place);
      }}
    />
  );
}

function Choice({ field, id, set }: Props) {
  const value = now(field);
  return (
    <select
      id={id}
      value={String(value ?? "")}
      aria-describedby={`${id}-says`}
      onChange={(event) => {
        const chosen = field.choices.find((each) => each.value === event.currentTarget.value);
        if (chosen?.says) hint.value = `${chosen.label}: ${chosen.says}`;
        set(event.currentTarget.value === "" ? null : event.currentTarget.value);
      }}
    >
      {field.may_be_none && <option value="">as it suits</option>}
      {field.choices.map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ))}
    </select>
  );
}

function Several({ field, set }: Omit<Props, "id">) {
  const chosen = new Set((now(field) as readonly string[] | null) ?? []);
  const turn = (value: string) => {
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    if (next.size > 0)
      set(field.choices.map((each) => each.value).filter((each) => next.has(each)));
  };
  return (
    <fieldset class="pills">
      <legend class={field.name === "features" ? "unseen" : ""}>{field.label}</legend>
      {field.choices.map((each) => (
        <button
          key={each.value}
          type="button"
          class="pill"
          aria-pressed={chosen.has(each.value)}
          onClick={() => turn(each.value)}
        >
          {lowered(each.label)}
        </button>
      ))}
    </fieldset>
  );
}

function Data({ field, id, set }: Props) {
  const known = SEEDS.filter(([name]) => field.choices.some((each) => each.value === name));
  return (
    <>
      <fieldset class="seeds">
        <legend class="unseen">Data to begin with</legend>
        {known.map(([name, path]) => (
          <button
            key={name}
            type="button"
            class="seed"
            aria-pressed={field.value === name}
            onClick={() => set(name)}
            onPointerEnter={() => {
              hint.value = field.choices.find((each) => each.value === name)?.says ?? "";
            }}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={path} />
            </svg>
            {name === "xor" ? "XOR" : name}
          </button>
        ))}
      </fieldset>
      <div class="row">
        <label for={id}>All data</label>
        <Choice field={field} id={id} set={set} />
      </div>
    </>
  );
}

type Layer = readonly [number, string];

/** Layers: how many units, and what each makes of its sum. */
function Layers({ field, set }: Omit<Props, "id">) {
  const layers = (now(field) as readonly Layer[] | null) ?? [];
  const most = field.most ?? 512;
  const put = (k: number, layer: Layer | null) => {
    const next = layers.flatMap((each, l) => (l === k ? (layer ? [layer] : []) : [each]));
    set(k === layers.length && layer ? [...layers, layer] : next);
  };
  return (
    <div class="layers">
      {layers.map(([units, activation], k) => (
        <div class="row" key={k} role="group" aria-label={`Layer ${k + 1}`}>
          <span class="label">Layer {k + 1}</span>
          <button
            type="button"
            class="small"
            aria-label={`One unit less in layer ${k + 1}`}
            disabled={units <= 1}
            onClick={() => put(k, [units - 1, activation])}
          >
            −
          </button>
          <input
            type="text"
            inputMode="numeric"
            aria-label={`Units of layer ${k + 1}`}
            value={units}
            onChange={(event) => put(k, [Number(event.currentTarget.value), activation])}
          />
          <button
            type="button"
            class="small"
            aria-label={`One unit more in layer ${k + 1}`}
            disabled={units >= most}
            onClick={() => put(k, [units + 1, activation])}
          >
            +
          </button>
          <select
            aria-label={`Activation of layer ${k + 1}`}
            value={activation}
            onChange={(event) => put(k, [units, event.currentTarget.value])}
          >
            {field.choices.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="small"
            aria-label={`Take layer ${k + 1} away`}
            onClick={() => put(k, null)}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="press"
        disabled={layers.length >= 8}
        onClick={() => put(layers.length, [4, layers.at(-1)?.[1] ?? "tanh"])}
      >
        Add a layer
      </button>
    </div>
  );
}
