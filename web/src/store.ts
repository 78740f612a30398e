import { batch, computed, signal } from "@preact/signals";
import { grown, noPoints, type Points } from "./curves";
import { type Frame, readFrame } from "./frame";
import type {
  Command,
  Doctor,
  Done,
  Failed,
  Form,
  FrameHead,
  Network,
  News,
  Scene,
  Session,
  Shared,
  TableInfo,
} from "./protocol.gen";
import { Latest, type Listener, OneAtATime, type Transport } from "./transport";

type Omitted<T> = T extends Command ? Omit<T, "id"> : never;
export type Wish = Omitted<Command>;
type Answer = Exclude<News, Failed>;

/** ms without a word after which what is seen is called old: within 2 s, looked at every 250 ms. */
export const STALE = 1700;

/** An error in four parts, as an error of the program. */
export class Refused extends Error {
  constructor(readonly parts: Pick<Failed, "called" | "needs" | "got" | "do" | "field">) {
    super(`${parts.called} needs ${parts.needs}, got ${parts.got}.`);
  }
}

/** All that came from the server, and the way to ask it. It draws nothing and computes nothing. */
export class Store implements Listener {
  readonly session = signal<Session | null>(null);
  readonly form = signal<Form | null>(null);
  readonly offered = signal<TableInfo | null>(null);
  readonly network = signal<Network | null>(null);
  readonly scene = signal<Scene | null>(null);
  readonly curves = signal<Readonly<Record<string, Points>>>({});
  readonly doctors = signal<Readonly<Record<string, Doctor>>>({});
  readonly picture = signal<Frame | null>(null);
  readonly failed = signal<Failed | null>(null);
  readonly connected = signal(false);
  readonly stale = signal(false);
  /** For how many seconds nothing was heard. */
  readonly silent = signal(0);
  /** Nobody answers: the program has ended. */
  readonly refused = signal(false);

  readonly head = computed<FrameHead | null>(() => this.picture.value?.head ?? null);
  readonly step = computed(() => this.head.value?.step ?? this.session.value?.step ?? 0);
  readonly newest = computed(() =>
    Math.max(this.head.value?.head ?? 0, this.shown.value?.head ?? 0),
  );
  readonly playing = computed(() => this.session.value?.state === "playing" && !this.refused.value);
  readonly shown = computed(() => {
    const session = this.session.value;
    return session?.branches.find((each) => each.name === session.branch) ?? null;
  });

  private transport: Transport | null = null;
  private readonly waiting = new Map<number, [(news: Answer) => void, (error: Error) => void]>();
  private number = 0;
  private known = "";
  private held = false;
  private late: Frame | null = null;
  private heard = 0;
  private look: Wish = { do: "look" };
  private readonly frames: Latest<ArrayBuffer>;
  private readonly seeks = new OneAtATime<number>((step) => this.ask({ do: "seek", step }));
  /** Called once, after the first greeting: a shared address begins there. */
  greeted: () => void = () => undefined;

  constructor(
    private readonly now: () => number = () => performance.now(),
    later?: (call: () => void) => void,
  ) {
    this.frames = new Latest((bytes) => this.show(bytes), later);
  }

  use(transport: Transport): void {
    this.transport = transport;
  }

  // ------------------------------------------------------------------------------- what is asked

  /** The answer, or a Refused. */
  ask<T extends Answer = Done>(wish: Wish): Promise<T> {
    const id = ++this.number;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, [(news) => resolve(news as T), reject]);
      if (!this.transport?.send(JSON.stringify({ ...wish, id }))) {
        this.waiting.delete(id);
        reject(
          new Refused({
            called: "the studio",
            needs: "its server",
            got: "no connection",
            do: "Is the program in the terminal still running?",
            field: null,
          }),
        );
      }
    });
  }

  /** Ask, and show the error where there is one. */
  async tell(wish: Wish): Promise<boolean> {
    try {
      await this.ask(wish);
      this.failed.value = null;
      return true;
    } catch (error) {
      this.say(error);
      return false;
    }
  }

  /** `field`: the setting that was touched, where the error itself names none. */
  say(error: unknown, field: string | null = null): void {
    if (!(error instanceof Refused)) return;
    this.failed.value = {
      is: "failed",
      re: null,
      ...error.parts,
      field: error.parts.field ?? field,
    };
  }

  seek(step: number): void {
    void this.seeks.put(step);
  }

  /** What the frames are to hold from now on. */
  watch(look: Omit<Extract<Wish, { do: "look" }>, "do">): void {
    this.look = { do: "look", ...look };
    if (this.connected.value) void this.ask(this.look).catch(() => undefined);
  }

  share(hide: readonly string[], projector: boolean): Promise<Shared> {
    return this.ask<Shared>({ do: "share", hide, projector });
  }

  again(): void {
    this.transport?.again();
  }

  // -------------------------------------------------------------------------------- what is heard

  opened(): void {
    this.heard = this.now();
    this.refused.value = false;
    const have = Object.fromEntries(
      Object.entries(this.curves.peek()).map(([name, c]) => [name, c.next]),
    );
    void this.ask({ do: "hello", session: this.known, have }).then(
      () => {
        this.connected.value = true;
        void this.ask(this.look).catch(() => undefined);
        this.greeted();
        this.greeted = () => undefined;
      },
      () => undefined,
    );
  }

  closed(): void {
    this.connected.value = false;
    const gone = new Refused({
      called: "the studio",
      needs: "its server",
      got: "a connection that was cut",
      do: "It is tried again.",
      field: null,
    });
    for (const [, reject] of this.waiting.values()) reject(gone);
    this.waiting.clear();
  }

  ended(): void {
    this.refused.value = this.session.peek() !== null;
  }

  text(text: string): void {
    this.heard = this.now();
    this.stale.value = false;
    batch(() => this.take(JSON.parse(text) as News));
  }

  frame(bytes: ArrayBuffer): void {
    this.frames.put(bytes);
  }

  /** To be called now and then. */
  tick(): void {
    const silence = this.now() - this.heard;
    this.stale.value = this.session.peek() !== null && silence > STALE;
    this.silent.value = Math.round(silence / 1000);
  }

  private show(bytes: ArrayBuffer): void {
    const frame = readFrame(bytes);
    this.heard = this.now();
    if (frame.head.session !== this.known) return;
    if (this.held) this.late = frame;
    else this.picture.value = frame;
  }

  /** The picture stays as it is until it is let go; of what comes meanwhile the newest is kept. */
  hold(): () => void {
    this.held = true;
    return () => {
      this.held = false;
      if (this.late?.head.session === this.known) this.picture.value = this.late;
      this.late = null;
    };
  }

  private take(news: News): void {
    const set = TAKES[news.is] as ((store: Store, news: News) => void) | undefined;
    set?.(this, news);
    if (!("re" in news) || news.re === null) return;
    const waits = this.waiting.get(news.re);
    this.waiting.delete(news.re);
    if (news.is === "failed") waits?.[1](new Refused(news));
    else waits?.[0](news);
  }

  /** Another session: what is held of the old one is nothing any more. */
  meet(session: string): void {
    if (session === this.known) return;
    this.known = session;
    this.curves.value = {};
    this.doctors.value = {};
    this.picture.value = null;
    this.failed.value = null;
  }
}

type Takes = { [K in News["is"]]?: (store: Store, news: Extract<News, { is: K }>) => void };

const TAKES: Takes = {
  welcome: (store, news) => store.meet(news.session),
  session: (store, news) => {
    store.meet(news.session);
    store.session.value = news;
  },
  form: (store, news) => {
    store.form.value = news;
  },
  offered: (store, news) => {
    store.offered.value = news.table;
  },
  network: (store, news) => {
    store.network.value = news;
    store.picture.value = null;
  },
  scene: (store, news) => {
    store.scene.value = news;
  },
  curve: (store, news) => {
    const before = store.curves.value[news.branch] ?? noPoints();
    store.curves.value = { ...store.curves.value, [news.branch]: grown(before, news) };
  },
  doctor: (store, news) => {
    store.doctors.value = { ...store.doctors.value, [news.branch]: news };
  },
  failed: (store, news) => {
    if (news.re === null) store.failed.value = news;
  },
};
