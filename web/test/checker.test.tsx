import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import { Verdict } from "../src/checker";
import type { Checked } from "../src/protocol.gen";

const mistake = { name: "uphill", where: "update", layer: 1, sentence: "It adds." };
const found = (line: number | null): Checked => ({
  is: "checked",
  re: 1,
  headline: "Wrong. Uphill.",
  line: null,
  verdict: { mistakes: [{ ...mistake, line, sets: line ? "W2" : "" }] },
  svg: null,
});

async function shown(line: number | null) {
  const lines: number[] = [];
  const place = document.createElement("div");
  await act(() => render(<Verdict found={found(line)} show={(at) => lines.push(at)} />, place));
  return { lines, button: place.querySelector("button") };
}

test("a mistake leads to its line, where that is known", async () => {
  const { lines, button } = await shown(17);
  expect(button?.textContent).toBe("Show line 17, where W2 is set");
  await act(() => button?.click());
  expect(lines).toEqual([17]);
  expect((await shown(null)).button).toBeNull();
});
