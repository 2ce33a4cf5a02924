/** What a campaign, or a part of one, has found. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** The numbers of a result are its figures. */
export function outcome(result: object & { readonly failures: readonly string[] }): Outcome {
  const { failures, ...figures } = result;
  return { figures: figures as unknown as Record<string, number>, failures };
}
