import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { MediaMessage } from '../../signaling/protocol/media-message.js';

import type { ColourPicture } from './luma.js';

interface Output {
  readonly stdout: Buffer;
  /** Whatever the program complained of. */
  readonly stderr: string;
}

/** Feeds a program of FFmpeg's and takes all it writes. @throws Error when it fails */
/** Runs a program that reads `input` and writes what comes back. */
export async function pipeThrough(
  command: string,
  args: string[],
  input: Uint8Array,
): Promise<Output> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const pieces: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program that refuses its input closes the pipe; its status says so better.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  return { stdout: Buffer.concat(pieces), stderr };
}

/** An init segment and fragments as one file. */
export function mp4Of(init: MediaMessage, fragments: readonly MediaMessage[]): Buffer {
  return Buffer.concat([init, ...fragments].map(({ payload }) => payload));
}

/**
 * Decodes an MP4 file with the `ffmpeg` command.
 * @returns every frame, and what the decoder complained of
 */
export async function decodeVideo(
  mp4: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Promise<{ frames: ColourPicture[]; complaints: string }> {
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'];
  const { stdout, stderr } = await pipeThrough(
    'ffmpeg',
    ['-v', 'warning', '-f', 'mp4', '-i', 'pipe:0', ...output],
    mp4,
  );
  const frameSizeBytes = size.width * size.height * 4;
  const count = stdout.length / frameSizeBytes;
  if (!Number.isInteger(count)) throw new Error(`${stdout.length} bytes are no whole frames`);
  const frames = Array.from({ length: count }, (_, at) => ({
    ...size,
    order: 'rgba' as const,
    data: stdout.subarray(at * frameSizeBytes, (at + 1) * frameSizeBytes),
  }));
  return { frames, complaints: stderr.trim() };
}

/** One packet as `ffprobe` sees it; times in the track's timescale. */
export interface ProbedPacket {
  readonly pts: number;
  readonly isKey: boolean;
}

/**
 * Reads the packets of an MP4 file with the `ffprobe` command.
 * @returns the packets, and what it complained of
 */
export async function probePackets(
  mp4: Uint8Array,
): Promise<{ packets: ProbedPacket[]; complaints: string }> {
  const entries = ['-show_entries', 'packet=pts,flags', '-of', 'csv=p=0'];
  const { stdout, stderr } = await pipeThrough(
    'ffprobe',
    ['-v', 'warning', '-f', 'mp4', ...entries, 'pipe:0'],
    mp4,
  );
  const packets = stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [pts, flags = ''] = line.split(',');
      return { pts: Number(pts), isKey: flags.startsWith('K') };
    });
  return { packets, complaints: stderr.trim() };
}
