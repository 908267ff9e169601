import { LinkEmulator } from './link-emulator.js';
import type { LinkCommand, LinkEvent, LinkStart } from './link-messages.js';

/* A link in a process of its own, so that what a test does meanwhile delays no packet. */

const { settings, seed } = JSON.parse(process.argv[2] ?? '') as LinkStart;
const link = await LinkEmulator.start(settings, seed);

function report(event: LinkEvent): void {
  process.send?.(event);
}

process.on('message', (command: LinkCommand) => {
  if (command.type === 'change') link.change(command.settings);
  report({ type: 'state', isJoined: link.isJoined, ...link.counters });
});
process.on('disconnect', () => process.exit(0));
report({ type: 'ready', portA: link.portA, portB: link.portB });
