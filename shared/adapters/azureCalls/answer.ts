import { Evidence } from '../../domain/errors.ts';

/**
 * What an Azure SDK error tells that may be kept and logged: never a body, a header or a message of the
 * service.
 */
export interface ServiceAnswer {
  readonly name: string;
  /** HTTP status; undefined where no answer arrived. */
  readonly status?: number;
  /**
   * The most exact code there is: the service's (`TableNotFound`, `SecretDisabled`) or the system's
   * (`ECONNRESET`).
   */
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly details?: {
    readonly odataError?: { readonly code?: unknown };
    readonly error?: {
      /** As the Key Vault client renames it. */
      readonly innerError?: { readonly code?: unknown };
      readonly innererror?: { readonly code?: unknown };
    };
  };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function retryAfterOf(error: SdkError): number | undefined {
  const header = error.response?.headers?.get('retry-after');
  if (header === undefined || header === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const millisecondsLeft = Date.parse(header) - Date.now();
  return Number.isNaN(millisecondsLeft) ? undefined : Math.max(0, Math.ceil(millisecondsLeft / 1000));
}

/**
 * Reads an error of an Azure SDK, of the network, or of this folder's deadline; anything else has a name
 * only.
 */
export function answerOf(thrown: unknown): ServiceAnswer {
  const error: SdkError = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const status = typeof error.statusCode === 'number' ? error.statusCode : undefined;
  const code =
    asText(error.details?.odataError?.code) ??
    asText(error.details?.error?.innerError?.code) ??
    asText(error.details?.error?.innererror?.code) ??
    asText(error.code);
  const retryAfterSeconds = retryAfterOf(error);
  return {
    name: asText(error.name) ?? typeof thrown,
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** True where the service answered that the broker may not: only whoever runs the deployment can mend that. */
export function isRefusal({ status }: ServiceAnswer): boolean {
  return status === 401 || status === 403;
}

/** True where the broker's own identity got no token, so that the service was never asked. */
export function isIdentityFailure(answer: ServiceAnswer): boolean {
  return answer.name === 'CredentialUnavailableError' || answer.name.startsWith('Authentication');
}

/**
 * An error fit to be a logged `cause`: name, status and code of the one that was caught. The original is left
 * behind on purpose, since its message, request and response can hold what was being written or read.
 */
export function evidenceOf(thrown: unknown): Evidence {
  const answer = answerOf(thrown);
  const words = [answer.name, answer.status, answer.code].filter((word) => word !== undefined);
  const hint = isIdentityFailure(answer) ? `: ${String((thrown as SdkError).message)}` : '';
  return new Evidence(`${words.join(' ')}${hint}`);
}
