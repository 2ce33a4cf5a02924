export type InterfaceState = "down" | "connecting" | "up";

/**
 * What the SDK's `connection` says. It reaches 500 with an IPv4 and an IPv6 address; IPv4 is all that is used here.
 */
export function stateOf(sdk: { readonly connection: number; readonly address: string | undefined }): InterfaceState {
  const { connection } = sdk;
  if (connection >= 500) return "up";
  if (connection >= 400 && sdk.address?.includes(".") === true) return "up";
  return connection >= 300 ? "connecting" : "down";
}
