import { beforeEach, describe, expect, test } from "vitest";
import { noPoints } from "../src/curves";
import { errorIn, errorOf } from "../src/errors";
import { readFrame } from "../src/frame";
import { partName, partOf } from "../src/parts";
import type { BranchState, FrameHead } from "../src/protocol.gen";
import { store } from "../src/state";
import { bytes, news } from "./given";

const first = news("session").branches[0] as BranchState;

/** Branch A at step 9, measured at step 6, and B at its last step, 7; test is the judged part. */
beforeEach(() => {
  const branches = [
    { ...first, head: 9 },
    { ...first, name: "B", parent: "A", step: 4, head: 7 },
  ];
  store.session.value = { ...news("session"), branch: "A", branches, step: 9, head: 9 };
  const points = { ...noPoints(), next: 2, step: [4, 7], train: [0.5, 0.4] };
  store.curves.value = { B: { ...points, validation: [null, null], test: [0.7, 0.6] } };
  show({ losses: { train: 0.1, test: 0.2 }, measured_at: { train: 9, test: 6 } });
});

function show(said: Partial<FrameHead>): void {
  const frame = readFrame(bytes());
  store.picture.value = { ...frame, head: { ...frame.head, branch: "A", step: 9, ...said } };
}

describe("numbers beside branches", () => {
  test("are of the same part, each with the state it is of", () => {
    expect(errorOf("A")).toEqual({ part: "test", error: 0.2, step: 6 });
    expect(errorOf("B")).toEqual({ part: "test", error: 0.6, step: 7 });
  });

  test("are of validation where no test part was kept", () => {
    show({ losses: { train: 0.1, validation: 0.3 }, measured_at: { train: 9, validation: 9 } });
    expect(errorOf("A")).toEqual({ part: "validation", error: 0.3, step: 9 });
    expect(partOf({ train: 0.1 })).toBe("train");
  });

  test("of a frame that measured nothing are none", () => {
    show({ losses: {}, measured_at: {} });
    expect(errorIn(store.head.value as FrameHead, "train").error).toBeNull();
  });

  test("of a branch without a point are none", () => {
    store.curves.value = {};
    expect(errorOf("B")).toBeNull();
  });
});

test("the part that counts is one that training did not see, and training has its whole name", () => {
  expect(partOf({ train: 1, validation: 2, test: 3 })).toBe("test");
  expect(partOf({ train: 1, validation: 2 })).toBe("validation");
  expect(partOf({})).toBe("train");
  expect(["train", "validation", "test"].map(partName)).toEqual(["training", "validation", "test"]);
});
