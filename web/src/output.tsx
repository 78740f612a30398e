import { Answers } from "./answers";
import { asCss, classInk, shareShade } from "./colour";
import { isByClass, slotsOf } from "./dots";
import { lowered, short } from "./format";
import { unitName } from "./layout";
import { Large, magnifiedSlot } from "./map";
import { Pictures, UnitPicture } from "./pictures";
import type { Network, Scene } from "./protocol.gen";
import { isSheet, Sheet } from "./sheet";
import { compared, drawing, hidden, magnified, outputs, rings, store, theme } from "./state";
import { Toolbar } from "./toolbar";

/** One unit magnified; or the answers themselves, where they say more than a map. */
export function Output() {
  const [scene, network] = [store.scene.value, store.network.value];
  return (
    <section class="output" aria-label="Output">
      <div class="caption">
        <h2>Output</h2>
        {scene && <Branches scene={scene} />}
        {scene && <Kinds scene={scene} />}
        {scene && network && <span>{said(scene, network)}</span>}
      </div>
      {scene && drawing.value && !isSheet(scene) ? (
        <div class="map">
          <Sheet scene={scene} />
        </div>
      ) : (
        scene && network && <Shown scene={scene} network={network} />
      )}
    </section>
  );
}

type Kind = "map" | "answers" | "difference";

/** What is to be seen: what was chosen, else what suits the data. */
export function kindOf(scene: Scene): Kind {
  const [first, second] = pair();
  if (outputs.value === "difference" && first && second && scene.kind !== "none")
    return "difference";
  if (outputs.value === "answers" || outputs.value === "map") return outputs.value;
  return scene.others ? "answers" : "map";
}

/** The shown branch and the one it is compared with, in the order of the alphabet. */
export function pair(): readonly string[] {
  const session = store.session.value;
  const other = session?.branches.find((each) => each.name === compared.value)?.name;
  if (!session || !other || other === session.branch) return [];
  return [session.branch, other].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** What each of the two branches changed: "C: rate 0.1; B: rate 0.0001". */
function compares(): string {
  const says = (name: string) =>
    store.session.value?.branches.find((each) => each.name === name)?.says || "the first";
  return pair()
    .toReversed()
    .map((name) => `${name}: ${says(name)}`)
    .join("; ");
}

function said(scene: Scene, network: Network): string {
  const { layer, unit } = magnified.value;
  if (kindOf(scene) === "difference") return compares();
  if (rings.value.size > 0 && scene.kind !== "none" && kindOf(scene) === "map")
    return "ringed: this step’s points; larger pulls more";
  if (layer === null) {
    const isMap = scene.kind !== "none" && kindOf(scene) === "map";
    const isFull = (store.session.value?.branches.length ?? 0) > 2; // the choices take its room
    return isMap && !isFull ? "what the network answers, place by place" : "";
  }
  if (layer < 0) return network.image ? "" : `input ${lowered(unitName(network, layer, unit))}`;
  return network.image
    ? unitName(network, layer, unit)
    : `what ${unitName(network, layer, unit)} answers`;
}

function Shown({ scene, network }: { scene: Scene; network: Network }) {
  const kind = kindOf(scene);
  const isUnit = magnified.value.layer !== null;
  if (network.image) {
    if (isUnit && (magnified.value.layer ?? -1) >= 0) return <UnitPicture network={network} />;
    return kind === "answers" ? (
      <Answers scene={scene} />
    ) : (
      <Pictures network={network} scene={scene} />
    );
  }
  if (scene.kind === "none" || (kind === "answers" && !isUnit))
    return (
      <>
        <Answers scene={scene} />
        {scene.classes.length === 0 && <Points scene={scene} />}
      </>
    );
  const differs = kind === "difference" && !isUnit;
  return (
    <>
      <Large scene={scene} differs={differs} />
      {differs ? <Difference scene={scene} /> : <Legend scene={scene} />}
      {scene.others && <p class="note">{scene.others}</p>}
    </>
  );
}

interface ChoiceProps {
  label: string;
  choices: readonly (readonly [name: string, isOn: boolean, choose: () => void])[];
}

function Choice({ label, choices }: ChoiceProps) {
  return (
    <Toolbar label={label} look="segments">
      {choices.map(([name, isOn, choose]) => (
        <button key={name} type="button" aria-pressed={isOn} onClick={choose}>
          {name}
        </button>
      ))}
    </Toolbar>
  );
}

/** A, B, or B minus A. A branch is chosen for the whole page, so that all of it is of one state. */
function Branches({ scene }: { scene: Scene }) {
  const names = pair();
  if (names.length < 2 || scene.kind === "none") return null;
  const isDifference = kindOf(scene) === "difference";
  const show = (branch: string) => {
    if (outputs.value === "difference") outputs.value = null;
    if (branch !== store.session.value?.branch) void store.tell({ do: "show", branch });
  };
  const differ = () => {
    outputs.value = "difference";
  };
  return (
    <>
      <Choice
        label="Output of"
        choices={[
          ...names.map((name) => {
            const isOn = !isDifference && name === store.session.value?.branch;
            return [name, isOn, () => show(name)] as const;
          }),
          [`${names[1]} − ${names[0]}`, isDifference, differ],
        ]}
      />
      <Against />
    </>
  );
}

/** Of three branches or more: with which one the shown one is compared. */
function Against() {
  const { branch, branches = [] } = store.session.value ?? {};
  const others = branches.filter((each) => each.name !== branch);
  if (others.length < 2) return null;
  return (
    <select
      aria-label={`Compare ${branch} with`}
      value={compared.value ?? ""}
      onChange={(event) => {
        compared.value = event.currentTarget.value;
      }}
    >
      {others.map(({ name }) => (
        <option key={name} value={name}>
          with {name}
        </option>
      ))}
    </select>
  );
}

/** Whether both map and answers say something. */
export function hasBoth(scene: Scene): boolean {
  if (store.network.value?.image) return true;
  const isFlat = scene.kind === "plane" && scene.classes.length !== 2;
  return isFlat || (scene.kind !== "none" && Boolean(scene.others));
}

/** Map or answers, where both say something. */
function Kinds({ scene }: { scene: Scene }) {
  const isImage = Boolean(store.network.value?.image);
  if (!hasBoth(scene)) return null;
  const kind = kindOf(scene);
  const choose = (next: Kind) => () => {
    outputs.value = next;
  };
  return (
    <Choice
      label="Output as"
      choices={[
        [isImage ? "pictures" : "map", kind === "map", choose("map")],
        ["answers", kind === "answers", choose("answers")],
      ]}
    />
  );
}

function Difference({ scene }: { scene: Scene }) {
  const piece = store.picture.value?.pieces.get("difference");
  const [first, second] = pair();
  if (!piece)
    return (
      <p class="note">
        {compared.value} has not got as far as step {store.step.value}, or is being repeated.
      </p>
    );
  if (scene.classes.length > 2)
    return (
      <div class="legends">
        <Scale low="the same shares" high="all other shares" from="half" />
      </div>
    );
  const unit = scene.classes.length === 2 ? ` ${scene.classes[1]}` : "";
  return (
    <div class="legends">
      <Scale
        low={`${short(piece.low)}: ${first} more${unit}`}
        high={`${short(piece.high)}: ${second} more${unit}`}
      />
    </div>
  );
}

interface ScaleProps {
  low: string;
  high: string;
  from?: "half"; // there is nothing below 0
  slot?: number | null; // whose colour it ends with, of a class
}

function Scale({ low, high, from, slot = null }: ScaleProps) {
  const ends = [0, 1].map((share) => asCss(shareShade(theme.value, slot ?? 0, share)));
  const background = slot === null ? undefined : `linear-gradient(90deg, ${ends.join()})`;
  return (
    <div class={from ? "scale half wide-scale" : low.length > 9 ? "scale wide-scale" : "scale"}>
      <span class="bar-of-colours" style={{ background }} />
      <span>{low}</span>
      <span>{high}</span>
    </div>
  );
}

/** 0 outside; a class that is called 0 is no second 0. */
function named(value: number | null | undefined, name: string): string {
  const number = short(value);
  return name === "" || name === number ? number : `${number} ${name}`;
}

function Legend({ scene }: { scene: Scene }) {
  const map = store.picture.value?.pieces.get("map");
  const isOutput = magnified.value.layer === null;
  const slots = slotsOf(scene);
  const slot = !isOutput && map ? magnifiedSlot(scene, map) : null;
  const isPair = isOutput && scene.classes.length === 2;
  const [first = "", last = ""] = isPair
    ? scene.classes
    : ["", slot === null ? undefined : scene.classes[store.head.value?.unit ?? 0]];
  return (
    <div class="legends">
      {isOutput && isByClass(scene) ? (
        <ul class="classes">
          {scene.classes.map((name, k) => (
            <li key={name}>
              <i class="dot" style={{ background: classInk(theme.value, slots[k] ?? k) }} /> {name}
            </li>
          ))}
        </ul>
      ) : (
        scene.kind !== "line" && (
          <Scale low={named(map?.low, first)} high={named(map?.high, last)} slot={slot} />
        )
      )}
      <Points scene={scene} />
    </div>
  );
}

function Points({ scene }: { scene: Scene }) {
  const kept = Object.keys(scene.parts).filter(
    (each) => each !== "train" && !hidden.value.has(each),
  );
  return (
    <p class="points">
      <span>
        <i class="dot" /> training
      </span>
      {kept.length > 0 && (
        <span>
          <i class="dot hollow" /> {kept.join(", ")}
        </span>
      )}
      {scene.classes.length > 0 && (
        <span>
          <i class="dot wrong" /> wrong
        </span>
      )}
    </p>
  );
}
