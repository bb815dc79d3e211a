// Builds ../built/client.js and client.d.ts: the document's types and the client in one file each, with the digest of what they were built from.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const here = new URL(".", import.meta.url).pathname;
const documentFile = here + "../../../../docs/api/openapi.json";
const digest = createHash("sha256").update(readFileSync(documentFile)).update("\0").update(readFileSync(here + "client.ts")).digest("hex");
const types = astToString(await openapiTS(new URL("file://" + documentFile), { defaultNonNullable: false }));
const banner = `/*! commentsvc, Apache-2.0; built from ${digest} */\n`;
writeFileSync(here + "whole.ts", types + readFileSync(here + "client.ts", "utf8"));
const options = {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, strict: true, noUncheckedIndexedAccess: true,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"], types: [], declaration: true, outDir: here + "out", removeComments: false,
};
const program = ts.createProgram([here + "check.ts"], options);
const emitted = program.emit();
const found = [...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics];
if (found.length) {
  console.error(ts.formatDiagnostics(found, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => here, getNewLine: () => "\n" }));
  process.exit(1);
}
mkdirSync(here + "../built", { recursive: true });
for (const [from, to] of [["whole.js", "client.js"], ["whole.d.ts", "client.d.ts"]]) writeFileSync(`${here}../built/${to}`, banner + readFileSync(`${here}out/${from}`, "utf8"));
rmSync(here + "out", { recursive: true });
rmSync(here + "whole.ts");
console.log(`built/client.js ${readFileSync(here + "../built/client.js").length} bytes, client.d.ts ${readFileSync(here + "../built/client.d.ts").length} bytes`);
