import { defineConfig } from "vitest/config";
import { icons } from "./plugins/icons.mjs";

export default defineConfig({
  plugins: [icons()],
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    onConsoleLog: (log) => !log.includes("Iframe page loading is disabled"),
    setupFiles: ["tests/setup.ts"],
  },
});
