// Builds ../built/embed.js and, for what is loaded later, ../built/embed-more.js, with the digest of what it was built from, so that a test can tell whether it is still that.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const sources = readdirSync(here).filter((name) => /\.(ts|css)$/.test(name)).sort();
const digest = createHash("sha256");
for (const name of sources) digest.update(name + "\0").update(readFileSync(here + name)).update("\0");

const css = { name: "css", setup(build) {
  build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
    contents: (await transform(readFileSync(path, "utf8"), { loader: "css", minify: true })).code.trim(), loader: "text",
  }));
} };
const made = digest.digest("hex");
mkdirSync(here + "../built", { recursive: true });
for (const [source, name, format] of [["main.ts", "embed.js", "iife"], ["more.ts", "embed-more.js", "esm"]]) {
  const { outputFiles } = await build({
    entryPoints: [here + source], bundle: true, minify: true, format, target: "es2022", write: false, charset: "utf8", plugins: [css], legalComments: "none",
  });
  const code = `/*! commentsvc, Apache-2.0; built from ${made} */\n${outputFiles[0].text}`;
  writeFileSync(here + "../built/" + name, code);
  console.log(`built/${name} ${code.length} bytes, ${gzipSync(code, { level: 9 }).length} gzipped, without words`);
}
