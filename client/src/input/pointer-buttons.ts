/** Bits of `PointerEvent.buttons` (Pointer Events, section 4.1.1.2) and of the X11 mask they become. */
const buttonBits = [
  { dom: 1 << 0, x11: 1 << 0 }, // left
  { dom: 1 << 2, x11: 1 << 1 }, // middle
  { dom: 1 << 1, x11: 1 << 2 }, // right
  { dom: 1 << 3, x11: 1 << 7 }, // back
  { dom: 1 << 4, x11: 1 << 8 }, // forward
] as const;

export const leftButton = 1 << 0;
export const rightButton = 1 << 2;

/** Translates `PointerEvent.buttons` into the button mask of X11; unknown buttons are left out. */
export function toButtonMask(domButtons: number): number {
  return buttonBits.reduce(
    (mask, bit) => ((domButtons & bit.dom) !== 0 ? mask | bit.x11 : mask),
    0,
  );
}
