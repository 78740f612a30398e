import { effect, signal } from "@preact/signals";
import type { Derivation, Followed, PullsFound, TreeNode } from "./protocol.gen";
import {
  answering,
  asked,
  compared,
  hint,
  magnified,
  pending,
  point,
  rings,
  settled,
  shut,
  store,
} from "./state";
import { OneAtATime } from "./transport";

/** The links from the number that was asked for to the one that is looked at. */
export const trail = signal<readonly string[]>([]);
/** Nobody has pressed a number yet: the update and the gradient are open, not what lies between. */
export const fresh = signal(true);
export const nodes = signal<Readonly<Record<string, TreeNode>>>({});
export const derivation = signal<Derivation | null>(null);
export const pulls = signal<PullsFound | null>(null);
export const followed = signal<Followed | null>(null);

const WEIGHT = /^\d+\.[Wb]\[/;
const asking = new OneAtATime<string>(explain);
let before = "";

/** dW beside W: the address of a parameter's gradient. */
export function gradientOf(address: string): string {
  return address.replace(/^(\d+)\.([Wb])/, "$1.d$2");
}

/** The line of the network that a number belongs to: of a weight, its update or its gradient. */
export function lineOf(address: string | null): string | null {
  return address?.replace(/#.*/, "").replace(/^(\d+)\.d?([Wb])(?:\.[a-z]+)?\[/, "$1.$2[") ?? null;
}

async function explain(): Promise<void> {
  const question = asked.peek();
  if (!question) return;
  const { address } = question;
  const isNew = before !== address;
  before = address;
  try {
    let sample = question.sample;
    if (WEIGHT.test(address) && !question.part) {
      const found = await store.ask<PullsFound>({ do: "pulls", address });
      pulls.value = found;
      sample ??= found.pulls[0]?.row ?? null;
    } else {
      pulls.value = null;
    }
    const found = await store.ask<Derivation>({
      do: "explain",
      address,
      sample,
      part: question.part,
      also: isNew ? [] : trail.peek().slice(1),
    });
    take(found, isNew, WEIGHT.test(address) ? gradientOf(address) : null);
  } catch (error) {
    store.say(error);
  }
}

/** The same question has new numbers: the links stay as far as they still lead somewhere. */
function take(found: Derivation, isNew: boolean, second: string | null): void {
  derivation.value = found;
  nodes.value = found.nodes;
  followed.value = null;
  const kept = isNew ? [] : trail.peek().slice(1);
  const lost = kept.findIndex((key) => !(key in found.nodes));
  const links = lost < 0 ? kept : kept.slice(0, lost);
  if (isNew) fresh.value = true;
  if (isNew && second) links.push(...way(found, second));
  trail.value = [found.root, ...links];
}

/** The links from the root down to a number: with a memory the gradient is some formulas away. */
export function way({ root, nodes: known }: Derivation, goal: string): string[] {
  const from = new Map<string, string>([[root, ""]]);
  for (const key of from.keys()) {
    for (const part of known[key]?.parts ?? []) {
      if (!from.has(part) && part in known) from.set(part, key);
    }
  }
  const found: string[] = [];
  for (let key = from.has(goal) ? goal : root; key !== root; key = from.get(key) ?? root) {
    found.unshift(key);
  }
  return found;
}

/** Go from the link at that place on to a number of its formula. */
export async function go(at: number, key: string): Promise<void> {
  if (!(key in nodes.peek())) {
    const sample = derivation.peek()?.sample ?? null;
    const part = asked.peek()?.part ?? null;
    try {
      const found = await store.ask<Derivation>({ do: "explain", address: key, sample, part });
      nodes.value = { ...found.nodes, ...nodes.peek(), [key]: found.nodes[found.root] as TreeNode };
    } catch (error) {
      store.say(error);
      return;
    }
  }
  followed.value = null;
  fresh.value = false;
  trail.value = [...trail.peek().slice(0, at + 1), key];
}

/** One link back, then close. */
export function back(): void {
  if (trail.peek().length > 1) trail.value = trail.peek().slice(0, -1);
  else close();
}

export function close(): void {
  asked.value = null;
  point.value = null;
  derivation.value = null;
  pulls.value = null;
  followed.value = null;
  trail.value = [];
  before = "";
  shut();
}

let suppositions = 0;
const supposing = new OneAtATime<readonly [string, number]>(([changed, value]) =>
  whatIf(changed, value),
);

/** What would follow, had that number been another one; null: nothing is supposed any more. */
export function supposed(changed: string, value: number | null): void {
  if (value !== null) {
    void supposing.put([changed, value]);
    return;
  }
  suppositions++; // what is still on its way is not wanted any more
  followed.value = null;
}

async function whatIf(changed: string, value: number): Promise<void> {
  const question = asked.peek();
  if (!question) return;
  const { address, part } = question;
  const sample = derivation.peek()?.sample ?? null;
  const when = suppositions;
  try {
    const found = await store.ask<Followed>({
      do: "what_if",
      address,
      changed,
      value,
      sample,
      part,
    });
    if (when === suppositions) followed.value = found;
    store.failed.value = null;
  } catch (error) {
    store.say(error);
  }
}

effect(() => {
  const [question, step, session] = [asked.value, settled.value, store.session.value?.branch];
  if (question) void asking.put(JSON.stringify([question, step, session]));
});

/** Who pulls is ringed on the map, as long as the answer is in sight. */
effect(() => {
  const found = answering.value ? pulls.value : null;
  rings.value = new Map(found?.pulls.map((each) => [each.row, each.share]));
});

let data = "";

/** What was said of a setting was said of other data. */
effect(() => {
  const title = store.session.value?.title ?? "";
  if (title !== data) hint.value = "";
  data = title;
});

let shown = "";

/** Another session is another network: what was asked of the old one has no answer any more. */
effect(() => {
  const session = store.session.value?.session ?? "";
  if (session === shown) return;
  const isFirst = shown === "";
  shown = session;
  if (isFirst) return;
  pending.value = null;
  compared.value = null;
  magnified.value = { layer: null, unit: 0 };
  if (asked.peek() || point.peek()) close();
});
