/**
 * What a person means by a room's address: its name, or its whole link as it was sent to them.
 * The signaling service decides whether such a room can exist.
 * @returns the last part of `/r/ROOM`, or an empty string when there is none
 */
export function toRoomId(typed: string): string {
  const link = /\/r\/([^/?#]*)/.exec(typed);
  return (link?.[1] ?? typed)
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}
