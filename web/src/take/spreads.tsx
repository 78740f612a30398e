import { grouped } from "../format";
import { paintBars } from "../paint";
import { usePainted } from "../painted";
import { endsOf, shown, told } from "../spread";
import { lines, store, theme } from "../state";

/** The histograms of all layers, large and with words: on the page they are 26 pixels tall. */
export function Spreads() {
  const network = store.network.value;
  const what = lines.value === "gradients" ? "sizes of gradients" : "answers";
  return (
    <div class="spreads">
      <p class="note">
        How the {what} of each layer are spread: each bar as tall as it holds many, and a pixel at
        least where it holds one. The tallest bar in words.
      </p>
      {network?.layers.map((_, layer) => (
        <Histogram key={layer} layer={layer} />
      ))}
    </div>
  );
}

function Histogram({ layer }: { layer: number }) {
  const [piece, isLog] = shown(layer);
  const canvas = usePainted(
    (element) => {
      element.width = element.clientWidth;
      element.height = element.clientHeight;
      if (piece) paintBars(element, piece.values, theme.value, isLog);
    },
    [piece],
  );
  if (!piece) return null;
  const count = Math.max(...piece.values);
  const most = piece.values.indexOf(count);
  return (
    <figure>
      <span class="counts">
        <span>{grouped(count)}</span>
        <span>0</span>
      </span>
      <canvas ref={canvas} />
      <span class="ends">
        {endsOf(piece, isLog).map((each) => (
          <span key={each}>{each}</span>
        ))}
      </span>
      <figcaption>{told(layer, piece, most, isLog)}</figcaption>
    </figure>
  );
}
