import { boxesOf } from "./boxes";
import { copied } from "./drawing";
import { type Box, lettersOf } from "./letters";
import { recorded } from "./recorder";
import { made } from "./svg";

/** What can only be pressed says nothing on paper. */
const LEFT_OUT = [
  ".unseen",
  ".quiet",
  ".press",
  ".main-press",
  ".small",
  ".what-if",
  ".incoming",
  ".segments button[aria-pressed=false]",
  ".empty",
  "input",
  "select",
  "textarea",
  "label[for]",
].join();

const PICTURES = new Set(["canvas", "img", "svg"]);

/** A part of the page as elements of a drawing, each where the browser put it.
 *
 * The page is read as it stands: places from the browser's own boxes, looks from computed styles.
 * So it holds for every panel, formulas too, and the drawing needs neither style sheet nor HTML. */
export class PanelDrawing {
  readonly bounds: Box = { left: 1e9, top: 1e9, right: -1e9, bottom: -1e9 };

  constructor(
    private readonly zoom: number, // of a projector
    private readonly leftOut = "",
  ) {}

  /** The element and all that is in it. */
  drawn(element: Element, clip: Box = EVERYWHERE): SVGElement[] {
    const style = getComputedStyle(element);
    const isOut = element.matches(LEFT_OUT) || (this.leftOut && element.matches(this.leftOut));
    if (isOut || style.display === "none" || style.opacity === "0") return [];
    const box = this.boxed(element.getBoundingClientRect());
    const found = this.itself(element, style, box, clip);
    if (style.opacity === "1") return found;
    return found.length > 0 ? [made("g", { opacity: style.opacity }, ...found)] : [];
  }

  readonly boxed = ({ left, top, right, bottom }: DOMRect): Box => ({
    left: left / this.zoom,
    top: top / this.zoom,
    right: right / this.zoom,
    bottom: bottom / this.zoom,
  });

  private itself(element: Element, style: CSSStyleDeclaration, box: Box, clip: Box): SVGElement[] {
    const place = { x: box.left, y: box.top, width: box.right - box.left };
    const size = { ...place, height: box.bottom - box.top };
    const isSeen = style.visibility !== "hidden" && size.width > 0 && size.height > 0;
    if (isSeen && (box.top >= clip.bottom || box.bottom <= clip.top)) return [];
    const painted = isSeen ? boxesOf(style, box) : NOTHING;
    const isWhole = PICTURES.has(element.localName) || painted.isWhole;
    const isPainted = painted.behind.length + painted.before.length > 0;
    if (isSeen && (isWhole || isPainted))
      this.reach(isWhole ? box : { ...box, bottom: box.top }, clip);
    if (element instanceof SVGSVGElement) return isSeen ? [copied(element, size)] : [];
    if (element instanceof HTMLCanvasElement)
      return isSeen ? [...painted.behind, pictureOf(element, style, size), ...painted.before] : [];
    if (element instanceof HTMLImageElement)
      return isSeen ? [made("image", { ...size, href: element.src })] : [];
    const inside = this.inside(element, style, within(element, style, box, clip));
    return [...painted.behind, ...inside, ...painted.before, ...strokesOf(element, style, this)];
  }

  private inside(element: Element, style: CSSStyleDeclaration, clip: Box): SVGElement[] {
    return [...element.childNodes].flatMap((each) => {
      if (each instanceof Text)
        return lettersOf(each, style, this.boxed, clip).map(({ box, letters }) => {
          this.reach(box, clip);
          return letters;
        });
      return each instanceof Element ? this.drawn(each, clip) : [];
    });
  }

  private reach(box: Box, clip: Box): void {
    const { bounds } = this;
    bounds.left = Math.min(bounds.left, Math.max(box.left, clip.left));
    bounds.top = Math.min(bounds.top, Math.max(box.top, clip.top));
    bounds.right = Math.max(bounds.right, Math.min(box.right, clip.right));
    bounds.bottom = Math.max(bounds.bottom, Math.min(box.bottom, clip.bottom));
  }
}

const NOTHING = { behind: [], before: [], isWhole: false };
const EVERYWHERE: Box = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };

/** Where what is in an element may be seen: of what scrolls, or is cut with three dots. What the
 * page merely has no room for is drawn whole. */
function within(element: Element, style: CSSStyleDeclaration, box: Box, clip: Box): Box {
  const isCut =
    element.scrollWidth > element.clientWidth + 1 ||
    element.scrollHeight > element.clientHeight + 1;
  const scrolls = style.overflowX === "auto" || style.overflowY === "auto";
  if (!isCut || (!scrolls && style.textOverflow !== "ellipsis")) return clip;
  return {
    left: Math.max(clip.left, box.left),
    top: Math.max(clip.top, box.top),
    right: Math.min(clip.right, box.right),
    bottom: Math.min(clip.bottom, box.bottom),
  };
}

interface Size {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A canvas: its own lines where they are known, else its pixels. */
function pictureOf(
  canvas: HTMLCanvasElement,
  style: CSSStyleDeclaration,
  { x, y, width, height }: Size,
): SVGElement {
  const rim = Number.parseFloat(style.borderTopWidth) || 0;
  const lines = recorded(canvas);
  const inner = { x: x + rim, y: y + rim, width: width - 2 * rim, height: height - 2 * rim };
  if (lines) {
    const { clientWidth, clientHeight } = canvas;
    const frame = { ...inner, viewBox: `0 0 ${clientWidth} ${clientHeight}`, overflow: "hidden" };
    return made("svg", frame, lines);
  }
  const isCoarse = style.imageRendering === "pixelated";
  const look = { preserveAspectRatio: "none", "image-rendering": isCoarse ? "pixelated" : null };
  return made("image", { ...inner, ...look, href: canvas.toDataURL() });
}

/** Lines that a browser draws of a formula: of fractions and roots. */
function strokesOf(
  element: Element,
  style: CSSStyleDeclaration,
  { boxed }: PanelDrawing,
): SVGElement[] {
  const [first, second] = [...element.children].map((each) => boxed(each.getBoundingClientRect()));
  const all = boxed(element.getBoundingClientRect());
  const line = (d: string) => made("path", { d, fill: "none", stroke: style.color });
  if (element.localName === "mfrac" && first && second) {
    const y = (first.bottom + second.top) / 2;
    return [line(`M${all.left} ${y}H${all.right}`)];
  }
  if (element.localName !== "msqrt" || !first) return [];
  const [from, low] = [first.left - all.left, all.bottom - 1];
  const hook = `M${all.left} ${(all.top + low) / 2}L${all.left + from * 0.4} ${low}`;
  return [line(`${hook}L${first.left} ${all.top + 1}H${all.right}`)];
}
