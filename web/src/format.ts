const RAISED: Record<string, string> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** Four digits with a true minus; 1.234×10⁻⁵ where it is small or large. As Python's `short`. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    const [digits = "0", power = "0"] = value.toExponential(3).split("e");
    const raised = [...power.replace("+", "")].map((letter) => RAISED[letter] ?? "").join("");
    return `${String(Number(digits))}×10${raised}`.replace(/^-/, "−");
  }
  const text = size >= 1e4 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
  return text.replace("-", "−");
}

/** 0.998 as 99.8 %; what would round to none of it, or to all, says that it is not. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(1);
  if (text === "0.0" && share > 0) return "< 0.1 %";
  if (text === "100.0" && share < 1) return "> 99.9 %";
  return `${text} %`;
}

/** 1 row, 2,000 rows */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : more}`;
}

/** 2,000 */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** x1 as x₁, and other names as they are. */
export function lowered(name: string): string {
  return name.replace(
    /^([a-z])(\d{1,2})$/,
    (_, letter: string, digits: string) =>
      letter + [...digits].map((each) => String.fromCharCode(0x2080 + Number(each))).join(""),
  );
}
