import { expect, test } from "vitest";
import { along } from "../src/arrows";

const press = (key: string, more = {}) => new KeyboardEvent("keydown", { key, ...more });

test.each([
  ["ArrowRight", 0, 1],
  ["ArrowDown", 2, 0],
  ["ArrowLeft", 0, 2],
  ["ArrowUp", 2, 1],
  ["Home", 1, 0],
  ["End", 1, 2],
  ["a", 1, undefined],
])("of three, %s leads from %i to %s", (key, from, to) => {
  expect(along(press(key), from, 3)).toBe(to);
});

test.each(["ctrlKey", "metaKey", "altKey"])("with %s a key is the browser's", (held) => {
  expect(along(press("ArrowLeft", { [held]: true }), 1, 3)).toBeUndefined();
});
