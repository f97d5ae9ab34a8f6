/** An option as it is completed. */
export interface OptionWords {
  readonly long: string;
  readonly description: string;
  /** It takes a value. */
  readonly takesValue: boolean;
}

/** A command as it is completed. */
export interface CommandWords {
  /** The words after `fuze`; empty for fuze itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

/** A command with all below it, the outer ones first. */
export function withInner(command: CommandWords): CommandWords[] {
  return [command, ...command.commands.flatMap(withInner)];
}

export function nameOf({ path }: CommandWords): string {
  return path.at(-1) ?? '';
}
