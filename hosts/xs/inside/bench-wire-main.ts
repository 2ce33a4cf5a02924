import { operations } from "./operations.js";
import { wireOperations } from "./bench-wire.js";

const measured: Record<string, () => unknown> = {};
for (const { what, ours, theirs } of wireOperations()) {
  measured[`${what}, ours`] = ours;
  measured[`${what}, theirs`] = theirs;
}
operations(measured);
