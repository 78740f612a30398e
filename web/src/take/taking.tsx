import { render } from "preact";
import { isFine } from "../projector";
import { magnified, marked, outputs, pictured, store } from "../state";
import { type Form, fileOf, handed, slug } from "./file";
import { sheetOf } from "./sheet";
import { momentOf, type Shot, titleOf } from "./shots";

const PATIENCE = 3000; // ms for numbers that are still to come

const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

let last: Promise<void> = Promise.resolve();

/** Take that picture away, after those that were asked for before. */
export function take(shot: Shot, form: Form): Promise<void> {
  last = last.catch(() => undefined).then(() => taken(shot, form));
  return last;
}

async function taken(shot: Shot, form: Form): Promise<void> {
  const [drawing, name] = await drawn(shot);
  handed(await fileOf(drawing, form), `${name}.${form}`);
}

/** The page shows for a moment what the picture needs, then what it showed before. */
async function drawn(shot: Shot): Promise<[SVGSVGElement, string]> {
  const before = { output: outputs.peek(), unit: magnified.peek(), line: marked.peek() };
  const aside = document.createElement("div");
  let release = () => {};
  try {
    marked.value = null;
    shot.begin?.();
    isFine.value = true;
    const parts = typeof shot.of === "string" ? inPage(shot.of) : await laidOut(shot.of(), aside);
    await ready(shot);
    release = store.hold(); // while it plays: all of it is of one state
    await painted();
    await painted();
    return [sheetOf(titleOf(shot), parts, shot.leftOut), nameOf(shot)];
  } finally {
    release();
    isFine.value = false;
    pictured.value = false;
    outputs.value = before.output;
    magnified.value = before.unit;
    marked.value = before.line;
    render(null, aside);
    aside.remove();
  }
}

/** "circles-network-B-step-40" */
function nameOf(shot: Shot): string {
  const { branch, step } = momentOf(shot);
  const data = store.form.peek()?.fields.find((each) => each.name === "data")?.value;
  const of = typeof data === "string" ? data : (store.session.peek()?.title ?? "");
  const moment = step === null ? [] : [branch, `step-${step}`];
  return [slug(of), slug(shot.id), ...moment].filter(Boolean).join("-");
}

/** Until the numbers have come that the picture needs. */
async function ready(shot: Shot): Promise<void> {
  const end = performance.now() + PATIENCE;
  await painted();
  while (shot.isReady && !shot.isReady() && performance.now() < end) await painted();
}

function inPage(of: string): Element[] {
  return [...document.querySelectorAll(of)];
}

/** What the page does not show now, where nobody sees it. */
async function laidOut(content: Parameters<typeof render>[0], aside: HTMLElement) {
  aside.className = "aside";
  aside.inert = true;
  document.body.append(aside);
  render(content, aside);
  await Promise.all([...aside.querySelectorAll("img")].map((each) => each.decode()));
  return [aside];
}
