/** Writes a text the way a language model does: token by token, at a steady pace. */

/** Pieces of up to six letters, each with the spaces before it. Joined, they are the text. */
export function tokens(text) {
  return text.match(/\s*\S{1,6}|\s+$/gu) ?? [];
}

/**
 * @param {(end: number) => void} onToken  told how many characters have been written
 * @param {AbortSignal} signal  ends the writing
 */
export async function* type(text, tokensPerSecond, onToken, signal) {
  const started = performance.now();
  let end = 0;
  for (const [index, token] of tokens(text).entries()) {
    // Against the clock and not from token to token, so that late timers do not add up.
    const due = started + (1000 * index) / tokensPerSecond;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    if (signal.aborted) return;
    end += token.length;
    onToken(end);
    yield token;
  }
}
