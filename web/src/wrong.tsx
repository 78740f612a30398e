import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Failed } from "./protocol.gen";

export type Parts = Pick<Failed, "called" | "needs" | "got" | "do">;

interface Props {
  parts: Parts;
  close?: () => void;
  id?: string;
  children?: ComponentChildren; // presses that do what is advised, in its place
}

/** An error in its four parts, where it belongs. */
export function Wrong({ parts, close, id, children }: Props) {
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
        It got {parts.got}. {!children && parts.do}
      </p>
      {children}
      {close && (
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      )}
    </div>
  );
}
