import { render } from "preact";
import { isFine } from "../projector";
import { magnified, marked, outputs, pictured, store } from "../state";
import { type Form, fileOf, handed, slug } from "./file";
import { sheetOf } from "./sheet";
import { type Shot, titleOf } from "./shots";

const PATIENCE = 3000; // ms for numbers that are still to come

const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Take that picture away. The page shows for a moment what it needs, then what it showed before. */
export async function take(shot: Shot, form: Form): Promise<void> {
  const before = { output: outputs.peek(), unit: magnified.peek(), line: marked.peek() };
  const aside = document.createElement("div");
  try {
    marked.value = null;
    shot.begin?.();
    isFine.value = true;
    const parts = typeof shot.of === "string" ? inPage(shot.of) : await laidOut(shot.of(), aside);
    await ready(shot);
    const drawing = sheetOf(titleOf(shot), parts, shot.leftOut);
    const name = `${nameOf(shot)}.${form}`;
    handed(await fileOf(drawing, form), name);
  } finally {
    isFine.value = false;
    pictured.value = false;
    outputs.value = before.output;
    magnified.value = before.unit;
    marked.value = before.line;
    render(null, aside);
    aside.remove();
  }
}

function nameOf(shot: Shot): string {
  const session = store.session.peek();
  const several = (session?.branches.length ?? 0) > 1;
  const of = several ? `-${session?.branch}` : "";
  const data = store.form.peek()?.fields.find((each) => each.name === "data")?.value;
  return `${slug(typeof data === "string" ? data : (session?.title ?? ""))}-${slug(shot.id)}${of}-step-${store.step.peek()}`;
}

/** The numbers that are needed, and two frames of the browser, so that all of them are painted. */
async function ready(shot: Shot): Promise<void> {
  const end = performance.now() + PATIENCE;
  await painted();
  while (shot.isReady && !shot.isReady() && performance.now() < end) await painted();
  await painted();
  await painted();
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
