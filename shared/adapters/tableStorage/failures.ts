import { BrokerError } from '../../domain/errors.ts';
import {
  answerOf,
  evidenceOf,
  isIdentityFailure,
  isRefusal,
  type ServiceAnswer,
} from '../azureCalls/answer.ts';
import { type Deadline, deadlineIn } from '../azureCalls/attempt.ts';

/** Longest time that one method of the store takes, in milliseconds. */
const methodMilliseconds = 5000;

export function isMissingTable(error: unknown): boolean {
  return answerOf(error).code === 'TableNotFound';
}

export function isMissingRow(error: unknown): boolean {
  return answerOf(error).status === 404 && !isMissingTable(error);
}

/** Whether a conditional write was answered "something moved": exists already, was changed, or is gone. */
export function isConflict(error: unknown): boolean {
  const { status, code } = answerOf(error);
  if (status === 409) return code === 'EntityAlreadyExists';
  return status === 412 || isMissingRow(error);
}

function detailOf(answer: ServiceAnswer): string {
  if (isIdentityFailure(answer)) {
    return "The broker's managed identity got no token for its storage account. Try again shortly.";
  }
  if (isRefusal(answer)) {
    return (
      'The storage account refuses the broker: its identity needs the role Storage Table Data Contributor, ' +
      'and the network has to let it in. Whoever runs this deployment can mend it.'
    );
  }
  if (answer.status === 429 || answer.status === 503) {
    return 'The storage account is busy. Nothing was lost; try again shortly.';
  }
  return 'The storage account gave no usable answer in time. Try again shortly.';
}

/**
 * An answer that calls the request malformed, or an error that is neither the service's, the network's nor
 * time's.
 */
function isOurMistake({ name, status }: ServiceAnswer): boolean {
  if (status !== undefined) return status === 400 || status === 413;
  const isOutside = ['RestError', 'AbortError', 'TimeoutError'].includes(name) || isIdentityFailure({ name });
  return !isOutside;
}

function asBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const answer = answerOf(error);
  const cause = evidenceOf(error);
  if (isOurMistake(answer)) {
    return new BrokerError('internal', 'The broker sent its storage account something it does not take.', {
      cause,
    });
  }
  const { retryAfterSeconds } = answer;
  const code = isRefusal(answer) ? 'deployment_misconfigured' : 'storage_unavailable';
  return new BrokerError(code, detailOf(answer), {
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/**
 * Runs one method of the store within five seconds.
 * @throws BrokerError `storage_unavailable`, whose cause names status and code; `internal` for a bug of ours.
 */
export async function answering<T>(work: (until: Deadline) => Promise<T>): Promise<T> {
  try {
    return await work(deadlineIn(methodMilliseconds));
  } catch (error) {
    throw asBrokerError(error);
  }
}
