import { readFileSync, readdirSync } from 'node:fs';

/** One process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** Arguments separated by spaces; empty for kernel threads and zombies. */
  readonly commandLine: string;
  /** User and system time used so far, ms. */
  readonly cpuMs: number;
  /** Resident memory, bytes. */
  readonly residentBytes: number;
  /** Start in clock ticks since boot; with the pid it names a process for good. */
  readonly startTicks: number;
}

/** Linux has reported CPU time in ticks of 10 ms on every architecture for decades. */
const tickMs = 10;
const pageSizeBytes = 4096;

function readEntry(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The name in brackets may contain anything; proc(5) counts fields from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const field = (number: number): number => Number(fields[number - 3]);
    return {
      pid,
      parentPid: field(4),
      commandLine,
      cpuMs: (field(14) + field(15)) * tickMs,
      startTicks: field(22),
      residentBytes: field(24) * pageSizeBytes,
    };
  } catch (error) {
    // A process that ended while /proc was read; anything else is a fault of ours.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** A process and all that descend from it; zombies left out. */
export function processTree(rootPid: number): ProcessEntry[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? []);
  const tree = entries.filter((entry) => entry.pid === rootPid);
  // The list grows while it is walked.
  for (const { pid } of tree) tree.push(...entries.filter((entry) => entry.parentPid === pid));
  return tree;
}

/** True while a process that was seen before is still the same one. */
export function isAlive(entry: ProcessEntry): boolean {
  return readEntry(entry.pid)?.startTicks === entry.startTicks;
}

/** Groups in which CPU use is reported; the first pattern that matches a command line counts. */
const groups: readonly (readonly [string, RegExp])[] = [
  ['pipeline', /media-host\/pipeline\/main\.js/],
  ['fan-out', /media-host\/fan-out\/main\.js/],
  ['Xvnc', /^(\S*\/)?Xvnc /],
  ['signaling', /signaling\/main\.js/],
  ['media-host', /media-host\/\S*main\.js/],
  ['painter', /tools\/painter\/main\.js/],
  ['ffmpeg', /^(\S*\/)?ffmpeg /],
  ['sound', /^(\S*\/)?(pulseaudio|pacat|parec) /],
  ['browser', /^\S*\/(chromium|firefox|firefox-esr)( |$)/],
  ['desktop', /^(\S*\/)?(xf|bwrap|dbus-)|xfce4/],
  ['bench', /test\/bench\/\S+\.js/],
];

/** The group of a process, for reports; `other` when it is of none. */
export function groupOf(commandLine: string): string {
  return groups.find(([, pattern]) => pattern.test(commandLine))?.[0] ?? 'other';
}

/** CPU time the whole machine has spent working since it started, ms; proc(5), `cpu` of /proc/stat. */
function machineBusyMs(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) * tickMs;
}

/**
 * Share of one core that each group of processes used, percent. `elsewhere` is what the rest of the
 * machine used: much of it, and the run was disturbed.
 */
export type CpuShares = Readonly<Record<string, number>>;

/** Measures CPU use of a process tree from its creation on. */
export class CpuMeter {
  readonly #rootPid: number;
  readonly #startedAtMs = performance.now();
  readonly #busyBeforeMs = machineBusyMs();
  readonly #before: ReadonlyMap<string, number>;

  constructor(rootPid: number = process.pid) {
    this.#rootPid = rootPid;
    this.#before = new Map(processTree(rootPid).map((entry) => [keyOf(entry), entry.cpuMs]));
  }

  /** What was used since creation; of processes that ended meanwhile nothing is known. */
  read(): CpuShares {
    const elapsedMs = performance.now() - this.#startedAtMs;
    const shares: Record<string, number> = {};
    let elsewhereMs = machineBusyMs() - this.#busyBeforeMs;
    for (const entry of processTree(this.#rootPid)) {
      const group = groupOf(entry.commandLine);
      const usedMs = entry.cpuMs - (this.#before.get(keyOf(entry)) ?? 0);
      shares[group] = (shares[group] ?? 0) + (usedMs / elapsedMs) * 100;
      elsewhereMs -= usedMs;
    }
    // Below zero when a process of the tree worked between the two readings.
    return { ...shares, elsewhere: Math.max(0, (elsewhereMs / elapsedMs) * 100) };
  }
}

function keyOf(entry: ProcessEntry): string {
  return `${entry.pid}@${entry.startTicks}`;
}

/** Resident memory of each group of a process tree, MB; pages shared by two processes count twice. */
export function residentMegabytes(rootPid: number = process.pid): Readonly<Record<string, number>> {
  const megabytes: Record<string, number> = {};
  for (const entry of processTree(rootPid)) {
    const group = groupOf(entry.commandLine);
    megabytes[group] = (megabytes[group] ?? 0) + entry.residentBytes / 1e6;
  }
  return megabytes;
}

/** Files, sockets and pipes a process has open. @throws Error when it is gone */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Threads of a process. @throws Error when it is gone */
export function threadCount(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}
