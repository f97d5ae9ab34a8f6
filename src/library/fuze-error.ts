/** Numbers and names that belong to an error. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** Every error that fuze itself throws. What a guarded function throws is passed on as it is. */
export class FuzeError extends Error {
  override readonly name: string = 'FuzeError';

  /** `check` names what stopped the work: a check of the guard, or `configuration`, `ended`, `rollback`. */
  constructor(
    readonly check: string,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An option in code, or the `fuze.toml` in force, cannot be understood. The message lists every problem. */
export class ConfigurationError extends FuzeError {
  override readonly name: string = 'ConfigurationError';

  constructor(message: string, options?: ErrorOptions) {
    super('configuration', message, {}, options);
  }
}
