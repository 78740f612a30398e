import { describe, expect, test } from "vitest";
import { slug } from "../src/take/file";
import { made, written } from "../src/take/svg";

describe("pictures that are taken away", () => {
  test("numbers are short, and what is null is no attribute", () => {
    const line = made("line", { x1: 1 / 3, y1: 2, x2: null, stroke: "#ff0000" });
    expect(line.getAttribute("x1")).toBe("0.33");
    expect(line.hasAttribute("x2")).toBe(false);
    expect(line.getAttribute("stroke")).toBe("#ff0000");
  });

  test("text stays text, without the letters that XML can't hold", () => {
    expect(made("text", {}, "<script>alert(1)</script>").children).toHaveLength(0);
    expect(written("scr\x00ipt\x0b\t\n")).toBe("scr\ufffdipt\ufffd\t\n");
  });

  test("names of files are letters and figures of any language", () => {
    expect(slug("Which of three irises, by its petals")).toBe(
      "which-of-three-irises-by-its-petals",
    );
    expect(slug("../../Gänse <b>\u0000")).toBe("gänse-b");
    expect(slug("a ".repeat(99)).length).toBeLessThanOrEqual(40);
  });
});
