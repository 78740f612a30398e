/** Where keys lead in a row of controls: its ends are joined. */
const MOVES: Record<string, (at: number, of: number) => number> = {
  ArrowRight: (at, of) => (at + 1) % of,
  ArrowDown: (at, of) => (at + 1) % of,
  ArrowLeft: (at, of) => (at - 1 + of) % of,
  ArrowUp: (at, of) => (at - 1 + of) % of,
  Home: () => 0,
  End: (_, of) => of - 1,
};

/** The place that a key leads to; undefined where it leads nowhere, or is the browser's. */
export function along(event: KeyboardEvent, at: number, of: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return MOVES[event.key]?.(at, of);
}
