import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../account/clock.ts';
import { KinesisError } from '../account/errors.ts';
import { type Authorization, incompleteSignature, invalidSignature, readAuthorization } from './authorization.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { WireRequest } from './exchange.ts';
import type { Credentials } from './options.ts';

/** @throws KinesisError if a request is not signed correctly. */
export type SignatureCheck = (request: WireRequest) => void;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
/** Largest difference of the two sides' clocks. Source: AWS. */
const CLOCK_SKEW_MS = 15 * 60_000;
/** Longest life of a presigned query, 7 days. Source: AWS. */
const EXPIRY_SECONDS_MAX = 604_800;
/** Cached signing keys; there is one a day and region. */
const KEYS_MAX = 16;

/** Without credentials, only the shape of the signature is checked, not its value. */
export function createSignatureCheck(
  credentials: Credentials | undefined,
  clock: Pick<Clock, 'nowMs'>,
  service: 'kinesis' | 'firehose',
): SignatureCheck {
  if (credentials === undefined) return checkShape;
  const verifier = new SignatureVerifier(credentials, clock, service);
  return (request) => verifier.check(request);
}

/** Recognises the usual header without parsing it. */
function checkShape(request: WireRequest): void {
  const { authorization, 'x-amz-date': date } = request.headers;
  const isUsual =
    authorization !== undefined &&
    date !== undefined &&
    request.target === '/' &&
    USUAL_AUTHORIZATION.test(authorization);
  if (!isUsual) readAuthorization(request);
}

const USUAL_AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=[^, ]+, ?SignedHeaders=[^, ]+, ?Signature=[^, ]+$/;

interface Scope {
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
}

/** Checks signatures of version 4 of one access key. @internal */
export class SignatureVerifier {
  readonly #credentials: Credentials;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #service: string;
  readonly #keys = new Map<string, Buffer>();

  constructor(credentials: Credentials, clock: Pick<Clock, 'nowMs'>, service = 'kinesis') {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#service = service;
  }

  /** @throws KinesisError with AWS's code and, if the signature does not match, the text that it should sign. */
  check(request: WireRequest): void {
    const authorization = readAuthorization(request);
    const scope = this.#scopeOf(authorization);
    this.#checkAge(authorization);
    if (scope.accessKey !== this.#credentials.accessKey) {
      // AWS's JSON services return this code; the list of common errors calls it InvalidClientTokenId.
      throw new KinesisError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    const { signedHeaders, signature, date } = authorization;
    if (!/(?:^|;)(?:host|:authority)(?:;|$)/.test(signedHeaders)) {
      throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    const canonical = canonicalRequest(request, signedHeaders);
    const toSign = stringToSign(date, `${scope.day}/${scope.region}/${this.#service}/${TERMINATOR}`, canonical);
    const right = createHmac('sha256', this.#keyOf(scope)).update(toSign).digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw mismatch(canonical, toSign);
    const declared = request.headers['x-amz-content-sha256'];
    if (declared !== undefined && declared !== hash('sha256', request.body)) {
      throw invalidSignature("The body does not have the hash that 'X-Amz-Content-Sha256' names.");
    }
  }

  #scopeOf({ algorithm, credential, date }: Authorization): Scope {
    if (algorithm !== ALGORITHM) throw incompleteSignature(`Unsupported AWS 'algorithm': '${algorithm}'.`);
    const parts = credential.split('/');
    if (parts.length !== 5) {
      throw incompleteSignature(
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'.`,
      );
    }
    const [accessKey = '', day = '', region = '', service, term] = parts;
    if (service !== this.#service) {
      throw invalidSignature(`Credential should be scoped to correct service: '${this.#service}'.`);
    }
    if (term !== TERMINATOR) {
      throw invalidSignature(`Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${term}'.`);
    }
    if (!date.startsWith(day) || day.length !== 8) {
      throw invalidSignature(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${date.slice(0, 8)}', from '${date}'.`,
      );
    }
    return { accessKey, day, region };
  }

  #checkAge({ date, expiresSeconds }: Authorization): void {
    const signedMs = parseDate(date);
    if (signedMs === undefined) {
      throw incompleteSignature(
        `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
    }
    const nowMs = this.#clock.nowMs();
    const livesMs = expiresSeconds === undefined ? CLOCK_SKEW_MS : expiryMs(expiresSeconds);
    if (nowMs > signedMs + livesMs)
      throw requestExpired(`Signature expired: ${date} is now earlier than ${formatDate(nowMs - livesMs)}`, nowMs);
    if (signedMs > nowMs + CLOCK_SKEW_MS) {
      throw requestExpired(
        `Signature not yet current: ${date} is still later than ${formatDate(nowMs + CLOCK_SKEW_MS)}`,
        nowMs,
      );
    }
  }

  #keyOf({ day, region }: Scope): Buffer {
    const name = `${day}/${region}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear();
    let key = Buffer.from(`AWS4${this.#credentials.secretKey}`);
    for (const part of [day, region, this.#service, TERMINATOR]) key = createHmac('sha256', key).update(part).digest();
    this.#keys.set(name, key);
    return key;
  }
}

const stringToSign = (date: string, scope: string, canonical: string): string =>
  `${ALGORITHM}\n${date}\n${scope}\n${hash('sha256', canonical)}`;

function mismatch(canonical: string, toSign: string): KinesisError {
  return invalidSignature(
    `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
  );
}

const requestExpired = (what: string, nowMs: number): KinesisError =>
  new KinesisError('RequestExpired', `${what} (the time here is ${formatDate(nowMs)}).`);

function expiryMs(expiresSeconds: string): number {
  const seconds = /^\d{1,6}$/.test(expiresSeconds) ? Number(expiresSeconds) : 0;
  if (seconds >= 1 && seconds <= EXPIRY_SECONDS_MAX) return seconds * 1000;
  throw incompleteSignature(`X-Amz-Expires must be a number of seconds from 1 to ${EXPIRY_SECONDS_MAX}.`);
}

/** Epoch ms of 20150830T123600Z. Undefined for any other form. */
function parseDate(date: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

const formatDate = (epochMs: number): string => new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
