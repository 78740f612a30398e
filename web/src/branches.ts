import { pending, store, tab } from "./state";

/** Ask which setting is to be another one from the shown step on. */
export function branchHere(): void {
  const rate = store.form.value?.fields.find((each) => each.name === "learning_rate")?.value;
  const other = typeof rate === "number" ? Number((rate * 3).toPrecision(3)) : 0.1;
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
  const fields = store.form.value?.fields ?? [];
  const names = Object.keys(settings);
  if (store.newest.value === 0 || names.includes("data")) {
    pending.value = null;
    void store.tell({ do: "configure", settings });
    return;
  }
  const more = { ...pending.value?.settings, ...settings };
  const branches = Object.keys(more).every(
    (name) => fields.find((each) => each.name === name)?.acts === "branch",
  );
  pending.value = { settings: more, branches };
}

export async function startBranch(): Promise<void> {
  const settings = pending.value?.settings ?? {};
  if (await store.tell({ do: "branch", step: store.step.value, settings })) pending.value = null;
}

export async function startAnew(): Promise<void> {
  const settings = pending.value?.settings ?? {};
  if (await store.tell({ do: "configure", settings })) pending.value = null;
}
