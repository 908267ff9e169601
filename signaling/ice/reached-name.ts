const longestHeader = 300;
/** host [ ":" port ] of RFC 9110, section 7.2, with the names that DNS and container networks use. */
const hostHeader =
  /^([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The name or address under which a client reached this service, fit for a STUN or TURN URI
 * (RFC 7065): an IPv6 address is in brackets. It goes back to that client alone.
 * @param header its Host header
 * @returns null when there is none, or none that is a name
 */
export function reachedName(header: string | undefined): string | null {
  if (header === undefined || header.length > longestHeader) return null;
  const [, name] = hostHeader.exec(header) ?? [];
  if (name === undefined || !URL.canParse(`http://${name}`)) return null;
  return new URL(`http://${name}`).hostname;
}
