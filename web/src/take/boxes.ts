import type { Box } from "./letters";
import { inked, made, plain } from "./svg";

let gradients = 0;

/** What a style paints of a box: its ground behind what is in it, its rims before. */
export function boxesOf(
  style: CSSStyleDeclaration,
  box: Box,
): { behind: SVGElement[]; before: SVGElement[]; isWhole: boolean } {
  const ground = inked("fill", style.backgroundColor);
  const behind: SVGElement[] = ground.fill === "none" ? [] : [rectOf(box, style, 0, ground)];
  behind.push(...gradientOf(style, box));
  const [border, edges] = bordersOf(style, box);
  const before = [...edges, ...outlinesOf(style, box)];
  const isWhole = behind.length + before.length > 0; // and not a rule at one side
  return { behind: [...behind, ...border], before, isWhole };
}

/** The box, that far larger on every side. */
function rectOf(
  { left, top, right, bottom }: Box,
  style: CSSStyleDeclaration,
  by: number,
  look: ReturnType<typeof inked>,
): SVGRectElement {
  const [width, height] = [right - left + 2 * by, bottom - top + 2 * by];
  const told = style.borderTopLeftRadius;
  const share = told.endsWith("%") ? (Number.parseFloat(told) / 100) * width : 0;
  const radius = Math.min(width / 2, Math.max(0, (share || Number.parseFloat(told) || 0) + by));
  const place = { x: left - by, y: top - by, width: Math.max(0, width) };
  return made("rect", { ...place, height: Math.max(0, height), rx: radius || null, ...look });
}

/** From the first colour to the last, from left to right: the scales of maps. */
function gradientOf(style: CSSStyleDeclaration, box: Box): SVGElement[] {
  if (!style.backgroundImage.startsWith("linear-gradient(90deg")) return [];
  const colours = style.backgroundImage.match(/(?:rgba?|color)\([^)]*\)/g) ?? [];
  const id = `scale-${++gradients}`;
  const stops = colours.map((each, k) =>
    made("stop", { offset: k / Math.max(1, colours.length - 1), "stop-color": plain(each)[0] }),
  );
  const filled = rectOf(box, style, 0, {});
  filled.setAttribute("fill", `url(#${id})`);
  return [made("linearGradient", { id }, ...stops), filled];
}

/** A border all round as one rectangle; of others each side. */
function bordersOf(style: CSSStyleDeclaration, box: Box): [SVGElement[], SVGElement[]] {
  const sides = (["top", "right", "bottom", "left"] as const).map((side) => {
    const isDrawn = style.getPropertyValue(`border-${side}-style`) !== "none";
    const width = Number.parseFloat(style.getPropertyValue(`border-${side}-width`)) || 0;
    const look = inked("stroke", style.getPropertyValue(`border-${side}-color`));
    return { side, width: isDrawn && look.stroke !== "none" ? width : 0, look };
  });
  const [first] = sides;
  if (first && first.width > 0 && sides.every((each) => each.width === first.width)) {
    const look = { fill: "none", ...first.look, "stroke-width": first.width };
    return [[], [rectOf(box, style, -first.width / 2, look)]];
  }
  const { left, top, right, bottom } = box;
  const lines = sides.flatMap(({ side, width, look }) => {
    if (width === 0) return [];
    const half = width / 2;
    const d = {
      top: `M${left} ${top + half}H${right}`,
      right: `M${right - half} ${top}V${bottom}`,
      bottom: `M${left} ${bottom - half}H${right}`,
      left: `M${left + half} ${top}V${bottom}`,
    }[side];
    return [made("path", { d, fill: "none", ...look, "stroke-width": width })];
  });
  return [lines, []];
}

/** Rims outside of the box: outlines, and shadows that are nothing but a rim. */
function outlinesOf(style: CSSStyleDeclaration, box: Box): SVGElement[] {
  const found: SVGElement[] = [];
  const rim = (width: number, away: number, colour: string) => {
    const line = inked("stroke", colour);
    const look = { fill: "none", ...line, "stroke-width": width };
    if (line.stroke !== "none") found.push(rectOf(box, style, away + width / 2, look));
  };
  const width = Number.parseFloat(style.outlineWidth) || 0;
  if (style.outlineStyle === "solid" && width > 0)
    rim(width, Number.parseFloat(style.outlineOffset) || 0, style.outlineColor);
  const shadow = /^(rgba?\([^)]*\)) 0px 0px 0px ([\d.]+)px$/.exec(style.boxShadow);
  if (shadow?.[1]) rim(Number(shadow[2]), 0, shadow[1]);
  return found;
}
