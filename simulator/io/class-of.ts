/**
 * `shared` with its first argument given: the class that one board, or one device, hands to its firmware. Instances are of
 * `shared` itself, whoever made them. With a class of its own for every board, every place in the code that uses one would
 * meet as many shapes of object as there are boards, and an engine that remembers shapes (V8) has to look each up anew.
 */
export function classOf<Owner, Options, Instance, Constants>(
  shared: (new (owner: Owner, options: Options) => Instance) & Constants,
  owner: Owner,
): (new (options: Options) => Instance) & Pick<Constants, keyof Constants> {
  const bound = shared.bind(undefined, owner) as new (options: Options) => Instance;
  // A function that is bound has neither: with them it can be extended, and has the constants of the class.
  Object.setPrototypeOf(bound, shared);
  Object.defineProperty(bound, "prototype", { value: shared.prototype });
  return bound as (new (options: Options) => Instance) & Pick<Constants, keyof Constants>;
}
