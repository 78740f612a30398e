import { computed, signal } from "@preact/signals";
import type { ColumnInfo, Planned, TableInfo } from "./protocol.gen";
import { hidden, store } from "./state";
import { Refused } from "./store";
import type { Parts } from "./wrong";

/** A table that was read and is not used yet, with what is chosen of it. */
export interface Draft {
  info: TableInfo;
  target: string;
  out: ReadonlySet<string>; // columns that do not go in
  scale: string;
  missing: string;
  holes: readonly string[]; // texts that are taken as empty cells
  task: string; // "": as the target looks
  left: Readonly<Record<string, string>>; // columns that are of no use, and why
  columns: readonly ColumnInfo[]; // what is in them as it is chosen
  plan: Planned | null; // what that makes; null while it is asked, or where it can't be
  wrong: Parts | null;
  ways: Ways | null; // out of what is wrong
}
/** What would be made without the rows that have holes, and with means in them. */
export interface Ways {
  drop: Planned | null;
  mean: Planned | null;
}
export type Choices = Partial<
  Pick<Draft, "target" | "out" | "scale" | "missing" | "task" | "holes">
>;

export const draft = signal<Draft | null>(null);
/** What waits, while it is in sight: the pictures are of something else so long. */
export const waiting = computed(() => {
  const isUnseen = hidden.value.has("setup") || hidden.value.has("panel");
  if (!draft.value || isUnseen) return null;
  return draft.value.plan?.waits ?? draft.value.info.waits;
});
let asked = 0;

export function lookAt(info: TableInfo): void {
  draft.value = {
    info,
    target: info.target[0] ?? "",
    out: new Set(),
    scale: "standard",
    missing: "error",
    holes: info.columns.flatMap((each) => each.odd), // each of them waits for a choice, as all holes
    task: "",
    left: {},
    columns: info.columns,
    plan: null,
    wrong: null,
    ways: null,
  };
  void ask();
}

/** Another choice: what follows from it is asked anew, and the old answer stays till then. */
export function choose(choices: Choices): void {
  if (!draft.value) return;
  draft.value = { ...draft.value, ...choices };
  void ask();
}

export function settingsOf(made: Draft): Record<string, unknown> {
  const { info, target, out, scale, missing, task, holes } = made;
  const others = info.columns.map((each) => each.name).filter((name) => name !== target);
  const kept = others.filter((name) => !out.has(name));
  return {
    data: `table:${info.id}`,
    target: [target],
    scale,
    missing,
    ...(kept.length < others.length ? { columns: kept } : {}),
    ...(task ? { task } : {}),
    ...(holes.length > 0 ? { holes } : {}),
  };
}

async function ask(): Promise<void> {
  const number = ++asked;
  const made = draft.value;
  if (!made) return;
  const [plan, wrong] = await answerTo(settingsOf(made));
  const ways = wrong && made.missing === "error" ? await waysOut(made) : null;
  const known = plan ?? ways?.mean ?? ways?.drop;
  if (number !== asked || !draft.value) return;
  const columns = known?.columns.length ? known.columns : made.info.columns;
  draft.value = { ...draft.value, plan, wrong, ways, columns, left: known?.left_out ?? {} };
}

/** What is of no use is known while it is not yet chosen what becomes of missing values. */
async function waysOut(made: Draft): Promise<Ways> {
  const asked = ["drop", "mean"].map((missing) => answerTo(settingsOf({ ...made, missing })));
  const [drop, mean] = await Promise.all(asked);
  return { drop: drop?.[0] ?? null, mean: mean?.[0] ?? null };
}

async function answerTo(
  settings: Record<string, unknown>,
): Promise<[Planned | null, Parts | null]> {
  try {
    return [await store.ask<Planned>({ do: "plan", settings }), null];
  } catch (error) {
    return [null, error instanceof Refused ? error.parts : null];
  }
}

/** Learn from it; where that is refused, all that was chosen stays. */
export async function use(): Promise<void> {
  const made = draft.value;
  if (!made) return;
  const settings = settingsOf(made);
  // A table dropped or a choice made while the answer was awaited stays.
  const isStill = (now: Draft | null) =>
    now !== null && JSON.stringify(settingsOf(now)) === JSON.stringify(settings);
  try {
    await store.ask({ do: "configure", settings });
    if (isStill(draft.value)) draft.value = null;
    store.failed.value = null;
  } catch (error) {
    if (error instanceof Refused && isStill(draft.value))
      draft.value = { ...(draft.value as Draft), wrong: error.parts };
  }
}
