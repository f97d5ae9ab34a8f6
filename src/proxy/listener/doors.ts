import type { ServerCommand } from '../proxy-options.js';
import { ChildUpstream } from '../upstream.js';
import type { Door } from './door.js';
import type { GroundFloor } from './ground.js';
import { LoginDoor } from './login-door.js';
import { RelayDoor } from './relay-door.js';
import { RemoteServer } from './remote-server.js';
import { SseDoor } from './sse-door.js';
import { StreamableDoor } from './streamable-door.js';

/** Builds the ways into a listener. */
export type Doors = (ground: GroundFloor) => readonly Door[];

/** In front of a command: each session starts a server of its own. */
export function commandDoors(command: ServerCommand): Doors {
  return (ground) => {
    const { maxMessageBytes } = ground.guard.settings().proxy;
    const openUpstream = () => new ChildUpstream(command, maxMessageBytes);
    return [
      new StreamableDoor({ ...ground, openUpstream }),
      new SseDoor({ ...ground, openUpstream }),
    ];
  };
}

/** In front of a server that speaks Streamable HTTP. */
export function relayDoors(url: URL, headers: readonly string[]): Doors {
  return (ground) => {
    const remote = new RemoteServer(url, headers, () => ground.guard.settings().proxy.token);
    return [new RelayDoor(ground, remote), new LoginDoor(remote)];
  };
}
