export type Part = "train" | "validation" | "test";

/** The part that counts, among those there are: one that training did not see. */
export function partOf(there: object): Part {
  return (["test", "validation"] as const).find((each) => each in there) ?? "train";
}

/** What a part is called on the page. */
export function partName(part: string): string {
  return part === "train" ? "training" : part;
}
