/**
 * The RTP capabilities a page loads its mediasoup-client `Device` with. Media travels on
 * data channels, so only Opus is named: it is what a member's microphone would send.
 */
export const routerRtpCapabilities = {
  codecs: [
    {
      kind: 'audio' as const,
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      preferredPayloadType: 111,
      parameters: {},
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
};
