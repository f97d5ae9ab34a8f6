import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Command } from '../support/workspace.js';
import { Recorder } from './recorder.js';

/** What a run of a scenario is made with. */
export interface Launch {
  readonly command: Command;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** An empty folder for the scenario. */
  readonly folder: string;
}

const sampled = {
  role: 'assistant',
  model: 'none',
  stopReason: 'endTurn',
  content: { type: 'text', text: 'a sampled answer, 🙂' },
} as const;

function elicited(mode: string | undefined) {
  if (mode === 'url') return { action: 'accept' } as const;
  const content = { name: 'Ada', check: true, integer: 7, favoriteColor: 'Blue' };
  return { action: 'accept', content: { ...content, interpretation: 'historical' } } as const;
}

/** The official client with every capability declared and every answer fixed. */
export class Session {
  readonly client: Client;
  readonly recorder: Recorder;
  readonly folder: string;
  /** The roots that the client tells of; a scenario may change them. */
  roots: { uri: string; name?: string }[];

  private constructor(launch: Launch) {
    this.folder = launch.folder;
    this.roots = [{ uri: `file://${launch.folder}`, name: 'the folder' }];
    const [command, ...args] = launch.command;
    const env = Object.fromEntries(
      Object.entries(launch.env).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const stdio = new StdioClientTransport({
      command,
      args,
      env,
      cwd: launch.cwd,
      stderr: 'pipe',
    });
    stdio.stderr?.on('data', () => {});
    this.recorder = new Recorder(stdio);
    this.client = new Client(
      { name: 'transcriber', version: '1.0.0', title: 'Transcriber é' },
      {
        capabilities: {
          roots: { listChanged: true },
          sampling: {},
          elicitation: { form: {}, url: {} },
          tasks: {
            list: {},
            cancel: {},
            requests: { sampling: { createMessage: {} }, elicitation: { create: {} } },
          },
        },
        taskStore: new InMemoryTaskStore(),
      },
    );
    this.#answer();
  }

  /** Starts the server, connects, runs the scenario, closes; returns all that went over the wire. */
  static async transcribe(
    launch: Launch,
    scenario: (session: Session) => Promise<void>,
  ): Promise<Recorder> {
    const session = new Session(launch);
    try {
      await session.client.connect(session.recorder);
      await scenario(session);
    } finally {
      await session.client.close();
    }
    return session.recorder;
  }

  async call(name: string, args: Record<string, unknown> = {}): Promise<void> {
    await this.client.callTool({ name, arguments: args });
  }

  /** For requests that the server answers with an error; the error is in the transcript. */
  async fails(request: Promise<unknown>): Promise<void> {
    const failed = await request.then(
      () => false,
      () => true,
    );
    if (!failed) throw new Error('a request that must fail was answered');
  }

  #answer(): void {
    this.client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: this.roots }));
    this.client.setRequestHandler(CreateMessageRequestSchema, async ({ params }, extra) => {
      const { taskStore } = extra;
      if (params.task === undefined || taskStore === undefined) return sampled;
      const task = await taskStore.createTask({ ttl: 60_000 });
      await taskStore.storeTaskResult(task.taskId, 'completed', sampled);
      return { task };
    });
    this.client.setRequestHandler(ElicitRequestSchema, async ({ params }, extra) => {
      const { taskStore } = extra;
      if (params.task === undefined || taskStore === undefined) return elicited(params.mode);
      const task = await taskStore.createTask({ ttl: 60_000 });
      await taskStore.storeTaskResult(task.taskId, 'completed', elicited(params.mode));
      return { task };
    });
  }
}
