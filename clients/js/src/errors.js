// A refusal, the server's or the package's own, as an error with a code.

export class GameError extends Error {
  constructor(code, message, event = null, cause = undefined) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "GameError";
    this.code = code;
    this.event = event;
  }
}
