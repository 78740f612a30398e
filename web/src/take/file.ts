import { Refused } from "../store";

export const FORMS = { png: "PNG", webp: "WebP", svg: "SVG" } as const;
export type Form = keyof typeof FORMS;

const FINER = 2; // pixels of a picture for one of the page's, along a line

/** A drawing as a file of that form. Throws a Refused where the browser can't draw it. */
export async function fileOf(drawing: SVGSVGElement, form: Form): Promise<Blob> {
  const text = new XMLSerializer().serializeToString(drawing);
  const vector = new Blob([text], { type: "image/svg+xml" });
  return form === "svg"
    ? vector
    : pixels(vector, `image/${form}`).catch(() => {
        throw new Refused({
          called: `a picture as ${FORMS[form]}`,
          needs: "a browser that draws SVG and writes it so",
          got: "one that does not",
          do: form === "png" ? "Take SVG." : "Take PNG or SVG.",
          field: null,
        });
      });
}

/** The pixels of a drawing: a browser draws it as it would any other picture. */
async function pixels(vector: Blob, type: string): Promise<Blob> {
  const address = URL.createObjectURL(vector);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * FINER;
    canvas.height = image.naturalHeight * FINER;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type));
    if (blob?.type !== type) throw new TypeError(type);
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Hand a file to the person, under that name. */
export function handed(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Words as a part of a file's name. */
export function slug(words: string): string {
  const kept = words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return [...kept].slice(0, 40).join("").replace(/^-|-$/g, "");
}
