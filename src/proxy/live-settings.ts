import type { Settings } from '../config/settings.js';
import { watchSettings } from '../config/watch.js';
import type { Log } from './log.js';

/** The settings in force: those of the start, until the file changes and is still valid. */
export class LiveSettings {
  current: Settings;
  private readonly watcher: { close(): void } | undefined;

  constructor(settings: Settings, reload: () => Settings, log: Log) {
    this.current = settings;
    if (settings.file === undefined) return;
    this.watcher = watchSettings(
      reload,
      settings.file,
      (changed) => {
        this.current = changed;
        log.info('took up the changed configuration', { file: changed.file });
      },
      (problem) => {
        const text = problem instanceof Error ? problem.message : String(problem);
        log.error(`the changed configuration is not taken up: ${text}`);
      },
    );
  }

  close(): void {
    this.watcher?.close();
  }
}
