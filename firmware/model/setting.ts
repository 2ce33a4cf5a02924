/**
 * What a room declares about its settings: default, unit, range and one line of help, as plain data. `settings.ts`
 * composes them and checks against them.
 */
export interface NumberField {
  readonly type: "number";
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly integer?: boolean;
  /** SenML unit, `ms`, `1` for a plain number, or `channel` for the channel's own unit. */
  readonly unit: string;
  readonly help: string;
}

export interface ChoiceField {
  readonly type: "choice";
  readonly default: string;
  readonly choices: readonly string[];
  readonly help: string;
}

export interface BooleanField {
  readonly type: "boolean";
  readonly default: boolean;
  readonly help: string;
}

export interface TextField {
  readonly type: "text";
  readonly default: string;
  readonly maximumLength: number;
  readonly help: string;
}

/** A list of numbers: the coefficients of a polynomial, values to leave out. */
export interface NumbersField {
  readonly type: "numbers";
  readonly default: readonly number[];
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
  readonly help: string;
}

/** A list of pairs of numbers, the first ones rising: [measured, true]. */
export interface PointsField {
  readonly type: "points";
  readonly default: readonly (readonly [number, number])[];
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly help: string;
}

/** A list of things that are told apart by `kind`, each with the fields of its kind. The default is complete. */
export interface ListField {
  readonly type: "list";
  readonly default: readonly { readonly kind: string }[];
  readonly kinds: Readonly<Record<string, Fields>>;
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly help: string;
}

export type Field = NumberField | ChoiceField | BooleanField | TextField | NumbersField | PointsField | ListField;
export type Fields = Readonly<Record<string, Field>>;
