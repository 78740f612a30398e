import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** LICENSES.txt: the licence of every package that ends up in the bundle, and of no other. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const found = new Map<string, string>();
      for (const chunk of Object.values(bundle)) {
        const modules = chunk.type === "chunk" ? Object.keys(chunk.modules) : [];
        for (const id of modules) {
          const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(
            id.replaceAll("\\", "/"),
          );
          if (match?.[1] && match[2]) found.set(match[2], match[1]);
        }
      }
      const texts = [...found]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, folder]) => {
          const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
          const text = readFileSync(join(folder, "LICENSE"), "utf8").trim();
          return `${name} ${about.version} (${about.license})\n\n${text}\n`;
        });
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join("\n----\n\n") });
    },
  };
}

const here = dirname(new URL(import.meta.url).pathname);

export default defineConfig({
  plugins: [licences()],
  build: {
    outDir: join(here, "../src/chainrule/studio/static"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        entryFileNames: "studio.js",
        chunkFileNames: "[name].js",
        assetFileNames: "studio[extname]",
      },
    },
  },
});
