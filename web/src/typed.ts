/** What was typed, as the server is to judge it: null for nothing, a number, or the text itself.
 *
 * A comma may group thousands; where it might be a decimal sign the text is left as it is, so that
 * "0,5" is refused and never taken for 5.
 */
export function numberIn(text: string): number | string | null {
  const plain = text.trim().replace("−", "-");
  if (plain === "") return null;
  const digits = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(plain)
    ? plain.replaceAll(",", "")
    : plain;
  const found = Number(digits);
  return Number.isFinite(found) ? found : plain;
}
