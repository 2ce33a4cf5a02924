import { operations } from "../../../hosts/xs/inside/operations.js";

let sum = 0;
const kept: object[] = [];

operations({
  nothing: () => {},
  add: () => {
    sum = sum + 1;
  },
  "make an object": () => ({ a: 1, b: 2, c: 3 }),
  "keep an object": () => {
    kept.push({ a: 1, b: 2, c: 3 });
  },
  "make 20,000 objects": () => {
    for (let i = 0; i < 20000; i++) void { i };
  },
});
