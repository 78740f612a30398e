/** happy-dom has no canvas: this one takes every call and draws nothing, so that our code runs. */
const image = (width: number, height: number) => ({
  data: new Uint8ClampedArray(4 * width * height),
});
const context: Record<string | symbol, unknown> = {
  createImageData: image,
  measureText: (text: string) => ({ width: 6 * text.length }),
};
const pen = new Proxy(context, {
  get: (held, name) => held[name] ?? (() => undefined),
  set: () => true,
});
HTMLCanvasElement.prototype.getContext = (() => pen) as never;
globalThis.Path2D = class {
  moveTo(): void {}
  lineTo(): void {}
  rect(): void {}
  closePath(): void {}
} as never;
