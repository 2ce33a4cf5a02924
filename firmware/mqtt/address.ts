/** Whether `host` is a dotted IPv4 address (four decimal numbers from 0 to 255), which needs no name resolution. */
export function isAddress(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 && parts.every(isByte);
}

function isByte(text: string): boolean {
  if (text.length === 0 || text.length > 3) return false;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return false;
    value = 10 * value + digit;
  }
  return value < 256;
}
