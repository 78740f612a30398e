import type {
  Derivation,
  Form,
  Network,
  News,
  Program,
  PullsFound,
  RowFound,
  Scene,
  Session,
} from "../src/protocol.gen";
import type { Transport } from "../src/transport";
import told from "./recorded.json";

interface Recorded {
  news: News[];
  frame: string;
  explain: Derivation;
  deeper: Derivation;
  pulls: PullsFound;
  row: RowFound;
  code: Program;
}

/** What a real session said: circles with 20 points; see web/record.py. */
export const recorded = told as unknown as Recorded;

export function bytes(): ArrayBuffer {
  return Uint8Array.from(atob(recorded.frame), (letter) => letter.charCodeAt(0)).buffer;
}

export function news<K extends News["is"]>(is: K): Extract<News, { is: K }> {
  return recorded.news.find((each) => each.is === is) as Extract<News, { is: K }>;
}

export type { Form, Network, Scene, Session };

/** A transport that only remembers what was sent. */
export class Wire implements Transport {
  sent: Record<string, unknown>[] = [];
  open = true;
  tried = 0;

  send(text: string): boolean {
    if (this.open) this.sent.push(JSON.parse(text));
    return this.open;
  }

  again(): void {
    this.tried += 1;
  }

  close(): void {
    this.open = false;
  }

  last(): Record<string, unknown> {
    return this.sent.at(-1) ?? {};
  }

  find(name: string): Record<string, unknown> | undefined {
    return this.sent.findLast((each) => each.do === name);
  }
}
