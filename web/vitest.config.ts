import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    setupFiles: ["test/canvas.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
  },
});
