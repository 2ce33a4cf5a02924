/** A command that cannot be; the message is one sentence that says why. */
export class AlarmError extends Error {
  override readonly name = "AlarmError";
}
