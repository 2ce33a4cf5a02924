import type { Message, QoS } from "./packets.js";
import type { SessionListener } from "./session-options.js";

/**
 * The owner's callbacks. They run inside the platform's, where an exception would end the program on a device: one that
 * is thrown is counted and told to `onFault` instead.
 */
export class SessionCallbacks {
  readonly #listener: SessionListener;
  #faults = 0;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  /** Callbacks that threw. */
  get faults(): number {
    return this.#faults;
  }

  connected(sessionPresent: boolean): void {
    try {
      this.#listener.onConnected?.(sessionPresent);
    } catch (fault) {
      this.onFault(fault);
    }
  }

  disconnected(reason: string): void {
    try {
      this.#listener.onDisconnected?.(reason);
    } catch (fault) {
      this.onFault(fault);
    }
  }

  message(topic: string, payload: Uint8Array, retain: boolean): void {
    try {
      this.#listener.onMessage?.(topic, payload, retain);
    } catch (fault) {
      this.onFault(fault);
    }
  }

  acknowledged(message: Message): void {
    try {
      this.#listener.onAcknowledged?.(message);
    } catch (fault) {
      this.onFault(fault);
    }
  }

  ready(): void {
    try {
      this.#listener.onReady?.();
    } catch (fault) {
      this.onFault(fault);
    }
  }

  refused(filter: string, wanted: QoS): void {
    try {
      this.#listener.onRefused?.(filter, wanted);
    } catch (fault) {
      this.onFault(fault);
    }
  }

  private onFault(fault: unknown): void {
    this.#faults++;
    try {
      this.#listener.onFault?.(fault);
    } catch {
      // Nobody is left to tell.
    }
  }
}
