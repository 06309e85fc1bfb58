import { setTimeout as pause } from 'node:timers/promises';
import type { TestCaller } from '../callers.js';
import type { HttpResponse } from '../http-client.js';
import { ImageSession } from '../image-session.js';
import type { Outcome, Possibilities } from './possibilities.js';
import type { SeededRandom } from './seeded-random.js';
import type { Trace } from './trace.js';

/** Every request is answered, or its connection ends, long before that. */
const ANSWER_LIMIT_MS = 120_000;
const PAUSE_AFTER_FAILURE_MS = 50;

/** Whom clients ask, and where they write down what they are told. */
export type Served = Readonly<{
  trace: Trace;
  /** Base URLs, any of which answers all requests. */
  urls: readonly string[];
  admin: TestCaller;
}>;

/** What a request is about. */
type Subject = Readonly<{ id: string; exists: Possibilities<boolean> }>;

/** One thing that is asked for. */
export type Asked = Readonly<{
  what: string;
  about: Subject | null;
  /** Statuses that acknowledge it. */
  success: readonly number[];
  act: (session: ImageSession) => Promise<HttpResponse>;
  /** Who asks; default: the client itself. */
  asAdmin?: boolean;
}>;

type Sent = Readonly<{ outcome: Outcome; response: HttpResponse | null }>;

/** Sends the requests of one client to whoever listens, and writes down how each of them ended. */
export class Requester {
  private isOver = false;

  constructor(
    private readonly caller: TestCaller,
    private readonly random: SeededRandom,
    private readonly served: () => Served,
  ) {}

  /** Where nobody listens any more it asks no further. */
  end(): void {
    this.isOver = true;
  }

  /** @returns an answer only if it came whole */
  async send({ what, about, success, act, asAdmin = false }: Asked): Promise<Sent> {
    const { trace, admin } = this.served();
    const subject = about?.id ?? null;
    const ended = trace.begin(this.caller.project, asAdmin ? `${what} as admin` : what, subject);
    const caller = asAdmin ? admin : this.caller;
    const response = await this.answered((url) => act(new ImageSession(() => url, caller)));
    if (typeof response === 'string') {
      ended('unanswered', response);
      if (response.includes(NO_ANSWER)) trace.violated(`${what}: ${response}`, subject);
      await pause(PAUSE_AFTER_FAILURE_MS);
      return { outcome: 'unanswered', response: null };
    }
    const outcome = outcomeOf(response.status, success);
    ended(outcome, `${response.status} ${outcome === 'acknowledged' ? '' : response.text.slice(0, 300)}`);
    if (isBug(response, about)) trace.violated(`${what} was answered ${response.status}: ${response.text}`, subject);
    return { outcome, response };
  }

  /** Asks for another value of a field. */
  async write<Value>(field: Possibilities<Value>, value: Value, asked: Asked): Promise<Outcome> {
    const settle = field.write(value);
    const { outcome } = await this.send(asked);
    settle(outcome);
    return outcome;
  }

  /** Where nobody listens nobody was asked. @returns why there is no answer, if there is none */
  private async answered(act: (url: string) => Promise<HttpResponse>): Promise<HttpResponse | string> {
    const { urls } = this.served();
    for (let turn = this.random.below(urls.length); ; turn += 1) {
      const answer = await answerOf(act(urls[turn % urls.length] ?? '')).catch((error: unknown) => String(error));
      if (typeof answer !== 'string' || !answer.includes('ECONNREFUSED') || this.isOver) return answer;
      await pause(PAUSE_AFTER_FAILURE_MS);
    }
  }
}

const NO_ANSWER = 'nobody has answered, and the connection stands';

async function answerOf(response: Promise<HttpResponse>): Promise<HttpResponse> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(NO_ANSWER)), ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([response, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nobody knows how far a request has come that could not be answered as it should. */
const outcomeOf = (status: number, success: readonly number[]): Outcome => {
  if (success.includes(status)) return 'acknowledged';
  return status >= 500 ? 'unanswered' : 'refused';
};

/** Outages are told as such, with a time to try again; and nothing that clients do here is wrong in itself. */
const isBug = ({ status, headers }: HttpResponse, about: Subject | null): boolean =>
  (status >= 500 && (status !== 503 || headers['retry-after'] === undefined)) ||
  status === 400 ||
  status === 401 ||
  (status === 404 && about?.exists.is(true) === true);
