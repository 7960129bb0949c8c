import { GroupCommitter } from './group-committer.js';

const ASKED_AT_ONCE = 500;

/**
 * Questions of many callers that one statement answers together: those that come in one turn of the loop, and those that come while
 * earlier ones are answered. What is answered was read after it was asked.
 */
export class BatchedQuestion<Question, Answer> {
  readonly #questions: GroupCommitter<Question, Answer>;

  /** @param answer answers each, in their order */
  constructor(answer: (questions: readonly Question[]) => Promise<Answer[]>) {
    this.#questions = new GroupCommitter<Question, Answer>({
      commit: answer,
      isFaultOfData: () => false,
      // Statements of one connection could not overlap anyhow, and more would only be smaller.
      writers: 1,
      itemsPerCommit: ASKED_AT_ONCE,
      // Whoever asks waits for the answer: there are no more questions than callers.
      queuedItems: Number.MAX_SAFE_INTEGER,
      overloaded: () => new Error('Too many questions wait.'),
    });
  }

  async ask(question: Question): Promise<Answer> {
    const [answer] = await this.#questions.commit([question]);
    return answer as Answer;
  }
}
