import type { Resolver, ResolverConstructor } from "../ports/network.js";

/**
 * One name resolution that can be given up at any time. Of `onAddress` and `onFailure` at most one is called, once,
 * never inside the constructor and never after `close`.
 */
export class HostLookup {
  #resolver: Resolver | undefined;

  /** Throws what the resolver throws. */
  constructor(
    resolver: ResolverConstructor,
    host: string,
    onAddress: (address: string) => void,
    onFailure: () => void,
  ) {
    this.#resolver = new resolver({});
    try {
      this.#resolver.resolve({
        host,
        onResolved: (_host, address) => {
          if (this.close()) onAddress(address);
        },
        onError: () => {
          if (this.close()) onFailure();
        },
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Idempotent. Returns whether the lookup was still open. */
  close(): boolean {
    const resolver = this.#resolver;
    this.#resolver = undefined;
    try {
      resolver?.close();
    } catch {
      // A resolver that does not close has been let go of all the same.
    }
    return resolver !== undefined;
  }
}
