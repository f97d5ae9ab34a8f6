import type { ServerCommand } from '../proxy-options.js';
import { ChildUpstream } from '../upstream.js';
import type { Door } from './door.js';
import type { Ground } from './ground.js';
import { SseDoor } from './sse-door.js';
import { StreamableDoor } from './streamable-door.js';

/** Builds the ways into a listener. */
export type Doors = (ground: Omit<Ground, 'openUpstream'>) => readonly Door[];

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
