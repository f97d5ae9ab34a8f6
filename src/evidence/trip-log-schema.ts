/** The two schemas in use in the field. */
export type SchemaVersion = 'v1' | 'v2';

export const V1_REASONS = ['loop_detected', 'budget_exceeded', 'contract_drift_blocked'] as const;

export const V2_REASONS = [
  ...V1_REASONS,
  'policy_denied',
  'rate_limited',
  'ingress_validate_blocked',
  'response_schema_drift',
  'kill_switch_active',
  'device_unenrolled',
  'stale_policy_bundle',
] as const;

export type TripReason = (typeof V2_REASONS)[number];

export interface TripCall {
  /** From 1. */
  readonly step: number;
  readonly tool: string;
  /** At least 8 code points. */
  readonly argsHash: string;
  readonly statusCode?: number | null | undefined;
  readonly errorClass?: string | null | undefined;
}

/** A trip log as fuze writes it; files of others may hold more. */
export interface TripLog {
  readonly tripId: string;
  readonly reason: TripReason;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly calls: readonly TripCall[];
  readonly toolName: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** v2 only, as is `agentId`: under v1 they are in `metadata`. */
  readonly runId?: string | undefined;
  readonly agentId?: string | undefined;
}

/** What a value must be. Lengths are in code points, as JSON Schema counts them. */
export type Rule =
  | { readonly type: 'string'; readonly nullable?: boolean; readonly minLength?: number }
  | { readonly type: 'match'; readonly pattern: RegExp; readonly words: string }
  | { readonly type: 'oneOf'; readonly values: readonly string[] }
  | { readonly type: 'integer'; readonly nullable?: boolean; readonly minimum?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'object'; readonly shape?: Shape }
  | { readonly type: 'array'; readonly items: Rule };

/** The members of an object. */
export interface Shape {
  readonly required: Readonly<Record<string, Rule>>;
  readonly optional: Readonly<Record<string, Rule>>;
  /** Whether members not named here are accepted. */
  readonly open: boolean;
}

const string: Rule = { type: 'string' };
const stringOrNull: Rule = { type: 'string', nullable: true };

function callShape(open: boolean): Shape {
  return {
    required: {
      step: { type: 'integer', minimum: 1 },
      tool: { type: 'string', minLength: 1 },
      argsHash: { type: 'string', minLength: 8 },
    },
    optional: { statusCode: { type: 'integer', nullable: true }, errorClass: stringOrNull },
    open,
  };
}

function tripShape(reasons: readonly string[], open: boolean): Shape {
  return {
    required: {
      tripId: {
        type: 'match',
        pattern: /^fg_[0-9a-f]{12}$/,
        words: '"fg_" and 12 lower-case hex digits',
      },
      reason: { type: 'oneOf', values: reasons },
      createdAt: string,
      calls: { type: 'array', items: { type: 'object', shape: callShape(open) } },
    },
    optional: {
      toolName: stringOrNull,
      watchId: stringOrNull,
      agentAction: string,
      metadata: { type: 'object' },
    },
    open,
  };
}

const v2 = tripShape(V2_REASONS, true);

const evalStep: Shape = {
  required: { ruleId: string, matched: { type: 'boolean' }, action: string },
  optional: { detail: string },
  open: true,
};

/** Both schemas, as tables. */
export const TRIP_LOG_SHAPES: Readonly<Record<SchemaVersion, Shape>> = {
  v1: tripShape(V1_REASONS, false),
  v2: {
    ...v2,
    optional: {
      ...v2.optional,
      deviceId: string,
      orgId: string,
      agentId: string,
      runId: string,
      parentRunId: string,
      environment: string,
      endpointHost: string,
      policyBundleVersion: string,
      policyRuleIds: { type: 'array', items: string },
      evalTrace: { type: 'array', items: { type: 'object', shape: evalStep } },
    },
  },
};
