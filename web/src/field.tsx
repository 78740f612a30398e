import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { change } from "./branches";
import { lowered } from "./format";
import { Layers } from "./layers";
import type { Choice, Field } from "./protocol.gen";
import { Radios } from "./radios";
import { Seeds } from "./seeds";
import { hint, pending, store } from "./state";
import { Toolbar } from "./toolbar";
import { numberIn } from "./typed";
import { Wrong } from "./wrong";

/** One setting with its words. A change acts when it is finished, not at each letter. */
export function FieldRow({ field, place = "f" }: { field: Field; place?: "f" | "q" }) {
  const id = `${place}-${field.name}`;
  const failed = store.failed.value;
  const wrong = failed?.field === field.name ? failed : null;
  return (
    <div
      class={`field ${field.kind} f-${field.name}`}
      onPointerOver={(event) => {
        if (hasMoved(event)) tell(event, field);
      }}
      onFocusIn={(event) => tell(event, field)}
    >
      <Control field={field} id={id} />
      <span class="unseen" id={`${id}-says`}>
        {said(field)}
      </span>
      {wrong && (
        <Wrong
          parts={wrong}
          id={`${id}-wrong`}
          close={() => {
            store.failed.value = null;
          }}
        />
      )}
    </div>
  );
}

let [lastX, lastY] = [-1, -1];

/** A pointer that rests points at nothing new, when the settings are scrolled beneath it. */
function hasMoved(event: PointerEvent): boolean {
  const is = event.screenX !== lastX || event.screenY !== lastY;
  [lastX, lastY] = [event.screenX, event.screenY];
  return is;
}

/** Pointed at, touched or reached by Tab: its words stand below. */
function tell(event: Event, field: Field): void {
  const inner = (event.target as Element).closest<HTMLElement>("[data-says]")?.dataset.says;
  hint.value = inner ?? `${field.label}: ${said(field)}`;
}

/** What the setting does, and what its present choice does. */
function said(field: Field): string {
  const chosen = field.kind === "choice" ? choiceOf(field) : undefined;
  return chosen?.says ? `${field.says} ${chosen.label}: ${chosen.says}` : field.says;
}

function choiceOf(field: Field): Choice | undefined {
  return field.choices.find((each) => each.value === now(field));
}

function now(field: Field): unknown {
  const settings = pending.value?.settings ?? {};
  return field.name in settings ? settings[field.name] : field.value;
}

interface Props {
  field: Field;
  id: string;
  set: (value: unknown) => void;
}

function Control({ field, id }: { field: Field; id: string }) {
  const set = (value: unknown) => change({ [field.name]: value });
  if (field.name === "data") return <Data field={field} id={id} set={set} />;
  if (field.kind === "layers") {
    const layers = (now(field) as readonly (readonly [number, string])[] | null) ?? [];
    return <Layers field={field} layers={layers} set={set} />;
  }
  if (field.kind === "several") return <Several field={field} id={id} set={set} />;
  if (isOneOfFew(field)) return <Few field={field} id={id} set={set} />;
  return (
    <Labelled field={field} id={id}>
      {field.kind === "choice" ? (
        <Select field={field} id={id} set={set} />
      ) : (
        <NumberField field={field} id={id} set={set} />
      )}
    </Labelled>
  );
}

function isOneOfFew(field: Field): boolean {
  const count = field.choices.length;
  return field.kind === "choice" && !field.may_be_none && count > 1 && count < 4;
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
    </>
  );
}

/** The words of a control, and its error where it has one. */
function described(id: string, field: Field) {
  const isWrong = store.failed.value?.field === field.name;
  return {
    "aria-describedby": isWrong ? `${id}-wrong ${id}-says` : `${id}-says`,
    "aria-invalid": isWrong,
  };
}

function NumberField({ field, id, set }: Props) {
  const value = now(field);
  // while it is typed no answer to an earlier change may write over it
  const [typed, type] = useState<string | null>(null);
  const slides =
    field.scale === "log"
      ? field.marks.length > 1
      : field.kind === "number" && field.most !== null && field.most <= 1;
  const forgive = () => {
    if (store.failed.value?.field === field.name) store.failed.value = null;
  };
  const read = (input: HTMLInputElement) => {
    const wanted = numberIn(input.value);
    type(null);
    input.value = shown(value); // until it is taken, the old one holds
    if (wanted !== value) set(wanted);
    else forgive();
  };
  return (
    <span class="number-field">
      {slides && (
        <Slider field={field} id={id} value={typeof value === "number" ? value : 0} set={set} />
      )}
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        {...described(id, field)}
        value={typed ?? shown(value)}
        title={shown(value) === String(value ?? "") ? undefined : String(value)}
        style={{ minWidth: widthOf(shown(value)) }}
        placeholder={field.may_be_none ? "none" : ""}
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => read(event.currentTarget)}
        onBlur={forgive} // the old value holds, and nothing is wrong with it
      />
    </span>
  );
}

function shown(value: unknown): string {
  const text = value === null ? "" : String(value);
  if (text.length <= 12 || typeof value !== "number") return text;
  return String(Number(value.toPrecision(4))); // all of it stands in the title
}

/** A long number has room; a short one is as wide as the others. */
function widthOf(text: string): string | undefined {
  return text.length > 7 ? `${Math.min(text.length, 12) + 3}ch` : undefined;
}

/** Along the marks where each is a factor, else evenly. */
function Slider({ field, id, value, set }: Props & { value: number }) {
  const marks = field.marks;
  const isLog = field.scale === "log" && marks.length > 1;
  const at = isLog
    ? marks.reduce((best, mark, k) => (mark <= value * 1.0001 ? k : best), 0)
    : value;
  return (
    <input
      type="range"
      aria-label={`${field.label}, slider`}
      aria-describedby={`${id}-says`}
      min={isLog ? 0 : (field.least ?? 0)}
      max={isLog ? marks.length - 1 : (field.most ?? 1)}
      step={isLog ? 1 : 0.01}
      value={at}
      aria-valuetext={String(value)}
      onInput={(event) => {
        const place = Number(event.currentTarget.value);
        const beside = event.currentTarget.nextElementSibling; // says where it is while it is dragged
        if (beside instanceof HTMLInputElement) beside.value = String(isLog ? marks[place] : place);
      }}
      onChange={(event) => {
        const place = Number(event.currentTarget.value);
        set(isLog ? marks[place] : place);
      }}
    />
  );
}

function Select({ field, id, set }: Props) {
  const value = now(field);
  return (
    <select
      id={id}
      value={String(value ?? "")}
      {...described(id, field)}
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

/** One of two or three: all of them in sight. */
function Few({ field, id, set }: Props) {
  const options = field.choices.map(({ value, label, says }) => ({
    value,
    label,
    says: says && `${field.label}, ${label}: ${says}`,
  }));
  return (
    <>
      <span class="label">{field.label}</span>
      <Radios
        options={options}
        value={String(now(field) ?? "")}
        set={set}
        label={field.label}
        says={`${id}-says`}
      />
    </>
  );
}

/** Some of several: features, or columns; beside these, why others are of no use. */
function Several({ field, id, set }: Props) {
  const chosen = new Set((now(field) as readonly string[] | null) ?? []);
  const useless = field.name === "columns" ? field.choices.filter((each) => each.says) : [];
  const turn = (value: string) => {
    const next = new Set([...chosen, ...useless.map((each) => each.value)]);
    if (!next.delete(value)) next.add(value);
    set(field.choices.map((each) => each.value).filter((each) => next.has(each)));
  };
  return (
    <>
      {field.name !== "features" && <span class="label">{field.label}</span>}
      <Toolbar label={field.label} says={`${id}-says`} look="pills">
        {field.choices
          .filter((each) => !useless.includes(each))
          .map((each) => (
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
      </Toolbar>
      {useless.map((each) => (
        <p key={each.value} class="note">
          {each.label} is left out: {each.says}.
        </p>
      ))}
    </>
  );
}

function Data({ field, id, set }: Props) {
  return (
    <>
      <Seeds field={field} set={set} />
      <div class="row">
        <label for={id}>All data</label>
        <Select field={field} id={id} set={set} />
      </div>
    </>
  );
}
