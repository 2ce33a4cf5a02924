import tseslint from "typescript-eslint";

// DESIGN §2, rule 1: what neither the firmware nor the simulator may reach for.
const bannedGlobals = [
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "queueMicrotask",
  "structuredClone",
  "performance",
  "console",
  "Buffer",
  "process",
  "require",
  "globalThis",
  "TextEncoder",
  "TextDecoder",
  "URL",
  "atob",
  "btoa",
  "fetch",
  "crypto",
  "Intl",
  "RegExp",
  "eval",
  "Function",
].map((name) => ({
  name,
  message: "Firmware and simulator get this from a port (firmware/ports), never from a global.",
}));

// DESIGN §2, rule 2: V8 and XS differ in the last bit of everything else.
const exactMath = "sqrt|fround|imul|clz32|abs|min|max|floor|ceil|round|trunc|sign|PI";
const engineArithmetic = "Engines differ in the last bit of this; take it from firmware/data/math.ts.";
const bannedSyntax = [
  { selector: "Literal[regex]", message: "Firmware and simulator do without RegExp." },
  {
    selector: `MemberExpression[object.name='Math'][computed=false]:not([property.name=/^(${exactMath})$/])`,
    message: engineArithmetic,
  },
  { selector: "MemberExpression[object.name='Math'][computed=true]", message: engineArithmetic },
  { selector: "VariableDeclarator[init.name='Math']", message: engineArithmetic },
  {
    selector: ":matches(BinaryExpression[operator='**'], AssignmentExpression[operator='**='])",
    message: engineArithmetic,
  },
  {
    selector: "CallExpression[callee.property.name=/^(match|matchAll|normalize|localeCompare|toLocaleString)$/]",
    message: "Not the same on XS.",
  },
  {
    selector: "CallExpression[callee.object.name='ArrayBuffer'][callee.property.name='fromString']",
    message: "XS only.",
  },
  {
    selector: "CallExpression[callee.object.name='String'][callee.property.name='fromArrayBuffer']",
    message: "XS only.",
  },
  { selector: "ImportExpression", message: "Firmware and simulator import statically." },
];

// On XS a private method or accessor takes a heap slot in every instance; TypeScript's `private` takes none.
const privateMethods = {
  selector: "MethodDefinition[key.type='PrivateIdentifier'][static=false]",
  message: "A #method takes a heap slot in every instance on XS: make it `private`.",
};

export default tseslint.config(
  { ignores: ["node_modules/**", "build/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["firmware/**/*.ts", "simulator/**/*.ts", "hosts/simulated/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", ...bannedGlobals],
      "no-restricted-syntax": ["error", ...bannedSyntax],
    },
  },
  {
    files: ["firmware/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...bannedSyntax, privateMethods] },
  },
);
