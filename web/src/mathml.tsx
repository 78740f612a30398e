import { type ComponentChild, h } from "preact";
import type { Tree } from "./protocol.gen";
import { marked } from "./state";
import { lineOf } from "./trail";

/** The elements a formula may be made of; whatever else comes is text. */
const ALLOWED = new Set([
  "mrow",
  "mi",
  "mn",
  "mo",
  "mtext",
  "mfrac",
  "msub",
  "msup",
  "msubsup",
  "munder",
  "mover",
  "munderover",
  "msqrt",
  "mspace",
  "mtable",
  "mtr",
  "mtd",
  "mstyle",
  "mpadded",
]);
const ATTRIBUTES = new Set([
  "form",
  "movablelimits",
  "stretchy",
  "mathvariant",
  "width",
  "columnalign",
]);

interface Props {
  tree: Tree;
  chosen?: string | undefined;
  go?: ((key: string) => void) | undefined;
}

/** A formula; numbers that lead somewhere can be pressed. Names it does not know become text. */
export function Formula({ tree, chosen, go }: Props) {
  return h("math", { class: "formula" }, made(tree, chosen, go));
}

function made(tree: Tree | string, chosen?: string, go?: (key: string) => void): ComponentChild {
  if (typeof tree === "string") return tree;
  const [tag, attributes, ...children] = tree;
  const inside = children.map((each) => made(each as Tree | string, chosen, go));
  if (!ALLOWED.has(tag)) return h("mtext", null, ...inside);
  const safe = Object.fromEntries(
    Object.entries(attributes).filter(([name]) => ATTRIBUTES.has(name)),
  );
  const key = attributes["data-to"];
  if (!key || !go) return h(tag, safe, ...inside);
  const press = () => go(key);
  return h(
    tag,
    {
      ...safe,
      class: key === chosen ? "link chosen" : "link",
      role: "button",
      tabindex: 0,
      "data-to": key,
      "aria-pressed": key === chosen ? "true" : "false",
      onPointerEnter: () => {
        marked.value = lineOf(key);
      },
      onClick: press,
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        press();
      },
    },
    ...inside,
  );
}
