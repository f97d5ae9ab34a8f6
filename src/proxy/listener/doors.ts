import { openProcess } from '../process-upstream.js';
import type { ServerAddress, ServerCommand, ServerUrl, Upstream } from '../upstream.js';
import { openUrl } from '../url-upstream.js';
import type { Door } from './door.js';
import { FoundOutDoor } from './found-out-door.js';
import type { GroundFloor } from './ground.js';
import type { Credentials } from './hosted-session.js';
import { LoginDoor } from './login-door.js';
import { RelayDoor } from './relay-door.js';
import { headersToShow, RemoteServer } from './remote-server.js';
import { SseDoor } from './sse-door.js';
import { StreamableDoor } from './streamable-door.js';

/** Builds the ways into a listener. */
export type Doors = (ground: GroundFloor) => readonly Door[];

/** The ways to a server, by where it is and what it speaks. */
export function doorsTo(server: ServerAddress): Doors {
  return 'url' in server ? remoteDoors(server) : commandDoors(server);
}

/** In front of a command: each session starts a server of its own. */
function commandDoors(server: ServerCommand): Doors {
  return (floor) => {
    const ground = { ...floor, openUpstream: () => openFor(floor, server) };
    return [new StreamableDoor(ground), new SseDoor(ground)];
  };
}

function remoteDoors(server: ServerUrl): Doors {
  return (floor) => {
    const openAs = (transport: ServerUrl['transport']) => (credentials: Credentials) =>
      openFor(floor, { ...server, transport, headers: () => headersToShow(server, credentials) });
    const remote = new RemoteServer(server, () => floor.guard.settings().proxy.token);
    const login = new LoginDoor(remote);
    const overSse = new StreamableDoor({ ...floor, openUpstream: openAs('sse') });
    const sse = new SseDoor({ ...floor, openUpstream: openAs(server.transport) });
    switch (server.transport) {
      case 'sse':
        return [overSse, sse, login];
      case 'http':
        return [new RelayDoor(floor, remote), sse, login];
      case undefined:
        return [new FoundOutDoor(floor, remote, overSse), sse, login];
    }
  };
}

function openFor({ guard }: GroundFloor, server: ServerAddress): Upstream {
  const { maxMessageBytes } = guard.settings().proxy;
  return 'url' in server
    ? openUrl(server, maxMessageBytes)
    : openProcess(server, maxMessageBytes, false);
}
