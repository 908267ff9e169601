import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { Child } from '../child.js';
import { type DisplayAccess, displayEnvironment } from '../x-display.js';

import type { PainterCommand, PainterEvent, Scene } from './messages.js';

/** A painter process on a display, and how to tell it what to paint. */
export class Painter {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /**
   * Starts the process; nothing is shown before the first command.
   * @param textPagePath a PNG as `renderTextPage` makes it, for the scenes with text
   */
  static async start(access: DisplayAccess, textPagePath?: string): Promise<Painter> {
    const options = textPagePath ? ['--text-page', textPagePath] : [];
    const child = fork(join(import.meta.dirname, 'main.js'), options, {
      env: displayEnvironment(access),
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      execArgv: [],
    });
    const painter = new Painter(new Child('painter', child));
    await painter.#event('ready');
    return painter;
  }

  /** Paints frames of the present moment. Resolves with the stamp of the first, once it is visible. */
  show(scene: Scene, framesPerSecond = 60): Promise<number> {
    return this.#command({ type: 'show', scene, framesPerSecond });
  }

  /** Paints one still frame. Resolves with its stamp, once it is visible. */
  hold(scene: Scene, stamp: number | null = null): Promise<number> {
    return this.#command({ type: 'hold', scene, stamp });
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  async #command(command: PainterCommand): Promise<number> {
    this.#child.process.send(command);
    const event = await this.#event('painted');
    return event.stamp;
  }

  async #event<T extends PainterEvent['type']>(
    type: T,
  ): Promise<Extract<PainterEvent, { type: T }>> {
    const [event] = (await Promise.race([
      once(this.#child.process, 'message'),
      this.#child.failure(),
    ])) as [PainterEvent];
    if (event.type !== type) throw new Error(`painter said ${event.type} instead of ${type}`);
    return event as Extract<PainterEvent, { type: T }>;
  }
}
