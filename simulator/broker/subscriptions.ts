/** A level of topic filters: who subscribed to the filter that ends here, and the levels below. */
interface Level<Subscriber> {
  readonly below: Map<string, Level<Subscriber>>;
  readonly subscribers: Map<Subscriber, 0 | 1>;
}

/**
 * Who gets a message: all subscriptions by the levels of their filters (MQTT 3.1.1 §4.7), so that finding the subscribers
 * of a topic takes as long with a thousand clients as with one.
 */
export class Subscriptions<Subscriber> {
  readonly #root: Level<Subscriber> = level();

  add(filter: string, subscriber: Subscriber, qos: 0 | 1): void {
    let at = this.#root;
    for (const name of filter.split("/")) {
      let next = at.below.get(name);
      if (next === undefined) at.below.set(name, (next = level()));
      at = next;
    }
    at.subscribers.set(subscriber, qos);
  }

  /** Does nothing where there is no such subscription. */
  remove(filter: string, subscriber: Subscriber): void {
    const path = [this.#root];
    const names = filter.split("/");
    for (const name of names) {
      const next = path.at(-1)!.below.get(name);
      if (next === undefined) return;
      path.push(next);
    }
    path.at(-1)!.subscribers.delete(subscriber);
    for (let i = names.length; i > 0 && path[i]!.subscribers.size === 0 && path[i]!.below.size === 0; i--) {
      path[i - 1]!.below.delete(names[i - 1]!);
    }
  }

  /** Each subscriber once, with the highest quality of service of its filters that match (§3.3.5). */
  of(topic: string): ReadonlyMap<Subscriber, 0 | 1> {
    const found = new Map<Subscriber, 0 | 1>();
    const take = (subscribers: ReadonlyMap<Subscriber, 0 | 1> | undefined) =>
      subscribers?.forEach((qos, subscriber) => {
        if (qos === 1 || !found.has(subscriber)) found.set(subscriber, qos);
      });
    const names = topic.split("/");
    const visit = ({ below, subscribers }: Level<Subscriber>, depth: number): void => {
      // Wildcards leave topics that begin with `$` alone (§4.7.2).
      const wild = depth > 0 || !topic.startsWith("$");
      if (wild) take(below.get("#")?.subscribers);
      if (depth === names.length) return take(subscribers);
      const named = below.get(names[depth]!);
      if (named !== undefined) visit(named, depth + 1);
      const any = wild ? below.get("+") : undefined;
      if (any !== undefined) visit(any, depth + 1);
    };
    visit(this.#root, 0);
    return found;
  }
}

function level<Subscriber>(): Level<Subscriber> {
  return { below: new Map(), subscribers: new Map() };
}
