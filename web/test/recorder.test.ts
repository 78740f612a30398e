import { describe, expect, test, vi } from "vitest";
import "./canvas";
import { fileOf } from "../src/take/file";
import { painters, recorded } from "../src/take/recorder";
import { made } from "../src/take/svg";

/** The elements of what a painter paints. */
function paths(paint: (context: CanvasRenderingContext2D) => void): Element[] {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [100, 50];
  painters.set(canvas, (_, context) => paint(context));
  return [...(recorded(canvas)?.children ?? [])];
}

describe("a canvas as elements", () => {
  test("a line without a point leaves the last one as it was", () => {
    const found = paths((context) => {
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(10, 10);
      context.stroke();
      context.lineWidth = 3;
      context.beginPath();
      context.stroke();
    });
    expect(found.map((each) => each.getAttribute("stroke-width"))).toEqual(["1"]);
  });

  test("what is filled gets its rim, and corners are round", () => {
    const [label, ...more] = paths((context) => {
      context.beginPath();
      context.roundRect(10, 20, 30, 20, 4);
      context.fill();
      context.stroke();
    });
    expect(more).toEqual([]);
    expect(label?.getAttribute("stroke-width")).toBe("1");
    expect(label?.getAttribute("d")).toBe(
      "M14 20L36 20A4 4 0 0 1 40 24L40 36A4 4 0 0 1 36 40" +
        "L14 40A4 4 0 0 1 10 36L10 24A4 4 0 0 1 14 20Z",
    );
  });
});

test("a browser that can't write a form says so", async () => {
  vi.stubGlobal(
    "Image",
    class {
      naturalWidth = 1;
      naturalHeight = 1;
      decode = () => Promise.resolve();
    },
  );
  URL.createObjectURL = () => "blob:x";
  URL.revokeObjectURL = () => undefined;
  HTMLCanvasElement.prototype.toBlob = (done) => {
    done(new Blob([], { type: "image/png" }));
  };
  const drawing = made("svg", { width: 1, height: 1 });
  await expect(fileOf(drawing, "webp")).rejects.toMatchObject({
    parts: { called: "a picture as WebP", do: "Take PNG or SVG." },
  });
  expect((await fileOf(drawing, "png")).type).toBe("image/png");
});
