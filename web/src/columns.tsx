import { Formula } from "./mathml";
import type { Cell, Group, TreeNode } from "./protocol.gen";

const FEW = 3; // groups that stand beside each other; more of them are rows of a table

interface Props {
  node: TreeNode;
  chosen: string | undefined;
  go: (key: string) => void;
}

/** A formula as columns: letters above numbers above words. A long sum is one row a term. */
export function Columns({ node, chosen, go }: Props) {
  const isLong = node.groups.length > FEW;
  return (
    <div
      class="scrolls formulas"
      tabIndex={0}
      role="group"
      aria-label="The formula, in letters and in numbers"
    >
      {isLong && node.letters && (
        <p class="general">
          <Formula tree={node.name} /> = <Formula tree={node.letters} />
        </p>
      )}
      <div class={isLong ? "rows" : "columns"}>
        {node.groups.map((group, k) => (
          <Addend
            key={k}
            group={group}
            isLike={isLong && alike(group, node.groups[k - 1])}
            chosen={chosen}
            go={go}
          />
        ))}
      </div>
    </div>
  );
}

/** The same words as the row above: they need not stand there again. */
function alike(group: Group, above: Group | undefined): boolean {
  const words = (of: Group | undefined) => of?.cells.map((each) => each.word).join("|");
  return words(group) === words(above);
}

interface AddendProps extends Omit<Props, "node"> {
  group: Group;
  isLike: boolean;
}

function Addend({ group, isLike, chosen, go }: AddendProps) {
  return (
    <span class={isLike ? "addend like" : "addend"}>
      {group.says && <span class="term">{group.says}</span>}
      {group.cells.map((cell, k) => (
        <Column key={k} cell={cell} chosen={chosen} go={go} />
      ))}
    </span>
  );
}

function Column({ cell, chosen, go }: Omit<Props, "node"> & { cell: Cell }) {
  return (
    <span class="cell">
      <span class="sign">{cell.sign}</span>
      <span class="letters">
        <Formula tree={cell.letters} />
      </span>
      <span class="figures">
        <Formula tree={cell.numbers} chosen={chosen} go={go} />
      </span>
      <span class="word">{cell.word}</span>
    </span>
  );
}
