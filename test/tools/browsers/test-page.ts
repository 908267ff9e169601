/*
 * One way to drive a page, whatever the browser: the tests and benchmarks do the same in Chromium
 * (playwright-core) and in stock Firefox (puppeteer-core, WebDriver BiDi). Elements are named by
 * their `data-testid`.
 */

import type { Namespace } from '../network/namespace.js';

export type BrowserName = 'chromium' | 'firefox';

export interface TestPage {
  /** Messages of uncaught errors and of `console.error`, oldest first. */
  readonly errors: readonly string[];
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a script in every document of this page before the document's own scripts. */
  addInitScript(source: string): Promise<void>;
  /** The value of an expression in the page, awaited; it has to survive JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until the element is visible. Rejects after `timeoutMs`. */
  waitFor(testId: string, timeoutMs?: number): Promise<void>;
  fill(testId: string, text: string): Promise<void>;
  click(testId: string): Promise<void>;
  /** Text of an element as a person reads it. */
  text(testId: string): Promise<string>;
  /** Presses a key by its DOM name: `a`, `Enter`, `Escape`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Moves the mouse to a point of the page, CSS pixels. */
  moveMouse(x: number, y: number): Promise<void>;
  /** Presses and lets go of the left button where the mouse is. */
  mouseDown(): Promise<void>;
  mouseUp(): Promise<void>;
  /** Turns the wheel where the mouse is, CSS pixels; positive is down. */
  turnWheel(deltaY: number): Promise<void>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface TestBrowser {
  readonly name: BrowserName;
  readonly version: string;
  /** A page in a context of its own: no cookies, storage or permissions of other pages. */
  newPage(size?: PageSize): Promise<TestPage>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** The network the browser is in; by default the machine's own. Chromium alone can be in another. */
  readonly namespace?: Namespace;
  /** Environment of the browser; a PulseAudio named in it is where its sound goes. */
  readonly env?: NodeJS.ProcessEnv;
}

/** CSS pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Room for a desktop of 1280x720 at its own size, with the page's controls around it. */
export const defaultPageSize: PageSize = { width: 1440, height: 900 };
export const defaultTimeoutMs = 15_000;

export function selectorOf(testId: string): string {
  return `[data-testid="${testId}"]`;
}
