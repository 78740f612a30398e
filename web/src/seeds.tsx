import type { Field } from "./protocol.gen";
import { Radios } from "./radios";

const SEEDS: readonly (readonly [string, string])[] = [
  ["circles", "M12 3a9 9 0 1 0 .1 0M12 8a4 4 0 1 0 .1 0"],
  [
    "xor",
    "M5 5l5 5M10 5l-5 5M14 14l5 5M19 14l-5 5M14 7a3 3 0 1 0 5 0a3 3 0 1 0-5 0M5 17a3 3 0 1 0 5 0a3 3 0 1 0-5 0",
  ],
  ["moons", "M3 13a6 6 0 0 1 12 0M9 11a6 6 0 0 0 12 0"],
  ["spirals", "M12 12c1-3 5-1 4 2s-6 4-8 1-1-9 4-10 10 4 8 10"],
  [
    "blobs",
    "M6 8a2 2 0 1 0 .1 0M17 6a2 2 0 1 0 .1 0M12 17a2 2 0 1 0 .1 0M8 5a1 1 0 1 0 .1 0M15 15a1 1 0 1 0 .1 0",
  ],
  ["digits", "M8 5h8l-5 6c6 0 6 8 0 8-2 0-3-1-4-2"],
];

/** The data most people begin with, each as a small picture. */
export function Seeds({ field, set }: { field: Field; set: (value: string) => void }) {
  const options = SEEDS.flatMap(([value, path]) => {
    const choice = field.choices.find((each) => each.value === value);
    if (!choice) return [];
    const label = (
      <>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={path} />
        </svg>
        {value === "xor" ? "XOR" : value}
      </>
    );
    return [{ value, label, says: choice.says }];
  });
  return (
    <Radios
      options={options}
      value={String(field.value)}
      set={set}
      label="Data to begin with"
      says={`f-${field.name}-says`}
      look="seeds"
      each="seed"
    />
  );
}
