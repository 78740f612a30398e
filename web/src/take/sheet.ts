import type { Box } from "./letters";
import { wrapped } from "./letters";
import { PanelDrawing } from "./panel";
import { inked, made } from "./svg";

const MARGIN = 16;
const NARROWEST = 300;
const MOST = 3; // lines of a heading
const FONT = "system-ui, sans-serif";

export interface Told {
  title: string; // what it is, and of which state
  about: string; // of which data and network
  says: string; // how it is to be read
}

/** Parts of the page as one drawing under a heading, that can be understood alone. */
export function sheetOf(told: Told, parts: readonly Element[], leftOut = ""): SVGSVGElement {
  const page = document.querySelector<HTMLElement>(".page");
  const zoom = page ? page.getBoundingClientRect().width / page.offsetWidth || 1 : 1;
  const panel = new PanelDrawing(zoom, leftOut);
  const drawn = parts.flatMap((each) => panel.drawn(each));
  const { left, top, right, bottom }: Box = drawn.length > 0 ? panel.bounds : NOTHING;
  const inner = Math.max(NARROWEST, right - left);
  const head = headOf(told, inner);
  const [width, height] = [inner + 2 * MARGIN, head.height + (bottom - top) + 2 * MARGIN];
  const at = `translate(${MARGIN - left} ${MARGIN + head.height - top})`;
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  const paper = getComputedStyle(document.body).backgroundColor;
  return made(
    "svg",
    { ...size, viewBox: `0 0 ${size.width} ${size.height}`, role: "img", "font-family": FONT },
    made("title", {}, told.title),
    made("desc", {}, [told.about, told.says].filter(Boolean).join(". ")),
    made("rect", { ...size, ...inked("fill", paper) }),
    ...head.lines,
    made("g", { transform: at }, ...drawn),
  );
}

const NOTHING: Box = { left: 0, top: 0, right: 0, bottom: 0 };

/** What is to be seen, and of which network. */
function headOf({ title, about, says }: Told, width: number) {
  const { color } = getComputedStyle(document.body);
  const lines: SVGTextElement[] = [];
  let y = MARGIN;
  const put = (text: string, size: number, weight: number, opacity: number) => {
    for (const line of wrapped(text, `${weight} ${size}px ${FONT}`, width, MOST)) {
      if (!line) continue;
      y += Math.round(size * 1.35);
      const look = { ...inked("fill", color, opacity), "font-size": size, "font-weight": weight };
      lines.push(made("text", { x: MARGIN, y: y - 4, ...look }, line));
    }
  };
  put(title, 16, 600, 1);
  put(about, 13, 400, 0.75);
  put(says, 13, 400, 0.75);
  return { lines, height: y - MARGIN + 10 };
}
