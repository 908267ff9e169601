import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import type { DesktopEndpoints } from '../../../media-host/desktop/desktop-parts.js';
import type { Desktop } from '../../../media-host/desktop/desktop.js';
import { Desktops } from '../../../media-host/desktop/desktops.js';
import type { DesktopStatus } from '../../../signaling/protocol/room.js';
import type { ColourPicture } from '../../tools/luma.js';
import type { ProcessEntry } from '../../tools/processes.js';
import { processTree } from '../../tools/processes.js';

/** The programs without which no desktop starts. */
export const desktopPrograms = ['Xvnc', 'pulseaudio', 'dbus-run-session', 'bwrap'];

/** A desktop that shows nothing but what the test draws. */
export const emptyDesktop = 'exec sleep infinity';

/** A media host's desktops in a data folder of their own. */
export class RoomsUnderTest {
  private constructor(
    readonly dataDir: string,
    readonly desktops: Desktops,
  ) {}

  /** @param command what desktops run, or null for their own session */
  static async open(command: string | null): Promise<RoomsUnderTest> {
    const dataDir = await mkdtemp(join(tmpdir(), 'share-space-data-'));
    const desktops = await Desktops.open({
      dataDir,
      desktopCommand: command,
      logger: pino({ level: process.env['SHARE_SPACE_TEST_LOG'] ?? 'silent' }),
    });
    return new RoomsUnderTest(dataDir, desktops);
  }

  create(roomId: string): Desktop {
    return this.desktops.create({
      roomId,
      size: { width: 1280, height: 720 },
      framesPerSecond: 30,
      videoBitrateKbps: 4000,
      videoBitrateMinKbps: 500,
    });
  }

  home(roomId: string): string {
    return join(this.dataDir, 'rooms', roomId, 'home');
  }

  async close(): Promise<void> {
    await this.desktops.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** Resolves when the desktop next reaches a state. */
export function reached(desktop: Desktop, state: DesktopStatus['state']): Promise<DesktopStatus> {
  return new Promise((resolve) => {
    const look = (status: DesktopStatus): void => {
      if (status.state !== state) return;
      desktop.off('status', look);
      resolve(status);
    };
    desktop.on('status', look);
  });
}

/** Starts a desktop and waits until it runs. */
export async function running(desktop: Desktop): Promise<DesktopEndpoints> {
  const isRunning = reached(desktop, 'running');
  desktop.start();
  await isRunning;
  return endpointsOf(desktop);
}

export function endpointsOf(desktop: Desktop): DesktopEndpoints {
  const { endpoints } = desktop;
  if (!endpoints) throw new Error('the desktop has no endpoints');
  return endpoints;
}

/** A pixel as 0xRRGGBB. */
export function pixelAt({ width, data }: ColourPicture, x: number, y: number): number {
  const [blue = 0, green = 0, red = 0] = data.subarray((y * width + x) * 4);
  return (red << 16) | (green << 8) | blue;
}

/** This process' descendants whose command line begins with a program's name. */
export function programs(name: string): ProcessEntry[] {
  return processTree(process.pid).filter(
    ({ commandLine }) => (commandLine.split(' ')[0] ?? '').split('/').pop() === name,
  );
}

/** TCP ports on which a process or its descendants listen. */
export function listeningPorts(pid: number): number[] {
  const inodes = new Set(processTree(pid).flatMap((entry) => socketInodes(entry.pid)));
  const listening = '0A';
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/net/${family}`, 'latin1')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening && inodes.has(fields[9] ?? ''))
      .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)),
  );
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    // It ended meanwhile, or is a process of bubblewrap that lets nobody look.
    return [];
  }
}
