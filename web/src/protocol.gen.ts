// Made by web/protocol.py from src/chainrule/view. Change it there: make protocol.

/** MathML as [tag, attributes, child, ...], where a child is a tree or a text. */
export type Tree = readonly [
  string,
  Readonly<Record<string, string>>,
  ...(Tree | string)[],
];

/** Bytes of a table that is dropped; of a larger one only the name is sent, to be refused. */
export const LARGEST = 67108864;

/** One future. `run` is its file; null as long as nothing was trained. */
export interface BranchState {
  name: string;
  parent: string | null;
  step: number;
  head: number;
  total: number;
  ended: string | null;
  run: string | null;
  says: string;
}

/** One way a setting can be. */
export interface Choice {
  value: string;
  label: string;
  says: string;
}

/**
 * One setting. A slider's scale is "log" where each mark is a factor; `marks` are its stops.
 *
 * acts: "start" needs a new beginning, "branch" can also change on the way.
 */
export interface Field {
  name: string;
  label: string;
  group: string;
  kind: "number" | "whole" | "choice" | "truth" | "text" | "several" | "layers" | "points";
  value: unknown;
  says: string;
  acts: "start" | "branch";
  least: number | null;
  most: number | null;
  scale: "linear" | "log";
  marks: readonly number[];
  choices: readonly Choice[];
  may_be_none: boolean;
}

/** address: "0" for "0.W". shown: the units that have maps, all of them where they are few. */
export interface LayerShape {
  units: number;
  activation: string;
  params: Readonly<Record<string, readonly number[]>>;
  shown: readonly number[];
}

/** The rows of a part that are drawn. x in the data's own units, as many columns as axes. */
export interface Points {
  rows: readonly number[];
  x: readonly (readonly number[])[];
  y: readonly number[];
  of: number;
}

/** One column of a formula: what stands before it, its letter, its number, a word for it. */
export interface Cell {
  sign: string;
  letters: Tree;
  numbers: Tree;
  word: string;
}

/** What is added at once: a product, as columns. says: of a long sum, which term it is. */
export interface Group {
  says: string;
  cells: readonly Cell[];
}

/**
 * One number of a derivation. An attribute "data-to" in the numbers of `groups` names the node
 * that a factor leads to. kind: "data" is measured, "setting" was
 * chosen, "memory" is the optimiser's, "number" has a formula.
 */
export interface TreeNode {
  address: string | null;
  title: string;
  name: Tree;
  value: number | null;
  text: string;
  digits: string;
  says: string;
  kind: "data" | "setting" | "memory" | "parameter" | "number";
  letters: Tree | null;
  groups: readonly Group[];
  parts: readonly string[];
  rest_count: number;
  rest_sum: string;
}

/** The output's map, coarse: a row of `side` after the other, 0 at low to 255 at high. */
export interface SmallMap {
  side: number;
  values: readonly number[];
  low: number;
  high: number;
}

/** The share of one point of the batch in a gradient. */
export interface Pull {
  row: number;
  place: number;
  share: number;
  text: string;
}

/** A run file that could be opened. */
export interface RunInfo {
  name: string;
  says: string;
  when: number;
}

/** An illness of the run, as the doctor tells it. */
export interface Finding {
  id: string;
  name: string;
  since_step: number;
  sentence: string;
  try_this: string;
}

/**
 * kind: "number", "text", "truth" or "date". distinct: of a text, how many there are; has_more:
 * there are more than these, which is all that is known of them.
 *
 * odd: of a column of numbers but for a few cells, which makes it one of texts, what stands in
 * these: the setting "holes" takes them as empty. says: the same in words, or of an infinity, ""
 * where all is well.
 */
export interface ColumnInfo {
  name: string;
  kind: string;
  missing: number;
  distinct: number | null;
  has_more: boolean;
  least: number | null;
  most: number | null;
  odd: readonly string[];
  says: string;
}

/**
 * The answer to POST /table. `id` is what the setting "data" is then to be: "table:<id>".
 *
 * target: what would be predicted if nothing else is said; task: "classes" or "numbers", or ""
 * where that column can't be a target. What a choice of columns makes is asked by `Plan`.
 * first: rows as they stand in the file. waits: what a person has to do, above the pictures.
 */
export interface TableInfo {
  id: string;
  name: string;
  rows: number;
  columns: readonly ColumnInfo[];
  first: readonly (readonly string[])[];
  target: readonly string[];
  task: string;
  notes: readonly string[];
  choices: Readonly<Record<string, readonly Choice[]>>;
  waits: string;
}

/** Where one array stands in a frame. */
export interface Block {
  name: string;
  type: "u1" | "i4" | "f4" | "f8";
  shape: readonly number[];
  at: number;
  low: number | null;
  high: number | null;
}

/**
 * What a frame says beside its numbers. Blocks, as far as there are such:
 *
 * map            f4 (side, side)      the magnified unit; (side,) for a line; of a large network
 * coarser than it was asked for, and so are all maps
 * map.share      f4 (side, side)      of several classes how sure of the winner, from 0 to 1
 * output         f4 (small, small)    the output, of several classes the winner
 * compare        f4 (small, small)    the same of the branch that is compared; left out where it
 * has not got so far, or its replay takes too long
 * difference     f4 (side, side)      the later branch's output minus the earlier one's; of many
 * classes how far their shares are apart, from 0 to 1
 * inputs.map     u1 (inputs shown, small, small)
 * N.map          u1 (units shown, small, small) of layer N: 0, 1, ...
 * N.W, N.b       f4                   the parameters; those of very large layers and what is much
 * work for gradients only where the state stands still
 * N.W.grad, N.b.grad  f4              the gradients of the next step, with penalty and clipping
 * N.a.hist, N.dz.hist  i4 (bins,)     how a layer's outputs and deltas spread; low, high: the ends
 * N.grad.hist    i4 (bins,)           how log10 of the sizes of its weights' gradients spreads
 * N.delta        f4 (units,)          the deltas of the next step's rows, added up for each unit
 * N.image        u1 (units shown, rows, columns)  the weights from each pixel to a unit, those of
 * all paths multiplied and added up; low, high: the ends
 * batch          i4 (n,)              the rows of the next step, in its order; at most 1,000
 * batch.pull     f4 (n,)              how strongly each of them pulls: the length of its dz
 * sample.x       f4 (inputs,)         the row that is followed
 * N.sample.a, N.sample.delta  f4 (units,)  its answers and its deltas
 * sample.pixels  u1 (rows, columns)   its picture, where the inputs are pixels
 * confusion      i4 (classes, classes)  rows of the test part, or else of training: their class,
 * the answer
 * gallery        u1 (n, rows, columns)  the first drawn rows of the test part, or the training
 * part
 * gallery.answer, gallery.right  i4, u1 (n,)  the answer to each, and 1 where it is right
 * PART.right     u1 (drawn rows,)     of train, validation, test: 1 where it is answered right
 * PART.answer    f4 (drawn rows,)     the answer, in the target's units; of classes the share of
 * the second, with more outputs the number of the winner
 */
export interface FrameHead {
  session: string;
  branch: string;
  step: number;
  head: number;
  live: boolean;
  state: "ready" | "playing" | "paused" | "ended" | "broken";
  epoch: number;
  losses: Readonly<Record<string, number | null>>;
  metrics: Readonly<Record<string, number | null>>;
  right: Readonly<Record<string, readonly [number, number]>>;
  measured_at: Readonly<Record<string, number>>;
  headline: string;
  layer: number;
  unit: number;
  blocks: readonly Block[];
}

/** The first answer. Where `session` is another one than the page knew, all it holds is old. */
export interface Welcome {
  is: "welcome";
  re: number | null;
  session: string;
  version: string;
  schema: number;
}

/** It was done. `step`: where the session stands. */
export interface Done {
  is: "done";
  re: number;
  step: number;
}

/** An error in four parts. `field`: the setting it is about, where it is about one. */
export interface Failed {
  is: "failed";
  re: number | null;
  called: string;
  needs: string;
  got: string;
  do: string;
  field: string | null;
}

/**
 * Where the session stands; sent at every change but those of a frame.
 *
 * step is the state that is shown, head the newest of the shown branch: step < head is the past.
 * state: "ready" nothing trained yet, "playing", "paused", "ended", "broken" (see `why`).
 * rate: steps a second at this speed; null: as fast as it can.
 */
export interface Session {
  is: "session";
  session: string;
  title: string;
  says: string;
  state: "ready" | "playing" | "paused" | "ended" | "broken";
  why: string;
  branch: string;
  branches: readonly BranchState[];
  step: number;
  head: number;
  total: number;
  speed: "slow" | "normal" | "fast";
  rate: number | null;
  loss: string;
  resumable: boolean;
}

/** All settings, in the order in which they are shown, and what each of them does. */
export interface Form {
  is: "form";
  fields: readonly Field[];
  address: string;
}

/**
 * A table that can't be used before something is chosen of it: one named at the start.
 *
 * null: there is none, or none any more.
 */
export interface Offered {
  is: "offered";
  table: TableInfo | null;
}

/** The shape of the network; the numbers come in frames. */
export interface Network {
  is: "network";
  inputs: readonly string[];
  outputs: readonly string[];
  layers: readonly LayerShape[];
  parameters: number;
  loss: string;
  image: readonly [number, number] | null;
}

/**
 * The data, and what a map is of.
 *
 * kind: "plane" a map over two axes, "line" a curve over one, "none" neither: pictures or tables.
 * low, high: of each axis of the map, in the data's own units. Rows of a map go from the lowest
 * y upwards. ticks: round numbers on each of these axes, then on that of the first target; none
 * of classes. others: where the map is a slice, at which values of the other columns.
 */
export interface Scene {
  is: "scene";
  kind: "plane" | "line" | "none";
  axes: readonly string[];
  low: readonly number[];
  high: readonly number[];
  ticks: readonly (readonly number[])[];
  classes: readonly string[];
  targets: readonly string[];
  parts: Readonly<Record<string, Points>>;
  notes: readonly string[];
  others: string;
}

/**
 * Points of a branch's curve, a column each, null where there is no such part.
 *
 * first: the number of the first of them; 0 replaces all. Losses are means over rows, `right` the
 * rows of the judged part that are answered right. thinned: between these there were more.
 */
export interface Curve {
  is: "curve";
  branch: string;
  first: number;
  next: number;
  step: readonly number[];
  train: readonly (number | null)[];
  validation: readonly (number | null)[];
  test: readonly (number | null)[];
  batch: readonly (number | null)[];
  learning_rate: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  thinned: boolean;
}

/** One line for a branch, and all that stands behind it. */
export interface Doctor {
  is: "doctor";
  branch: string;
  step: number;
  line: string;
  findings: readonly Finding[];
}

/** Twice a second. A page that hears nothing for 2 s says that its data is old. */
export interface Alive {
  is: "alive";
  step: number;
  head: number;
  state: "ready" | "playing" | "paused" | "ended" | "broken";
}

/**
 * A tree by key; `root` is the number that was asked for. title and question are for people.
 *
 * rows: those of the batch; sample is the one whose shares are shown, null: all.
 */
export interface Derivation {
  is: "derivation";
  re: number;
  branch: string;
  step: number;
  when: string;
  sample: number | null;
  title: string;
  question: string;
  root: string;
  nodes: Readonly<Record<string, TreeNode>>;
  rows: readonly number[];
}

/**
 * What would have followed: values before and after the change.
 *
 * loss: of the batch after the step, or of the part that was asked for. map: what the network
 * would answer then; null where there is no map.
 */
export interface Followed {
  is: "followed";
  re: number;
  changed: string;
  was: number;
  now: number;
  value_was: string;
  value_now: string;
  loss_was: string;
  loss_now: string;
  says: string;
  map: SmallMap | null;
}

/** The largest shares, first the largest; the rest as one number; together the gradient. */
export interface PullsFound {
  is: "pulls_found";
  re: number;
  address: string;
  step: number;
  pulls: readonly Pull[];
  rest_count: number;
  rest_sum: string;
  total: string;
  says: string;
  rest: string;
}

/** A row: what it is, what the network answers, and the numbers of every unit for it. */
export interface RowFound {
  is: "row_found";
  re: number;
  part: string;
  row: number;
  x: Readonly<Record<string, number | string>>;
  truth: string;
  answer: string;
  right: boolean | null;
  loss: string;
  a: readonly (readonly number[])[];
  step: number;
}

/** The network and its training as a program: printed, it says the first ten losses. */
export interface Program {
  is: "program";
  re: number;
  language: string;
  text: string;
  file: string;
  notes: readonly string[];
}

/**
 * What settings would make. inputs, first: what goes into the network, of the table's first
 * rows where it is a table of one's own; left_out: columns that do not, and why.
 */
export interface Planned {
  is: "planned";
  re: number;
  title: string;
  says: string;
  task: "classes" | "numbers";
  answers: string;
  rows: Readonly<Record<string, number>>;
  inputs: readonly string[];
  first: readonly (readonly string[])[];
  left_out: Readonly<Record<string, string>>;
  notes: readonly string[];
  columns: readonly ColumnInfo[];
  without: number;
  waits: string;
}

/** What stands behind the address of the page: from the # on, all settings. */
export interface Shared {
  is: "shared";
  re: number;
  address: string;
  notes: readonly string[];
}

/** The checker's verdict, as `chainrule check --json` prints it, and its picture as SVG. */
export interface Checked {
  is: "checked";
  re: number;
  headline: string;
  line: number | null;
  verdict: Readonly<Record<string, unknown>>;
  svg: string | null;
}

/** The runs of the folder, the newest first. */
export interface RunList {
  is: "run_list";
  re: number;
  runs: readonly RunInfo[];
}

/**
 * The first command of a connection. `have`: how many points of each branch's curve the page
 * holds of that session; the answer goes on where they end, so that none is missing or doubled.
 * The answers: welcome, form, session, network, scene, curve of each branch, doctor; then frames.
 */
export interface Hello {
  do: "hello";
  id: number;
  session?: string;
  have?: Readonly<Record<string, number>>;
}

/**
 * What this page wants in its frames from now on.
 *
 * layer, unit: whose map is magnified; layer −1 are the inputs; null: the first output's.
 * compare: a second branch whose map is wanted, at the same step. side: points of the large map
 * in a row; small: of a unit's. rate: frames a second at most; 0: none. sample, part: a row whose
 * numbers in every unit are wanted; null: none.
 */
export interface Look {
  do: "look";
  id: number;
  layer?: number | null;
  unit?: number;
  compare?: string | null;
  gradients?: boolean;
  side?: number;
  small?: number;
  rate?: number;
  sample?: number | null;
  part?: "train" | "validation" | "test";
}

/** Train on; in the past, repeat what was, bit for bit, and then train on. */
export interface Play {
  do: "play";
  id: number;
}

/** Stand still at once; a step that takes long is thrown away, and made again by play. */
export interface Pause {
  do: "pause";
  id: number;
}

/** Pause, and go so many steps: 1 forward, −1 back; at most 1,000. */
export interface Step {
  do: "step";
  id: number;
  by?: number;
}

/** Stand at a state of the shown branch, any that it has reached. */
export interface Seek {
  do: "seek";
  id: number;
  step: number;
}

/** How fast play goes: a step now and then, about 15 seconds a run, or as fast as it can. */
export interface Speed {
  do: "speed";
  id: number;
  speed: "slow" | "normal" | "fast";
}

/**
 * Start anew with these settings, the others as they are. `whole`: the others as they are for
 * the chosen data where nobody chose. The names are those of the form.
 */
export interface Configure {
  do: "configure";
  id: number;
  settings?: Readonly<Record<string, unknown>>;
  whole?: boolean;
}

/** What these settings would make beside the present ones. Only asked: nothing is changed. */
export interface Plan {
  do: "plan";
  id: number;
  settings?: Readonly<Record<string, unknown>>;
}

/** Start anew with the settings of a shared link: what stands behind the # of its address. */
export interface Address {
  do: "address";
  id: number;
  text: string;
}

/**
 * From a state of the shown branch, another future: the same past, other settings of training.
 *
 * It is a run file of its own, and is shown from now on.
 */
export interface Branch {
  do: "branch";
  id: number;
  step: number;
  settings?: Readonly<Record<string, unknown>>;
}

/** Let another branch be the one that is shown and trained. */
export interface Show {
  do: "show";
  id: number;
  branch: string;
}

/** Take a branch off the page; its run file stays. */
export interface Drop {
  do: "drop";
  id: number;
  branch: string;
}

/**
 * Where the number at an address comes from, in the step after the shown state.
 *
 * An address is as in `chainrule explain`: "1.W[2,5]" (its update), "1.dW[2,5]", "0.z[3,1]",
 * "loss"; or the key of a node that a derivation named. sample: a row of the training part; its
 * share of every sum over the batch is shown. A row that is not in the batch is explained alone,
 * as a batch of one. part: instead of the step, the state held to all rows of that part; "loss"
 * is then the very number of the curve, and sample a row of that part. also: keys of nodes that
 * are wanted with it; what no longer exists is left out.
 */
export interface Explain {
  do: "explain";
  id: number;
  address: string;
  sample?: number | null;
  step?: number | null;
  part?: "train" | "validation" | "test" | null;
  also?: readonly string[];
}

/**
 * What would follow, had one number been another: a parameter "1.W[2,5]", the
 * "learning_rate", or a number of the data, "x[0,1]" or "y[0,0]" (place in the batch, column).
 */
export interface WhatIf {
  do: "what_if";
  id: number;
  address: string;
  changed: string;
  value: number;
  sample?: number | null;
  step?: number | null;
  part?: "train" | "validation" | "test" | null;
}

/** Who pulls on a weight or bias: the share of each point of the batch in its gradient. */
export interface Pulls {
  do: "pulls";
  id: number;
  address: string;
  step?: number | null;
}

/** One row of a part at the shown state: its numbers in every unit, and its loss. */
export interface Row {
  do: "row";
  id: number;
  part: "train" | "validation" | "test";
  row: number;
}

/** The present network and training as a program that runs. */
export interface Code {
  do: "code";
  id: number;
  language: "chainrule" | "numpy" | "pytorch";
}

/**
 * The address that holds all settings. hide: parts of the page that a class shall not see;
 * projector: whether the page is to open large.
 */
export interface Share {
  do: "share";
  id: number;
  hide?: readonly string[];
  projector?: boolean;
}

/** Name the mistake in a program. hint: 1 where, 2 what kind, 3 the formula; null: all. */
export interface Check {
  do: "check";
  id: number;
  program: string;
  name?: string;
  hint?: 1 | 2 | 3 | null;
}

/** End the program that is being checked, if one is. */
export interface StopCheck {
  do: "stop_check";
  id: number;
}

/** The runs that could be opened. */
export interface Runs {
  do: "runs";
  id: number;
}

/** Show a run of that list, by its file's name. */
export interface Open {
  do: "open";
  id: number;
  name: string;
}

export type News =
  | Welcome
  | Done
  | Failed
  | Session
  | Form
  | Offered
  | Network
  | Scene
  | Curve
  | Doctor
  | Alive
  | Derivation
  | Followed
  | PullsFound
  | RowFound
  | Program
  | Planned
  | Shared
  | Checked
  | RunList;

export type Command =
  | Hello
  | Look
  | Play
  | Pause
  | Step
  | Seek
  | Speed
  | Configure
  | Plan
  | Address
  | Branch
  | Show
  | Drop
  | Explain
  | WhatIf
  | Pulls
  | Row
  | Code
  | Share
  | Check
  | StopCheck
  | Runs
  | Open;
