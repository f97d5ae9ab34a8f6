/**
 * How one provider names the counts of its report. Counts of one row are added up; a dot leads one level down.
 */
export interface UsageShape {
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Read from a cache, and counted in `input` as well. */
  readonly cachedWithin?: string;
  /** Read from a cache and written to it, and not counted in `input`. */
  readonly cacheRead?: string;
  readonly cacheWritten?: string;
}

const AWS = 'x-amzn-bedrock';

/** The reports that are understood. The first shape of which a count is there is the one. */
export const USAGE_SHAPES: readonly UsageShape[] = [
  // OpenAI chat completions and embeddings, Mistral, and all that imitate them.
  {
    input: ['prompt_tokens'],
    output: ['completion_tokens'],
    cachedWithin: 'prompt_tokens_details.cached_tokens',
  },
  // Gemini: thoughts are paid as output, and are no part of the candidates.
  {
    input: ['promptTokenCount', 'toolUsePromptTokenCount'],
    output: ['candidatesTokenCount', 'thoughtsTokenCount'],
    cachedWithin: 'cachedContentTokenCount',
  },
  // Anthropic, OpenAI responses, Cohere.
  {
    input: ['input_tokens'],
    output: ['output_tokens'],
    cachedWithin: 'input_tokens_details.cached_tokens',
    cacheRead: 'cache_read_input_tokens',
    cacheWritten: 'cache_creation_input_tokens',
  },
  // Bedrock: Converse, the metrics of a stream, the headers of InvokeModel.
  {
    input: ['inputTokens'],
    output: ['outputTokens'],
    cacheRead: 'cacheReadInputTokens',
    cacheWritten: 'cacheWriteInputTokens',
  },
  {
    input: ['inputTokenCount'],
    output: ['outputTokenCount'],
    cacheRead: 'cacheReadInputTokenCount',
    cacheWritten: 'cacheWriteInputTokenCount',
  },
  {
    input: [`${AWS}-input-token-count`],
    output: [`${AWS}-output-token-count`],
    cacheRead: `${AWS}-cache-read-input-token-count`,
    cacheWritten: `${AWS}-cache-write-input-token-count`,
  },
  // Gemini as its Python library writes it, and Llama on Bedrock.
  {
    input: ['prompt_token_count', 'tool_use_prompt_token_count'],
    output: ['candidates_token_count', 'thoughts_token_count', 'generation_token_count'],
    cachedWithin: 'cached_content_token_count',
  },
];

/** Members that hold a report. */
export const REPORT_NAMES: ReadonlySet<string> = new Set([
  'usage',
  'usageMetadata',
  'usage_metadata',
  'tokenUsage',
  'token_usage',
  'billed_units',
  'tokens',
  'metrics',
  'amazon-bedrock-invocationMetrics',
  'headers',
  'HTTPHeaders',
]);

/** Members that hold an answer of a model with its report inside. */
export const WRAPPER_NAMES: ReadonlySet<string> = new Set([
  '_meta',
  'meta',
  'metadata',
  'response',
  'response_metadata',
  'ResponseMetadata',
  'result',
  'completion',
  'message',
  'output',
]);

/** Members that name the model. */
export const MODEL_NAMES: readonly string[] = [
  'model',
  'modelId',
  'model_id',
  'modelVersion',
  'model_version',
  'modelName',
  'model_name',
];
