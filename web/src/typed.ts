/** What was typed, as the server is to judge it: null for nothing, a number, or the text itself.
 *
 * Commas group thousands where they can, as the page writes them; else one comma without a point is
 * a decimal sign, as on many keyboards: 0,1 is 0.1.
 */
export function numberIn(text: string): number | string | null {
  const plain = text.trim().replace("−", "-");
  if (plain === "") return null;
  const found = Number(digitsOf(plain));
  return Number.isFinite(found) ? found : plain;
}

function digitsOf(plain: string): string {
  if (/^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(plain)) return plain.replaceAll(",", "");
  return /^-?\d*,\d+(e-?\d+)?$/i.test(plain) ? plain.replace(",", ".") : plain;
}
