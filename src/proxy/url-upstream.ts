import { openRemote } from '../transport/remote-upstream.js';
import { UpstreamTarget } from '../transport/upstream-request.js';
import type { Ending } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import type { ServerUrl, Upstream } from './upstream.js';

/** A remote server, and the connections to it. */
export function openUrl(
  { url, transport: kind, headers }: ServerUrl,
  maxMessageBytes: number,
): Upstream {
  const target = new UpstreamTarget(url);
  const transport = openRemote({ target, maxMessageBytes, headers }, kind);
  return {
    transport,
    ended: new OneTimeEvent<Ending>(),
    transportEnded: () => {},
    stop: async () => {
      await transport.close();
      target.close();
    },
    killNow: () => target.close(),
  };
}
