import { useLayoutEffect, useRef } from "preact/hooks";
import { judged } from "../curves";
import { partName } from "../parts";
import { Plot } from "../plot";
import { store } from "../state";

/** The error curves alone and large, with names at their axes: on the page they have little room. */
export function Course() {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    const plot = new Plot(box.current);
    plot.show();
    return () => plot.close();
  }, []);
  return (
    <div class="course">
      <p>
        <span>error ({store.session.value?.loss}), log scale</span>
        <Parts />
      </p>
      <div class="plot" ref={box} />
      <p>
        <span />
        <span>steps</span>
      </p>
      <Branches />
    </div>
  );
}

/** Which line is of which part. */
function Parts() {
  const points = Object.values(store.curves.value)[0];
  const name = points ? judged(points)[0] : "train";
  return (
    <span>
      {name !== "train" && (
        <>
          <i class="thick" /> {partName(name)}{" "}
        </>
      )}
      <i class={name === "train" ? "thick" : "thin"} /> training
    </span>
  );
}

/** What each branch changed. */
function Branches() {
  const branches = store.session.value?.branches ?? [];
  if (branches.length < 2) return null;
  return (
    <ul>
      {branches.map(({ name, says }) => (
        <li key={name}>
          <b>{name}</b> {says || "the first"}
        </li>
      ))}
    </ul>
  );
}
