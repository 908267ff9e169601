import { pipeThrough } from '../decode-video.js';

import { sampleRateHz } from './beeps.js';

/**
 * Decodes an MP4 file with AAC in it with the `ffmpeg` command.
 * @returns the left channel
 */
export async function decodeAac(mp4: Uint8Array): Promise<Float32Array> {
  const output = ['-af', 'pan=mono|c0=c0', '-f', 'f32le', '-ar', String(sampleRateHz), 'pipe:1'];
  const input = ['-v', 'error', '-f', 'mp4', '-i', 'pipe:0'];
  const { stdout, stderr } = await pipeThrough('ffmpeg', [...input, ...output], mp4);
  if (stderr !== '') throw new Error(stderr);
  return new Float32Array(Uint8Array.from(stdout).buffer);
}
