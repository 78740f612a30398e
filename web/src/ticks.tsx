import { short } from "./format";

export interface Tick {
  at: number; // from 0 to 1 along the axis
  text: string;
}

const LETTERS = 7; // of a number that is written whole

/** Numbers between the ends of an axis, where they stand; none is written twice. */
export function ticksOf(values: readonly number[], low: number, high: number): Tick[] {
  const found = new Map<string, number>();
  for (const value of values) {
    const plain = String(value).replace("-", "−");
    const text = plain.length <= LETTERS ? plain : short(value);
    const at = (value - low) / (high - low || 1);
    if (at >= 0 && at <= 1 && !found.has(text)) found.set(text, at);
  }
  return [...found].map(([text, at]) => ({ at, text }));
}

interface TicksProps {
  across: readonly Tick[];
  up: readonly Tick[];
}

/** Quiet numbers along the left and the lower edge of a map, where it has no points. */
export function Ticks({ across, up }: TicksProps) {
  return (
    <>
      {across.map(({ at, text }) => (
        <span key={text} class="tick across" style={{ left: `${100 * at}%` }}>
          <b>{text}</b>
          <i />
        </span>
      ))}
      {up.map(({ at, text }) => (
        <span key={text} class="tick up" style={{ bottom: `${100 * at}%` }}>
          <i />
          <b>{text}</b>
        </span>
      ))}
    </>
  );
}
