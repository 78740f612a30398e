import { effect, signal } from "@preact/signals";
import { draft, lookAt } from "./draft";
import { LARGEST, type TableInfo } from "./protocol.gen";
import { hidden, open, store } from "./state";
import type { Parts } from "./wrong";

/** A file on its way: the share that was sent, null while its columns are read. */
export interface Reading {
  name: string;
  share: number | null;
}

export const reading = signal<Reading | null>(null);
export const refused = signal<Parts | null>(null);
export const dragging = signal(false);

const CUT: Parts = {
  called: "the table",
  needs: "the studio’s server",
  got: "no answer",
  do: "Is the program in the terminal still running? Then drop the file again.",
};
let last: XMLHttpRequest | null = null;

/** A file goes to the server, which says what is in it; the newest file is the one that counts. */
export function give(file: File): void {
  last?.abort();
  const request = new XMLHttpRequest();
  last = request;
  reading.value = { name: file.name, share: 0 };
  refused.value = null;
  request.open("POST", "/table");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-Name", encodeURIComponent(file.name));
  request.setRequestHeader("X-Size", String(file.size));
  request.upload.onprogress = (event) => {
    const share = event.lengthComputable ? event.loaded / event.total : 0;
    reading.value = { name: file.name, share: share < 1 ? share : null };
  };
  request.onload = () => answered(request);
  request.onerror = () => ended(CUT);
  request.send(file.size > LARGEST ? new Blob() : file);
}

export function stopReading(): void {
  last?.abort();
  ended(null);
}

function ended(wrong: Parts | null): void {
  reading.value = null;
  if (wrong) store.failed.value = null; // what was wrong before
  refused.value = wrong;
}

function answered(request: XMLHttpRequest): void {
  let told: { error?: Parts } & Partial<TableInfo>;
  try {
    told = JSON.parse(request.responseText);
  } catch {
    ended(CUT);
    return;
  }
  ended(told.error ?? (request.status === 200 ? null : CUT));
  if (request.status === 200) lookAt(told as TableInfo);
}

/** A table may be dropped anywhere: else the browser would leave the page for it. */
export function listenToDrops(): void {
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.types.includes("Files")) show(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) show(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    show(false);
    const file = event.dataTransfer?.files[0];
    if (!file || hidden.value.has("setup")) return;
    open("setup"); // where it is shown, or what is wrong with it
    give(file);
  });
}

/** What was wrong with a file is said until other data are opened, or something else is wrong. */
export function forgetRefusals(): void {
  let known: string | undefined;
  effect(() => {
    const now = store.session.value?.session;
    if (now !== known || store.failed.value) refused.value = null;
    known = now;
  });
}

/** A table named at the start is shown as a dropped one, once; used in one tab it goes in all. */
export function listenToOffers(): void {
  let last: string | null = null;
  effect(() => {
    const offered = store.offered.value;
    if (offered === null && last !== null && draft.peek()?.info.id === last) draft.value = null;
    const isNew = offered?.id !== last || draft.peek() === null; // or chosen again after "Not now"
    if (offered !== null && isNew && !hidden.peek().has("setup")) {
      open("setup");
      lookAt(offered);
    }
    last = offered?.id ?? last;
  });
}

function show(is: boolean): void {
  dragging.value = is;
}
