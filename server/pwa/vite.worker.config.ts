// The service worker: one classic script at the root, so that its scope is the whole app and no browser needs
// module workers. It learns the names of the shell's files and a version that changes whenever one of them does.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const DIST = join(import.meta.dirname, "dist");
const NOT_SHELL = /^(sw\.js|robots\.txt)$|\.map$/;

function listFiles(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? listFiles(join(folder, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name],
    )
    .filter((name) => !NOT_SHELL.test(name))
    .sort();
}

export default defineConfig(() => {
  const files = listFiles(DIST);
  const digest = createHash("sha256");
  for (const name of files) digest.update(name).update(readFileSync(join(DIST, name)));
  digest.update(readFileSync(join(import.meta.dirname, "src/worker.ts")));
  return {
    define: {
      __VERSION__: JSON.stringify(digest.digest("hex").slice(0, 12)),
      __SHELL__: JSON.stringify(files.map((name) => (name === "index.html" ? "/" : `/${name}`))),
    },
    publicDir: false,
    build: {
      target: "es2022",
      emptyOutDir: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: join(import.meta.dirname, "src/worker.ts"),
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  };
});
