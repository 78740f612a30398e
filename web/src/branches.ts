import type { Done, Planned } from "./protocol.gen";
import { pending, store, tab } from "./state";
import type { Wish } from "./store";

/** Ask which setting is to be another one from here on: a higher rate, or what the doctor advises. */
export function branchHere(): void {
  const rate = store.form.value?.fields.find((each) => each.name === "learning_rate")?.value;
  const found = store.doctors.value[store.session.value?.branch ?? ""]?.findings ?? [];
  const times = found.some((each) => each.name.includes("too high")) ? 0.1 : 3;
  const other = typeof rate === "number" ? Number((rate * times).toPrecision(3)) : 0.1;
  pending.value = { settings: { learning_rate: other }, branches: true };
  tab.value = "setup";
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
  } else void askFirst(settings);
}

/** What can't be is said at once, and does not wait with the other changes. */
async function askFirst(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const more = { ...pending.value?.settings, ...settings };
  if (!(await tried({ do: "plan", settings: more }, settings))) return;
  const fields = store.form.value?.fields ?? [];
  const branches = Object.keys(more).every(
    (name) => fields.find((each) => each.name === name)?.acts === "branch",
  );
  pending.value = { settings: more, branches };
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

export async function startBranch(): Promise<void> {
  const settings = pending.value?.settings ?? {};
  if (await tried({ do: "branch", step: store.step.value, settings }, settings))
    pending.value = null;
}

export async function startAnew(): Promise<void> {
  const settings = pending.value?.settings ?? {};
  if (await tried({ do: "configure", settings }, settings)) pending.value = null;
}
