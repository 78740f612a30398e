import { judged, nearestPoint } from "./curves";
import { branchAt } from "./marks";
import { type Part, partOf } from "./parts";
import type { FrameHead } from "./protocol.gen";
import { store } from "./state";

/** An error, whose it is, and the state it is of: often one near the one that is shown. */
export interface Told {
  part: Part;
  error: number | null;
  step: number;
}

/** What a frame says of a part. */
export function errorIn(head: FrameHead, part: Part): Told {
  const { losses, measured_at: at, step } = head;
  return { part, error: losses[part] ?? null, step: at[part] ?? step };
}

/** The error that counts, of any branch: of the shown one from the frame, else from its curve. */
export function errorOf(branch: string): Told | null {
  const head = store.head.value;
  if (head?.branch === branch) return errorIn(head, partOf(head.losses));
  const found = errorsAt(store.step.value, branch);
  return found && { part: found.name, error: found.judged, step: found.step };
}

/** The point of the shown branch next to a step; before the fork it is one of its parent. */
export function errorsAt(step: number, branch?: string) {
  const session = store.session.value;
  if (!session) return null;
  const owner = branchAt(session.branches, branch ?? session.branch, step);
  const points = store.curves.value[owner];
  const k = points ? nearestPoint(points.step, step) : -1;
  if (!points || k < 0) return null;
  const [name, errors] = judged(points);
  const train = points.train[k] ?? null;
  return { step: points.step[k] ?? 0, name, judged: errors[k] ?? null, train };
}
