import { BrokerError } from '../../domain/errors.ts';
import {
  answerOf,
  evidenceOf,
  isIdentityFailure,
  isRefusal,
  type ServiceAnswer,
} from '../azureCalls/answer.ts';

function reasonOf(answer: ServiceAnswer): string {
  if (isIdentityFailure(answer))
    return "the broker's managed identity got no token for it. Try again shortly.";
  if (isRefusal(answer)) {
    return (
      "it refuses the broker: the broker's identity needs the role Key Vault Secrets Officer, " +
      'and the network has to let it in. Whoever runs this deployment can mend it.'
    );
  }
  if (answer.status === 429) return 'it is asked too much at the moment. Try again shortly.';
  if (answer.status === undefined) return 'it did not answer in time. Try again shortly.';
  return 'it gave no usable answer. Try again shortly.';
}

/** What failed, in plain words; the cause keeps status and code, never a value. */
export function asVaultUnavailable(what: string, error: unknown): BrokerError {
  const answer = answerOf(error);
  const { retryAfterSeconds } = answer;
  const code = isRefusal(answer) ? 'deployment_misconfigured' : 'vault_unavailable';
  return new BrokerError(code, `The key vault could not ${what}: ${reasonOf(answer)}`, {
    cause: evidenceOf(error),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
