/** Names of operations that stand beside rivals; hosts/node/bench-rival.ts takes them apart. */

/** What a name says. */
export interface Beside<Row> {
  /** What is measured; of one row, ours and its rivals have it alike. */
  readonly row: Row;
  /** The operation whose figures are not to be told for. Empty: none. */
  readonly less: string;
  /** Empty: ours. */
  readonly rival: string;
}

export function nameOf<Row>(row: Row, less = "", rival = ""): string {
  return JSON.stringify({ row, less, rival } satisfies Beside<Row>);
}
