import { defineConfig } from "vitest/config";
import { emoji } from "./plugins/emoji.mjs";
import { icons } from "./plugins/icons.mjs";

export default defineConfig({
  plugins: [icons(), emoji()],
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    onConsoleLog: (log) => !log.includes("Iframe page loading is disabled"),
    setupFiles: ["tests/setup.ts"],
  },
});
