import type { Done, Planned } from "./protocol.gen";
import { hint, pending, store } from "./state";
import type { Wish } from "./store";

let opener: Element | null = null; // had the focus before the question

/** Ask which setting is to be another one from here on: a higher rate, or what the doctor advises. */
export function branchHere(): void {
  if (store.newest.value === 0) return;
  if (store.playing.value) void store.tell({ do: "pause" });
  const rate = store.form.value?.fields.find((each) => each.name === "learning_rate")?.value;
  const found = store.doctors.value[store.session.value?.branch ?? ""]?.findings ?? [];
  const times = found.some((each) => each.name.includes("too high")) ? 0.1 : 3;
  const other = typeof rate === "number" ? Number((rate * times).toPrecision(3)) : 0.1;
  opener = document.activeElement;
  pending.value = { settings: { learning_rate: other }, branches: true, beside: "curve" };
}

/** One more setting is to be another one. */
export function alsoChange(name: string): void {
  const field = store.form.value?.fields.find((each) => each.name === name);
  if (!field || !pending.value) return;
  const settings = { ...pending.value.settings, [name]: field.value };
  pending.value = { ...pending.value, settings };
}

/** Nothing is changed; the focus is where it was. */
export function notNow(): void {
  pending.value = null;
  hint.value = "";
  if (opener instanceof HTMLElement) opener.focus();
  opener = null;
}

/** From one branch to the next. */
export function showNext(): void {
  const session = store.session.value;
  const names = session?.branches.map((each) => each.name) ?? [];
  const next = names[(names.indexOf(session?.branch ?? "") + 1) % Math.max(1, names.length)];
  if (next) void store.tell({ do: "show", branch: next });
}

/** A setting is another one: before the first step at once, later after a word. */
export function change(settings: Readonly<Record<string, unknown>>): void {
  if (store.newest.value === 0 || "data" in settings) {
    pending.value = null;
    void tried({ do: "configure", settings }, settings);
  } else {
    const asked = askFirst(settings);
    planning = asked;
    void asked.then(() => {
      if (planning === asked) planning = ANSWERED;
    });
  }
}

const ANSWERED = Promise.resolve(true); // what was said of it can be read: a press goes on
let planning = ANSWERED; // whether the change that is being asked about can be: a press waits for it

/** What can't be is said at once, and does not wait with the other changes. */
async function askFirst(settings: Readonly<Record<string, unknown>>): Promise<boolean> {
  const more = { ...pending.value?.settings, ...settings };
  if (!(await tried({ do: "plan", settings: more }, settings))) return false;
  const fields = store.form.value?.fields ?? [];
  const branches = Object.keys(more).every(
    (name) => fields.find((each) => each.name === name)?.acts === "branch",
  );
  pending.value = { settings: more, branches, beside: pending.value?.beside ?? "settings" };
  return true;
}

/** Whether it was taken; else the error stands at the setting it is about. */
async function tried(wish: Wish, settings: Readonly<Record<string, unknown>>): Promise<boolean> {
  const names = Object.keys(settings);
  try {
    await store.ask<Done | Planned>(wish);
    store.failed.value = null;
    return true;
  } catch (error) {
    store.say(error, names.length === 1 ? (names[0] ?? null) : null);
    return false;
  }
}

/** Those that are other ones now. */
function others(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = store.form.value?.fields ?? [];
  const isOther = ([name, value]: [string, unknown]) =>
    fields.find((each) => each.name === name)?.value !== value;
  return Object.fromEntries(Object.entries(settings).filter(isOther));
}

export async function startBranch(): Promise<void> {
  if (!(await planning)) return;
  const settings = others(pending.value?.settings ?? {});
  if (!(await tried({ do: "branch", step: store.step.value, settings }, settings))) return;
  const wasBeside = pending.value?.beside;
  [pending.value, hint.value] = [null, ""];
  if (wasBeside === "curve") document.querySelector<HTMLElement>(".play")?.focus();
}

export async function startAnew(): Promise<void> {
  if (!(await planning)) return;
  const settings = pending.value?.settings ?? {};
  if (await tried({ do: "configure", settings }, settings)) pending.value = null;
}
