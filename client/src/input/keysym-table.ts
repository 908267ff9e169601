/*
 * X11 keysyms (X11 protocol, appendix A; keysymdef.h) of the keys whose `KeyboardEvent.key`
 * is a name and not the character typed (UI Events KeyboardEvent key Values).
 */

/** Keys that exist on the left and on the right: `[left, right]`. */
export const sidedKeysyms: ReadonlyMap<string, readonly [left: number, right: number]> = new Map([
  ['Shift', [0xffe1, 0xffe2]],
  ['Control', [0xffe3, 0xffe4]],
  ['Alt', [0xffe9, 0xffea]],
  ['Meta', [0xffeb, 0xffec]], // Super_L, Super_R
]);

const firstFunctionKey = 0xffbe;

export const namedKeysyms: ReadonlyMap<string, number> = new Map<string, number>([
  ['Backspace', 0xff08],
  ['Tab', 0xff09],
  ['Clear', 0xff0b],
  ['Enter', 0xff0d],
  ['Pause', 0xff13],
  ['Escape', 0xff1b],
  ['Delete', 0xffff],

  ['Home', 0xff50],
  ['ArrowLeft', 0xff51],
  ['ArrowUp', 0xff52],
  ['ArrowRight', 0xff53],
  ['ArrowDown', 0xff54],
  ['PageUp', 0xff55],
  ['PageDown', 0xff56],
  ['End', 0xff57],

  ['Select', 0xff60],
  ['PrintScreen', 0xff61],
  ['Execute', 0xff62],
  ['Insert', 0xff63],
  ['Undo', 0xff65],
  ['Redo', 0xff66],
  ['ContextMenu', 0xff67],
  ['Find', 0xff68],
  ['Cancel', 0xff69],
  ['Help', 0xff6a],

  // Japanese and Korean keys, which the input method of the desktop expects.
  ['NonConvert', 0xff22],
  ['Convert', 0xff23],
  ['Romaji', 0xff24],
  ['Hiragana', 0xff25],
  ['Katakana', 0xff26],
  ['HiraganaKatakana', 0xff27],
  ['Zenkaku', 0xff28],
  ['Hankaku', 0xff29],
  ['ZenkakuHankaku', 0xff2a],
  ['KanaMode', 0xff2d],
  ['Eisu', 0xff2f],
  ['Alphanumeric', 0xff30],
  ['HangulMode', 0xff31],
  ['HanjaMode', 0xff34],

  // XF86 keys of the browser's window, useful to the browser on the desktop.
  ['BrowserBack', 0x1008ff26],
  ['BrowserForward', 0x1008ff27],
  ['BrowserRefresh', 0x1008ff29],
  ['BrowserHome', 0x1008ff18],
  ['BrowserSearch', 0x1008ff1b],

  ...Array.from({ length: 24 }, (_, index): [string, number] => [
    `F${index + 1}`,
    firstFunctionKey + index,
  ]),
]);

/** The Enter key of the number pad; the rest of the pad types plain characters. */
export const keypadEnter = 0xff8d;

/**
 * Keys that stay with the person's own machine. The lock keys already show in the characters
 * typed and would act twice; volume and brightness are meant for the screen in front.
 */
export const localKeys: ReadonlySet<string> = new Set([
  'CapsLock',
  'NumLock',
  'ScrollLock',
  'Fn',
  'FnLock',
  'Hyper',
  'Super',
  'Symbol',
  'SymbolLock',
  'AudioVolumeUp',
  'AudioVolumeDown',
  'AudioVolumeMute',
  'MediaPlayPause',
  'MediaStop',
  'MediaTrackNext',
  'MediaTrackPrevious',
  'BrightnessUp',
  'BrightnessDown',
  'Power',
  'Unidentified',
]);
