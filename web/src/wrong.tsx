import { useLayoutEffect, useRef } from "preact/hooks";
import type { Failed } from "./protocol.gen";

export type Parts = Pick<Failed, "called" | "needs" | "got" | "do">;

/** An error in its four parts, where it belongs. */
export function Wrong({ parts, close, id }: { parts: Parts; close?: () => void; id?: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () => box.current?.scrollIntoView?.({ block: "nearest" }),
    [parts.called, parts.got],
  );
  return (
    <div ref={box} class="trouble" role="alert" id={id}>
      <p>
        <b>{parts.called}</b> needs {parts.needs}.
      </p>
      <p>
        It got {parts.got}. {parts.do}
      </p>
      {close && (
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      )}
    </div>
  );
}
