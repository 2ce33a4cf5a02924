/** What a section may be told. */
export interface BenchOptions {
  /** The XS worker; where it is not given, the one that is found. */
  readonly binary?: string;
  /** The folder that recordings are read from; where it is not given, the one beside the repository. */
  readonly data?: string;
}

/** What a section needs is not there; the message says what, and what would help. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** One table of `npm run bench`. To add one, write it beside this file and name it in bench.ts. */
export interface BenchSection {
  /** As it is typed: `npm run bench -- filters`. */
  readonly name: string;
  /** One sentence: what the figures are. */
  readonly about: string;
  /** Names of the rows' members, in order. */
  readonly columns: readonly string[];
  rows(options?: BenchOptions): Promise<Readonly<Record<string, string | number>>[]>;
}
