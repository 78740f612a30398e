import { inked, made, type Values } from "./svg";

const ELEMENTS = new Set(["g", "path", "line", "rect", "circle", "ellipse", "polyline", "polygon"]);
const PLACES = [
  "d",
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "cx",
  "cy",
  "r",
  "rx",
  "ry",
  "width",
  "height",
  "points",
  "transform",
];

/** A drawing of the page, its looks written into its elements: no style sheet goes with it. */
export function copied(svg: SVGSVGElement, place: Values): SVGSVGElement {
  const frame = ["viewBox", "preserveAspectRatio"].map((each) => [each, svg.getAttribute(each)]);
  const inside = [...svg.children].flatMap(copy);
  return made("svg", { ...place, ...Object.fromEntries(frame), overflow: "visible" }, ...inside);
}

function copy(element: Element): SVGElement[] {
  const style = getComputedStyle(element);
  const name = element.localName;
  if (!ELEMENTS.has(name) || style.display === "none" || style.opacity === "0") return [];
  const values: Record<string, string | null> = Object.fromEntries(
    PLACES.map((each) => [each, element.getAttribute(each)]),
  );
  const opacity = style.opacity === "1" ? null : style.opacity;
  if (name === "g")
    return [made("g", { ...values, opacity }, ...[...element.children].flatMap(copy))];
  const [fill, stroke] = [inked("fill", style.fill), inked("stroke", style.stroke)];
  if (fill.fill === "none" && stroke.stroke === "none") return [];
  const line: Values =
    stroke.stroke === "none"
      ? {}
      : {
          "stroke-width": Number.parseFloat(style.strokeWidth),
          "stroke-linecap": style.strokeLinecap === "butt" ? null : style.strokeLinecap,
          "stroke-dasharray": style.strokeDasharray === "none" ? null : style.strokeDasharray,
        };
  return [made(name as "path", { ...values, opacity, ...fill, ...stroke, ...line })];
}
