import { lowered } from "./format";
import { fitted, LETTER } from "./layout";

/** Left of an input, as much of its name as there is room for; all of it is in the title. */
export function InputName({
  name,
  room,
  lines: most,
}: {
  name: string;
  room: number;
  lines: 1 | 2;
}) {
  return (
    <span
      class={most === 1 ? "input-name" : "input-name two-lines"}
      style={{ maxWidth: `${room}px` }}
    >
      {fitted(lowered(name), Math.floor(room / LETTER), most)}
    </span>
  );
}

interface OutputProps {
  outputs: readonly string[];
  unit: number;
  left: number; // pixels
  top: number;
}

/** Right of one of several outputs. */
export function OutputName({ outputs, unit, left, top }: OutputProps) {
  return (
    <span class="output-name" aria-hidden="true" style={{ left: `${left}px`, top: `${top}px` }}>
      {fitted(outputs[unit] ?? "", 10, 1)}
    </span>
  );
}
