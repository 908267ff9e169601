import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { stampOf } from '../barcode.js';
import { readPng } from '../picture.js';
import { XDisplay } from '../x-display.js';

import { Canvas } from './canvas.js';
import { type PainterCommand, type PainterEvent, type Scene, scenes } from './messages.js';
import { ScenePainter } from './scenes.js';

/*
 * Paints scenes on the display that DISPLAY and XAUTHORITY name. Run by hand it shows `--scene`
 * until it is ended; run by `Painter` it takes commands over the channel to its parent.
 */

const { values } = parseArgs({
  options: {
    scene: { type: 'string', default: 'busy' },
    fps: { type: 'string', default: '60' },
    'text-page': { type: 'string' },
  },
});

const wallClockMs = (): number => performance.timeOrigin + performance.now();

function report(event: PainterEvent): void {
  process.send?.(event);
}

function sceneNamed(name: string): Scene {
  const scene = scenes.find((known) => known === name);
  if (!scene) throw new Error(`unknown scene ${name}; there are ${scenes.join(', ')}`);
  return scene;
}

/** Carries out one command until the next replaces it. */
class PaintLoop {
  #generation = 0;

  constructor(
    readonly canvas: Canvas,
    readonly painter: ScenePainter,
  ) {}

  async run(command: PainterCommand): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    const fixedStamp = command.type === 'hold' ? command.stamp : null;
    const intervalMs = command.type === 'show' ? 1000 / command.framesPerSecond : Infinity;
    let dueMs = performance.now();
    let first = true;
    while (generation === this.#generation) {
      const stamp = fixedStamp ?? stampOf(wallClockMs());
      this.painter.draw(command.scene, stamp);
      // Waiting for the server bounds what is queued: when it cannot keep up, frames are skipped.
      await this.canvas.show();
      if (first) report({ type: 'painted', stamp });
      first = false;
      if (command.type === 'hold') return;
      dueMs = Math.max(dueMs + intervalMs, performance.now() - intervalMs);
      await delay(Math.max(0, dueMs - performance.now()));
    }
  }
}

const display = await XDisplay.connect({
  display: process.env['DISPLAY'] ?? '',
  xauthorityPath: process.env['XAUTHORITY'] ?? '',
});
const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};
display.onLost(fail);
const canvas = new Canvas(display);
const textPage = values['text-page'] ? await readPng(values['text-page']) : null;
const loop = new PaintLoop(canvas, new ScenePainter(canvas, textPage));

if (process.send) {
  process.on('message', (command: PainterCommand) => {
    loop.run(command).catch(fail);
  });
  process.once('disconnect', () => process.exit(0));
  report({ type: 'ready' });
} else {
  await loop.run({
    type: 'show',
    scene: sceneNamed(values.scene),
    framesPerSecond: Number(values.fps),
  });
}
