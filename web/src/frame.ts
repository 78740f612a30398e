import type { Block, FrameHead } from "./protocol.gen";

const MAGIC = 0x31465243; // "CRF1", little-endian
const TYPES = { u1: Uint8Array, i4: Int32Array, f4: Float32Array, f8: Float64Array } as const;

export type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array;

/** One block of a frame: a view into its bytes, without a copy. */
export interface Piece {
  values: Numbers;
  shape: readonly number[];
  low: number;
  high: number;
}

/** A state in numbers; `src/chainrule/view/frame.py` says how its bytes lie. */
export interface Frame {
  head: FrameHead;
  pieces: ReadonlyMap<string, Piece>;
}

/** The frame in these bytes. Throws a RangeError where they are none. */
export function readFrame(bytes: ArrayBuffer): Frame {
  const view = new DataView(bytes);
  if (bytes.byteLength < 8 || view.getUint32(0, true) !== MAGIC) {
    throw new RangeError("These bytes are no frame.");
  }
  const start = 8 + view.getUint32(4, true);
  const text = new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8));
  const head = JSON.parse(text) as FrameHead;
  return {
    head,
    pieces: new Map(head.blocks.map((each) => [each.name, piece(bytes, start, each)])),
  };
}

function piece(bytes: ArrayBuffer, start: number, block: Block): Piece {
  const count = block.shape.reduce((product, n) => product * n, 1);
  const values = new TYPES[block.type](bytes, start + block.at, count);
  return { values, shape: block.shape, low: block.low ?? 0, high: block.high ?? 1 };
}
