// Runs after `npm install`: says so, in one line, when the XS engine is not there. The install has succeeded all the same.
import { existsSync } from "node:fs";

const platform = { linux: "lin", darwin: "mac" }[process.platform];
const worker = `../../node_modules/@agoric/xsnap/xsnap-native/xsnap/build/bin/${platform}/release/xsnap-worker`;
if (platform === undefined || !existsSync(new URL(worker, import.meta.url))) {
  console.log(
    "The XS engine is not built (it needs a C compiler, make, and Node 20 or 22); everything but --engine xs works.",
  );
}
