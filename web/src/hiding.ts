/** What a class need not see: its name in an address (`hide=`), and in words. */
export const PARTS = [
  ["panel", "Left panel"],
  ["setup", "Setup"],
  ["why", "Why"],
  ["code", "Code"],
  ["headline", "Headline"],
  ["doctor", "Doctor's line"],
  ["network", "Network"],
  ["spread", "Histograms"],
  ["output", "Output map"],
  ["test", "Test points"],
  ["curve", "Error curve"],
  ["numbers", "Errors in numbers"],
] as const;

const NAMES: readonly string[] = PARTS.map(([name]) => name);

/** What an address hides, and those of its words that are no part of the page. */
export function toHide(text: string): { hide: string[]; unknown: string[] } {
  const told = text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
  return {
    hide: told.filter((each) => NAMES.includes(each)),
    unknown: told.filter((each) => !NAMES.includes(each)),
  };
}

/** An error of four parts. */
export function notHidden(unknown: readonly string[]) {
  return {
    called: "what an address hides (hide=)",
    needs: `parts of the page: ${NAMES.join(", ")}`,
    got: unknown.map((each) => `'${each.slice(0, 40)}'`).join(", "),
    do: "The rest was hidden. Choose under Teach, and copy the address there.",
    field: null,
  };
}
