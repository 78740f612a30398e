import type { ComponentChild } from "preact";
import { Verdict, verdict } from "../checker";
import { Findings } from "../doctor";
import { chosen } from "../follow";
import { grouped } from "../format";
import { unitName } from "../layout";
import { hasBoth, kindOf, pair } from "../output";
import type { Network, Scene } from "../protocol.gen";
import {
  asked,
  compared,
  hidden,
  lines,
  magnified,
  outputs,
  pictured,
  point,
  rings,
  store,
} from "../state";
import { derivation, pulls } from "../trail";
import { Why } from "../why";
import { Course } from "./course";
import type { Told } from "./sheet";
import { Spreads } from "./spreads";

/** A picture that can be taken. */
export interface Shot {
  id: string; // also a part of the file's name
  label: string;
  of: string | (() => ComponentChild); // what of the page, or what is laid out for it alone
  says?: () => string; // read when it is drawn
  leftOut?: string;
  step?: () => number | null; // where it is not the shown one
  begin?: () => void; // what the page must show for it
  isReady?: () => boolean;
}

/** All pictures of the page as it is now: what is hidden from a class is not among them. */
export function shots(): readonly Shot[] {
  const [network, scene] = [store.network.value, store.scene.value];
  if (!network || !scene) return [];
  const shows = (name: string) => !hidden.value.has(name);
  return [
    ...(shows("network") ? ofNetwork() : []),
    ...(shows("spread") ? [HISTOGRAMS] : []),
    ...(shows("output") ? ofOutput(scene) : []),
    curve(),
    ...(shows("why") ? ofWhy() : []),
    ...(shows("doctor") && hasFindings() ? [DOCTOR] : []),
    ...(shows("code") && verdict.value ? [checked()] : []),
    ...(shows("output") ? units(network, scene) : []),
  ];
}

const HISTOGRAMS: Shot = {
  id: "histograms",
  label: "Histograms of all layers",
  of: () => <Spreads />,
};
const DOCTOR: Shot = { id: "doctor", label: "What the doctor says", of: () => <Findings /> };

function hasFindings(): boolean {
  return (store.doctors.value[store.session.value?.branch ?? ""]?.findings.length ?? 0) > 0;
}

function ofNetwork(): readonly Shot[] {
  const network: Shot = {
    id: "network",
    label: "Network",
    of: ".network",
    says: () => `Lines: ${lines.value}`,
    leftOut: ".caption, .under b",
  };
  const marked: Shot = {
    ...network,
    id: "network-asked",
    label: "Network, the question marked",
    begin: () => {
      pictured.value = true;
    },
    isReady: () => !chosen.value || Boolean(store.picture.value?.pieces.has("0.sample.delta")),
  };
  return asked.value ? [network, marked] : [network];
}

/** Its caption, which is cut where it has little room, stands under the title. */
const OUTPUT = {
  of: ".output",
  says: () => document.querySelector(".output .caption > span")?.textContent ?? "",
  leftOut: ".caption",
} as const;
const KINDS = { map: "output", answers: "answers", difference: "difference" } as const;

function labelOf(kind: keyof typeof KINDS): string {
  const [first, second] = pair();
  return {
    map: "Output",
    answers: "Answers and truths",
    difference: `Difference ${second} − ${first}`,
  }[kind];
}

/** Whether there is a branch to compare with that got as far. */
function hasOther(): boolean {
  const other = pair().length === 2 ? compared.value : null;
  const found = store.session.value?.branches.find((each) => each.name === other);
  return found !== undefined && found.head >= store.step.value;
}

function ofOutput(scene: Scene): readonly Shot[] {
  const hasMap = scene.kind !== "none" || Boolean(store.network.value?.image);
  const hasAnswers = !hasMap || hasBoth(scene) || kindOf(scene) === "answers";
  const differs = scene.kind !== "none" && hasOther();
  const kinds = [
    ...(hasMap ? (["map"] as const) : []),
    ...(hasAnswers ? (["answers"] as const) : []),
    ...(differs ? (["difference"] as const) : []),
  ];
  const found = kinds.map((kind) => output(kind, labelOf(kind), KINDS[kind]));
  if (!hasMap || store.network.value?.image || !pulls.value || !asked.value) return found;
  const ringed = output("map", "Output, this step’s points ringed", "ringed");
  const begin = () => {
    ringed.begin?.();
    pictured.value = true;
  };
  return [...found, { ...ringed, begin, isReady: () => rings.value.size > 0 }];
}

function output(kind: "map" | "answers" | "difference", label: string, id: string): Shot {
  const begin = () => {
    outputs.value = kind;
    magnified.value = { layer: null, unit: 0 };
  };
  return { ...OUTPUT, id, label, begin };
}

function curve(): Shot {
  return { id: "error", label: "Error curve", of: () => <Course /> };
}

function ofWhy(): readonly Shot[] {
  if (!asked.value && !point.value) return [];
  const of = asked.value?.address;
  const step = () => (of ? derivation.value?.step : point.value?.step) ?? store.step.value;
  const names = of
    ? { id: `why-${of}`, label: `Derivation of ${of}` }
    : { id: "point", label: "This point" };
  return [{ ...names, of: () => <Why />, step }];
}

function checked(): Shot {
  const found = verdict.value;
  const of = () => found && <Verdict found={found} show={() => undefined} />;
  return { id: "checked", label: "What the checker says", of, step: () => null };
}

/** Each unit that has a map of its own, or a picture of its weights. */
function units(network: Network, scene: Scene): readonly Shot[] {
  if (scene.kind === "none" && !network.image) return [];
  const last = network.layers.length - 1;
  return network.layers.flatMap(({ shown }, layer) =>
    layer === last && network.outputs.length === 1
      ? []
      : shown.map((unit) => ({
          id: `layer-${layer + 1}-unit-${unit}`,
          label: capital(unitName(network, layer, unit)),
          ...OUTPUT,
          begin: () => {
            magnified.value = { layer, unit };
          },
          isReady: () => isOf(layer, unit),
        })),
  );
}

/** Whether the numbers of that unit have come. */
function isOf(layer: number, unit: number): boolean {
  const head = store.picture.value?.head;
  return head?.layer === layer && head.unit === unit;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The state that a picture shows: its branch, where there are several; of a program no state. */
export function momentOf(shot: Shot): { branch: string; step: number | null } {
  const session = store.session.value;
  const several = (session?.branches.length ?? 0) > 1;
  const step = shot.step ? shot.step() : store.step.value;
  return { branch: several ? (session?.branch ?? "") : "", step };
}

/** What stands over a picture: of which data and network, and at which step. */
export function titleOf(shot: Shot): Told {
  const session = store.session.value;
  const says = capital(shot.says?.() ?? "");
  const { branch, step } = momentOf(shot);
  if (step === null) return { title: shot.label, about: "", says };
  const title = `${shot.label}, step ${grouped(step)}${branch && ` of branch ${branch}`}`;
  const about = [session?.title, session?.says].filter(Boolean).join(": ");
  return { title, about, says };
}
