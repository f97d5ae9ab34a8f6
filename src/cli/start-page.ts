import { packageVersion } from '../library/package-version.js';

/** What `fuze` alone says: what it is, and the three things to do first. */
export function startPage(): string {
  return `fuze ${packageVersion()}, the fuse box for AI agents. It stands between an MCP client and its servers, and stops
calls that go round, run twice, or cost too much.

  fuze demo        see it at work, with nothing installed or changed
  fuze install     guard the clients on this machine; shows what would change, and asks
  fuze doctor      check that everything works

Then:  fuze status  what the guarded servers do    fuze init  limits of your own
       fuze reset   let a stopped run go on        fuze uninstall  take it all out again

All commands: fuze --help. What to do when something does not work: docs/troubleshooting.md
`;
}
