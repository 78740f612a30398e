import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { App } from "../src/app";
import { pressed } from "../src/keys";
import { Formula } from "../src/mathml";
import { LARGEST, type Tree } from "../src/protocol.gen";
import { asked, compared, hidden, hint, lines, store, swiftest, tab } from "../src/state";
import { close, trail } from "../src/trail";
import { give, listenToDrops } from "../src/upload";
import { bytes, news, recorded, Wire } from "./given";

const wire = new Wire();
const press = (on: Element) => void on.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const soon = () => new Promise((resolve) => setTimeout(resolve, 30));
const text = () => document.body.textContent ?? "";
const say = (message: object) => act(() => store.text(JSON.stringify(message)));

function button(name: string | RegExp): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((each) => {
    const label = each.getAttribute("aria-label") ?? each.textContent?.trim() ?? "";
    return typeof name === "string" ? label === name : name.test(label);
  });
  if (!found) throw new Error(`There is no button ${name}.`);
  return found;
}

/** A request that is answered as soon as it is sent; what was sent is handed out. */
function standIn(status: number, told: object) {
  const sent = { path: "", headers: {} as Record<string, string>, body: null as unknown };
  globalThis.XMLHttpRequest = class {
    upload = {};
    status = status;
    responseText = JSON.stringify(told);
    onload = () => undefined;
    open = (_: string, path: string) => {
      sent.path = path;
    };
    setRequestHeader = (name: string, value: string) => {
      sent.headers[name] = value;
    };
    send(body: unknown) {
      sent.body = body;
      this.onload();
    }
    abort() {}
  } as never;
  return sent;
}

/** Answer what the page asked last of this kind with what a real session said. */
async function answer(name: string, told: object): Promise<void> {
  await soon();
  const question = wire.find(name);
  if (!question) throw new Error(`${name} was not asked.`);
  await say({ ...told, re: question.id });
  await soon();
}

beforeAll(async () => {
  document.body.innerHTML = '<div id="app"></div>';
  store.use(wire);
  await act(() => render(<App />, document.getElementById("app") as HTMLElement));
  store.opened();
  await say({
    is: "welcome",
    re: wire.last().id,
    session: news("session").session,
    version: "1",
    schema: 1,
  });
  for (const each of recorded.news) await say(each);
  await act(() => store.frame(bytes()));
  await soon();
});

beforeEach(async () => {
  await act(() => close());
  wire.sent = [];
});

describe("the page", () => {
  test("opens with a headline, play, and words on the empty curve", () => {
    expect(document.querySelector("h1")?.textContent).toContain("Not trained yet");
    expect(button("Play").className).toContain("haloed");
    expect(text()).toContain("The error draws itself here");
    expect(document.querySelectorAll(".unit")).toHaveLength(15);
    expect(document.querySelectorAll("path.line")).toHaveLength(48);
  });

  test("play is one press, or the space bar", async () => {
    button("Play").click();
    expect(wire.last()).toMatchObject({ do: "play" });
    pressed("ArrowRight", true);
    expect(wire.last()).toMatchObject({ do: "step", by: 10 });
  });

  test("every field of the form has a control with a name", () => {
    for (const field of news("form").fields.filter((each) => each.kind !== "points")) {
      expect(document.querySelector(`.f-${field.name}`), field.name).not.toBeNull();
    }
    for (const control of document.querySelectorAll("input, select, textarea")) {
      const isNamed =
        control.hasAttribute("aria-label") ||
        control.closest("label") ||
        document.querySelector(`label[for="${control.id}"]`);
      expect(isNamed, control.outerHTML).toBeTruthy();
    }
    for (const each of document.querySelectorAll("button")) {
      expect(
        each.getAttribute("aria-label") ?? each.textContent?.trim(),
        each.outerHTML,
      ).toBeTruthy();
    }
  });

  test("before the first step a setting acts at once", async () => {
    const rate = document.querySelector<HTMLInputElement>("#f-learning_rate");
    if (!rate) throw new Error("no learning rate");
    rate.value = "0.5";
    rate.dispatchEvent(new Event("change", { bubbles: true }));
    expect(wire.find("configure")).toMatchObject({ settings: { learning_rate: 0.5 } });
  });

  test("later it asks whether to branch", async () => {
    const session = news("session");
    const trained = {
      ...session,
      head: 40,
      step: 40,
      state: "paused",
      branches: session.branches.map((b) => ({ ...b, head: 40 })),
    };
    await say(trained);
    await act(() => button("Branch here").click());
    expect(text()).toContain("Same past, another future");
    await act(() => button(/^Branch at/).click());
    await soon();
    expect(wire.find("branch")).toMatchObject({ settings: { learning_rate: 0.075 } });
    await act(() => button("Not now").click());
    await say(session);
  });
});

describe("why", () => {
  test("marks and dims the network, and no longer outside it", async () => {
    const marks = () => document.querySelectorAll(".drawing.asked, .lines g.dims, .unit.on").length;
    await act(() => {
      asked.value = { address: "1.W[0,0]", sample: null, part: null };
      tab.value = "why";
    });
    await answer("pulls", recorded.pulls);
    await answer("explain", recorded.explain);
    expect(marks()).toBe(4);
    await act(() => {
      tab.value = "setup";
    });
    expect(marks()).toBe(0);
  });

  test("the line that moves most, its gradient, and on to the data", async () => {
    expect(swiftest()).toMatch(/^\d\.W\[\d,\d\]$/);
    await act(() => {
      asked.value = { address: "1.W[0,0]", sample: null, part: null };
      tab.value = "why";
    });
    await answer("pulls", recorded.pulls);
    await answer("explain", recorded.explain);
    expect(text()).toContain("Why is this weight moving?");
    expect(document.querySelector(".where")?.textContent).toContain(
      `In the step from ${recorded.explain.step - 1} to ${recorded.explain.step}. `,
    );
    expect(trail.value).toEqual(["1.W.next[0,0]", "1.dW[0,0]"]);
    expect(document.querySelectorAll(".bar")).toHaveLength(recorded.pulls.pulls.length);
    const link = [...document.querySelectorAll('[data-to="0.a[0,0]"]')].at(-1) as Element;
    await act(() => press(link));
    await soon();
    expect(trail.value.at(-1)).toBe("0.a[0,0]");
    const deeper = document.querySelector('[data-to="0.z[0,0]"]') as Element;
    await act(() => press(deeper));
    await answer("explain", recorded.deeper);
    const data = document.querySelector('[data-to="x[0,0]"]') as Element;
    await act(() => press(data));
    await soon();
    expect(text()).toContain("This is data: measured, not made.");
    expect(text()).toContain("What if it were");
    await act(() => void pressed("Escape", false));
    expect(trail.value.at(-1)).toBe("0.z[0,0]");
  });

  test("lines show gradients by a key", async () => {
    await act(() => void pressed("g", false));
    expect(lines.value).toBe("gradients");
    expect(button("gradients").getAttribute("aria-pressed")).toBe("true");
    await act(() => void pressed("g", false));
  });
});

describe("formulas", () => {
  test("no name becomes an element that is not mathematics", async () => {
    const box = document.createElement("div");
    const evil = [
      "mrow",
      { onclick: "alert(1)", "data-to": "x" },
      ["script", { src: "//x" }, "alert(1)"],
      "<img src=x>",
    ];
    await act(() => render(<Formula tree={evil as unknown as Tree} />, box));
    expect(box.querySelector("script, img")).toBeNull();
    expect(box.querySelector("[onclick]")).toBeNull();
    expect(box.textContent).toContain("<img src=x>");
  });
});

describe("the other tabs", () => {
  test("code is asked for in three languages", async () => {
    await act(() => {
      tab.value = "code";
    });
    await act(() => button("NumPy").click());
    await answer("code", recorded.code);
    expect(document.querySelector(".code pre")?.textContent).toBe(recorded.code.text);
  });

  test.each(["share", "take", "teach", "keys"] as const)("%s opens in the panel", async (name) => {
    await act(() => {
      tab.value = name;
    });
    expect(document.querySelector(".column h2")).not.toBeNull();
  });
});

describe("a drop", () => {
  test("of a table goes to the server with its name, and an error is said in four parts", async () => {
    listenToDrops();
    const parts = { called: "the file", needs: "rows", got: "none", do: "Add some." };
    const sent = standIn(400, { error: parts });
    const drop = new Event("drop", { bubbles: true, cancelable: true });
    const file = new File(["a,b"], "größe.csv");
    Object.defineProperty(drop, "dataTransfer", { value: { files: [file] } });
    await act(() => void document.body.dispatchEvent(drop));
    await soon();
    expect(drop.defaultPrevented).toBe(true);
    expect(sent.path).toBe("/table");
    expect(sent.headers).toMatchObject({ "X-Name": "gr%C3%B6%C3%9Fe.csv", "X-Size": "3" });
    expect(sent.body).toBe(file);
    expect(document.querySelector(".own [role=alert]")?.textContent).toContain("Add some.");
  });

  test("of a table that is too large sends its name and size alone", async () => {
    const sent = standIn(400, { error: { called: "it", needs: "less", got: "more", do: "Cut." } });
    const file = new File(["a,b"], "huge.csv");
    Object.defineProperty(file, "size", { value: LARGEST + 1 });
    await act(() => give(file));
    expect((sent.body as Blob).size).toBe(0);
    expect(sent.headers["X-Size"]).toBe(String(LARGEST + 1));
  });
});

describe("what is hidden from a class", () => {
  test("no key opens", async () => {
    await act(() => {
      hidden.value = new Set(["code"]);
      tab.value = "why";
    });
    await act(() => void pressed("3", false));
    expect(tab.value).toBe("why");
    await act(() => {
      hidden.value = new Set();
    });
    await act(() => void pressed("3", false));
    expect(tab.value).toBe("code");
  });
});

test("what was said of a setting goes with the data it was said of", async () => {
  hint.value = "Hidden layers: units between inputs and outputs.";
  await say({ ...news("session"), title: "Moons" });
  expect(hint.value).toBe("");
  await say(news("session"));
});

describe("of three branches", () => {
  const session = news("session");
  const [first] = session.branches;
  const other = (name: string, step: number, says: string) => ({
    ...first,
    name,
    parent: "A",
    step,
    says,
  });
  const branches = [first, other("B", 302, "rate 0.0001"), other("C", 480, "rate 0.1")];
  const show = (branch: string) => say({ ...session, branch, branches, state: "paused" });

  test("the shown one is compared with its parent, or with another one that is chosen", async () => {
    await show("C");
    expect(button("C − A")).toBeTruthy();
    const select = document.querySelector<HTMLSelectElement>("[aria-label='Compare C with']");
    expect([...(select?.options ?? [])].map((each) => each.text)).toEqual(["with A", "with B"]);
    await act(() => {
      compared.value = "B";
    });
    expect(button("C − B")).toBeTruthy();
    await show("B"); // the pair stays
    expect(button("C − B")).toBeTruthy();
    await show("A");
    expect(button("B − A")).toBeTruthy();
    await say(session);
    expect(compared.value).toBeNull();
  });

  test("each says since when it is another one", async () => {
    await show("C");
    const said = [...document.querySelectorAll(".branches .folded > span:not(.mini)")];
    expect(said.map((each) => each.textContent)).toEqual([
      "the first",
      "from 302: rate 0.0001",
      "from 480: rate 0.1",
    ]);
    await say(session);
  });
});

describe("what it is doing", () => {
  const session = news("session");
  const [first] = session.branches;
  const trained = { ...session, head: 40, step: 40, branches: [{ ...first, head: 40 }] };

  test("an end is told at the curve", async () => {
    const why = "The error is below 0.005, the goal: it stopped. Play goes on.";
    await say({ ...trained, state: "ended", why });
    expect(document.querySelector(".curve [role=status]")?.textContent).toBe(why);
    await say(session);
  });

  test("that the program has ended is said, and nothing that needs it can be pressed", async () => {
    await say({ ...trained, state: "playing" });
    await act(() => store.ended());
    expect(document.querySelector(".words")?.textContent).toContain(
      "The studio has ended.The studio in the terminal has ended. Start it again with chainrule studio",
    );
    expect(document.querySelector(".time")?.hasAttribute("inert")).toBe(true);
    expect(document.querySelector(".inside")?.hasAttribute("inert")).toBe(true);
    expect(button("Play")).toBeTruthy(); // it does not play any more
    await act(() => store.opened());
    expect(document.querySelector("[inert]")).toBeNull();
    await say(session);
  });
});

test("errors and their curve can be hidden", async () => {
  expect(document.querySelector(".facts")).not.toBeNull();
  await act(() => {
    hidden.value = new Set(["numbers", "curve"]);
  });
  expect(document.querySelector(".numbers .facts, .curve")).toBeNull();
  await act(() => {
    hidden.value = new Set();
  });
});
