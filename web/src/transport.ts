/** How messages come and go: a WebSocket here; the notebook's widget brings another one. */
export interface Transport {
  /** False where there is no connection: the caller says so, nothing is queued. */
  send(text: string): boolean;
  /** Give the present connection up and try again at once. */
  again(): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  closed(): void;
  /** Nobody answers at the address. */
  ended(): void;
  text(text: string): void;
  frame(bytes: ArrayBuffer): void;
}

const FIRST = 250; // ms until the first new try; twice that for each one after it
const LONGEST = 2000;

/** A WebSocket that comes back after a cut. */
export class SocketTransport implements Transport {
  private socket: WebSocket | null = null;
  private wait = FIRST;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    private readonly address: string,
    private readonly listener: Listener,
  ) {
    this.open();
  }

  private open(): void {
    const socket = new WebSocket(this.address);
    let wasOpen = false;
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST;
      wasOpen = true;
      this.listener.opened();
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (typeof event.data === "string") this.listener.text(event.data);
      else this.listener.frame(event.data);
    };
    socket.onclose = () => {
      if (this.socket !== socket || this.ended) return;
      this.socket = null;
      this.listener.closed();
      if (!wasOpen) this.listener.ended();
      this.timer = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST);
    };
  }

  send(text: string): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(text);
    return true;
  }

  again(): void {
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null; // its own word of the end comes too late
    old?.close();
    if (old) this.listener.closed(); // what waits for an answer of the old one gets none
    this.wait = FIRST;
    this.open();
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }
}

/** Calls `use` with the newest value only, at most once a picture of the screen. */
export class Latest<T> {
  private held: { value: T } | null = null;

  constructor(
    private readonly use: (value: T) => void,
    private readonly later: (call: () => void) => void = (call) => requestAnimationFrame(call),
  ) {}

  put(value: T): void {
    const waits = this.held !== null;
    this.held = { value };
    if (waits) return;
    this.later(() => {
      const found = this.held;
      this.held = null;
      if (found) this.use(found.value);
    });
  }
}

/** One request at a time; of those that come meanwhile only the last one is made. */
export class OneAtATime<T> {
  private busy = false;
  private next: { value: T } | null = null;

  constructor(private readonly ask: (value: T) => Promise<unknown>) {}

  async put(value: T): Promise<void> {
    this.next = { value };
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.next) {
        const asked = this.next.value;
        this.next = null;
        await this.ask(asked).catch(() => undefined);
      }
    } finally {
      this.busy = false;
    }
  }
}
