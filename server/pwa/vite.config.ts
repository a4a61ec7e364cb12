// The app itself: index.html and hashed files under assets/. The worker is built after it (vite.worker.config.ts),
// because it must know every file name that this build made.
import { defineConfig } from "vite";
import { splitWords } from "./split_words.ts";

export default defineConfig({
  plugins: [splitWords()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill would be an inline-like script; all our browsers preload modules
    assetsInlineLimit: 0, // hashed files only: nothing inline, so the content security policy stays short
    reportCompressedSize: false,
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
} as Parameters<typeof defineConfig>[0]);
