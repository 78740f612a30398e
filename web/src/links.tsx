import { asked } from "./state";
import { Toolbar } from "./toolbar";
import { derivation, pulls } from "./trail";

const BARS = 10;

/** Who pulls? Each bar a point of the batch; press one, and the chain shows its share. */
export function Pulls() {
  const found = pulls.value;
  if (!found) return null;
  const shown = found.pulls.slice(0, BARS);
  const most = Math.max(1e-300, ...shown.map((each) => Math.abs(each.share)));
  const sample = derivation.value?.sample;
  return (
    <div class="pulls">
      <p class="says">{found.says}</p>
      <Toolbar label="Points that pull most" look="bars">
        {shown.map((each) => (
          <button
            key={each.row}
            type="button"
            class="bar"
            aria-pressed={each.row === sample}
            aria-label={`Point ${each.row} pulls ${each.text}`}
            title={`point ${each.row}: ${each.text}`}
            onClick={() => {
              if (asked.value) asked.value = { ...asked.value, sample: each.row };
            }}
          >
            <Bar share={each.share / most} />
            <span>{each.row}</span>
          </button>
        ))}
      </Toolbar>
      <p class="sides">
        <span>above the line: wants it smaller</span>
        <span>below: larger</span>
      </p>
      <p class="note">{found.rest}</p>
    </div>
  );
}

/** From −1 to 1 of the largest. */
function Bar({ share }: { share: number }) {
  const tall = 34 * Math.abs(share);
  return (
    <svg viewBox="0 0 20 72" preserveAspectRatio="none" aria-hidden="true">
      <rect
        x="2"
        width="16"
        class={share > 0 ? "plus" : "minus"}
        y={share > 0 ? 36 - tall : 36}
        height={tall}
      />
      <line x1="0" x2="20" y1="36" y2="36" />
    </svg>
  );
}
