/**
 * The words of MQTT 3.1.1 (OASIS Standard, 29 October 2014) that a client speaks with quality of service 0 and 1.
 * Section numbers in this folder are that document's.
 */

/** Control packet types, §2.2.1: the high four bits of the first byte. */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;

/** What either side may not send, or what cannot be sent: one sentence that names the thing and the value. */
export class MqttError extends Error {
  override readonly name = "MqttError";
}

export type QoS = 0 | 1;

/** One application message. The session keeps the reference until it is acknowledged: do not change `payload`. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
}

/** What CONNECT says (§3.1). */
export interface ConnectOptions {
  /** Up to 65,535 bytes; every broker takes 1 to 23 of 0-9 a-z A-Z. Empty only with a clean session. */
  readonly clientId: string;
  /** Seconds, 0 to 65,535; 0 switches keep alive off. */
  readonly keepAliveS: number;
  readonly cleanSession: boolean;
  readonly will?: Message;
  readonly user?: string;
  /** Only together with `user` (§3.1.2.9). */
  readonly password?: string;
}

/** A packet from the broker. `payload` and `granted` are views of the chunk that was pushed or of a copy: yours to keep. */
export type Packet =
  | { readonly kind: "connack"; readonly sessionPresent: boolean; readonly returnCode: number }
  | {
      readonly kind: "publish";
      readonly topic: string;
      readonly payload: Uint8Array;
      readonly qos: QoS;
      readonly retain: boolean;
      readonly dup: boolean;
      /** 0 with quality of service 0. */
      readonly id: number;
    }
  /** A PUBLISH longer than the reader takes: its bytes were passed over, none was stored. */
  | { readonly kind: "oversized"; readonly qos: QoS; readonly id: number; readonly byteLength: number }
  | { readonly kind: "puback"; readonly id: number }
  | { readonly kind: "suback"; readonly id: number; readonly granted: Uint8Array }
  | { readonly kind: "unsuback"; readonly id: number }
  | { readonly kind: "pingresp" };

/** SUBACK's word for a subscription that the broker does not grant (§3.9.3). */
export const SUBSCRIPTION_REFUSED = 0x80;
