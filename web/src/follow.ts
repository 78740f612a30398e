import { computed, effect } from "@preact/signals";
import { type Part, partOf } from "./parts";
import type { BranchState, RowFound } from "./protocol.gen";
import { ask, compared, inSight, magnified, open, outputs, point, settled, store } from "./state";
import { derivation } from "./trail";
import { OneAtATime } from "./transport";

export interface Row {
  part: Part;
  row: number;
}

/** The row that was pressed, or whose share a derivation shows. */
export const chosen = computed<Row | null>(() => {
  if (point.value) return { part: point.value.part as Row["part"], row: point.value.row };
  const sample = inSight.value ? derivation.value?.sample : null;
  return typeof sample === "number" ? { part: "train", row: sample } : null;
});

/** The row whose numbers come with the frames: of pictures there is always one. */
export const shownRow = computed<Row | null>(() => {
  if (chosen.value || !store.network.value?.image) return chosen.value;
  const parts = store.scene.value?.parts ?? {};
  const part = partOf(parts);
  const row = parts[part]?.rows[0];
  return row === undefined ? null : { part, row };
});

/** Ask for a row, and show what is found under Why. */
export async function choose(row: Row): Promise<void> {
  try {
    point.value = await store.ask<RowFound>({ do: "row", ...row });
    open("why");
  } catch (error) {
    store.say(error);
  }
}

/** Why a unit answers so: for the point that is looked at, else for the first of the batch. */
export function askUnit(layer: number, unit: number): void {
  const found = point.peek();
  if (found) askOf(found, `${layer}.a[:,${unit}]`);
  else ask(`${layer}.a[0,${unit}]`);
}

/** A row's number: in the step's batch where it is a training point; else in its own part.
 *
 * The `:` is its place, which Python finds anew at each step. */
export function askOf({ part, row }: RowFound, address: string): void {
  ask(address, row, part === "train" ? null : (part as Row["part"]));
}

const looking = new OneAtATime<RowFound>(async ({ part, row }) => {
  const found = await store.ask<RowFound>({ do: "row", part: part as Row["part"], row });
  const now = point.peek();
  if (now?.part === part && now.row === row) point.value = found;
});

/** Another state answers otherwise. */
effect(() => {
  settled.value;
  store.session.value?.branch;
  const found = point.peek();
  if (found) void looking.put(found);
});

let shown = "";

/** A branch is compared with its parent, the first one with a child, till another one is chosen; who
 * goes to the one it is compared with keeps the pair. */
effect(() => {
  const { branch = "", branches = [] } = store.session.value ?? {};
  const [other, former] = [compared.value, shown];
  shown = branch;
  const isThere = (name: string | null) => name !== branch && branches.some((b) => b.name === name);
  if (branch !== former && other === branch && isThere(former)) compared.value = former;
  else if (branch !== former || !isThere(other)) compared.value = usual(branch, branches);
});

function usual(branch: string, branches: readonly BranchState[]): string | null {
  const parent = branches.find((each) => each.name === branch)?.parent;
  return parent ?? branches.find((each) => each.parent === branch)?.name ?? null;
}

const MANY = 48; // units, of which each has little room

/** What the frames are to hold. */
effect(() => {
  const { part = "train", row = null } = shownRow.value ?? {};
  const units = store.network.value?.layers.reduce((sum, each) => sum + each.shown.length, 0) ?? 0;
  const small = units > MANY ? 20 : 40;
  store.watch({ ...magnified.value, compare: compared.value, small, sample: row, part });
});

let before = "";

/** What another session's output shows is its own affair. */
effect(() => {
  const session = store.session.value?.session ?? "";
  if (session === before) return;
  before = session;
  outputs.value = null;
});
